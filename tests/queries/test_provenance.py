from __future__ import annotations

import datetime as dt

import pytest

from kb.models import Outcome, Source, SourceState
from kb.queries.provenance import Reproduced, SourceCheck, reproduced, source_checks
from tests.builders import MANUAL, TODAY, a_published_page, a_reproduction

pytestmark = pytest.mark.django_db


def test_a_source_that_was_never_checked_has_no_check() -> None:
    assert source_checks(a_published_page()) == {}


def test_a_check_says_when_and_what() -> None:
    page = a_published_page()
    Source.objects.update(state=SourceState.MOVED, checked_on=TODAY)
    assert source_checks(page) == {MANUAL: SourceCheck(SourceState.MOVED, TODAY)}


def test_only_a_run_that_printed_the_error_reproduces_it() -> None:
    page = a_published_page()
    a_reproduction(page, Outcome.FAILED)
    assert reproduced(page) is None


def test_the_newest_run_counts() -> None:
    page = a_published_page()
    a_reproduction(page, date=TODAY - dt.timedelta(days=9), versions={"git": "2.30"})
    a_reproduction(page, versions={"ssh": "9.2", "git": "2.39.5"}, fix_verified=True)
    assert reproduced(page) == Reproduced("git 2.39.5, ssh 9.2", TODAY, fix_verified=True)
