from __future__ import annotations

from typing import Any

import pytest

from kb.content import document as doc
from kb.services import lookups
from kb.services.indexing import LiveIndex
from kb.services.recording import Recorder
from tests import builders

pytestmark = pytest.mark.django_db

DENIED = "git@x.invalid: Permission denied (publickey)."


@pytest.fixture(autouse=True)
def own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "live", LiveIndex())
    monkeypatch.setattr(lookups, "recorder", Recorder())


def test_a_text_is_answered_from_what_is_published() -> None:
    builders.a_published_page()
    assert [match.slug for match in lookups.look_up(DENIED, "web").matches] == ["ssh/permission-denied-publickey"]


def test_the_page_that_answers_is_named() -> None:
    page = builders.a_published_page()
    assert lookups.answering_page(DENIED) == page
    assert lookups.answering_page("error: something else") is None


def test_a_symptom_answers_nothing() -> None:
    builders.a_published_page(role=doc.Role.SYMPTOM)
    assert lookups.answering_page(DENIED) is None


def test_a_document_has_titles_and_addresses_in_one_query(django_assert_num_queries: Any) -> None:
    builders.a_published_page()
    lookups.look_up(DENIED, "web")
    with django_assert_num_queries(2):
        # One for the epoch, in a process that does not watch, and one for the pages.
        answer = lookups.look_up_document(DENIED, "web")
    assert answer.matches[0].title == "Permission denied (publickey)"
