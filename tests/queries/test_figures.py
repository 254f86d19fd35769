from __future__ import annotations

import pytest
from django.utils import timezone

from kb.models.reproduction import Outcome
from kb.queries.figures import Figures, figures
from tests.builders import a_published_page, a_reproduction, an_empty_page

pytestmark = pytest.mark.django_db


def test_what_is_public_is_counted_once() -> None:
    page = a_published_page()
    an_empty_page("git/draft")
    a_reproduction(page, fix_verified=False)
    a_reproduction(page, date=timezone.now().date(), fix_verified=True)
    a_reproduction(an_empty_page("git/other"), fix_verified=True)
    assert figures() == Figures(pages=1, tools=1, reproduced=1, verified=1, sources=1)


def test_a_run_that_failed_proves_nothing() -> None:
    a_reproduction(a_published_page(), Outcome.FAILED)
    assert figures().reproduced == 0
