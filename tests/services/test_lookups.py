from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.core.cache import caches

from kb.answers import for_terminal
from kb.content import document as doc
from kb.models import UnknownError
from kb.services import limits, lookups
from kb.services.indexing import LiveIndex
from kb.services.recording import Recorder
from tests import builders

pytestmark = pytest.mark.django_db

DENIED = "git@x.invalid: Permission denied (publickey)."


@pytest.fixture(autouse=True)
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """A recorder, and an index, of this test alone."""
    ours = Recorder()
    monkeypatch.setattr(lookups, "live", LiveIndex())
    monkeypatch.setattr(lookups, "recorder", ours)
    return ours


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


def test_one_client_does_not_fill_the_queue_of_unknown_errors(
    settings: Any, monkeypatch: pytest.MonkeyPatch, recorder: Recorder
) -> None:
    settings.LIMITED = True
    settings.LIMITS = {"unknowns": (3, 3600)}
    monkeypatch.setattr(limits, "now", lambda: 36_000_000.0)
    caches["counters"].clear()
    for name in ("flux", "warp", "ion", "plasma", "photon"):
        assert lookups.look_up(f"error: {name} drive empty", "web", who="192.0.2.1").unmatched
    recorder.write()
    assert UnknownError.objects.count() == 3
    lookups.look_up("error: sail torn", "web", who="192.0.2.2")
    recorder.write()
    assert UnknownError.objects.count() == 4


def test_a_text_has_its_time(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.a_published_page()
    assert not lookups.look_up(DENIED, "web").text.timed_out
    times = count(0, settings.MATCH_SECONDS)
    monkeypatch.setattr(lookups, "now", lambda: next(times))
    answer = lookups.look_up_document(DENIED, "web")
    assert answer.text.timed_out
    assert "it took too long" in for_terminal(answer)
