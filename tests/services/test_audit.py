"""Deeds at the desk are kept with who did them."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from kb.services import audit
from tests import builders

pytestmark = pytest.mark.django_db


def test_a_deed_is_kept_with_its_doer_and_its_row() -> None:
    page, ada = builders.a_published_page(), builders.a_user("ada")
    audit.note(ada, page, "merged two addresses")
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_edited_object(), entry.get_change_message()) == (ada, page, "merged two addresses")
