from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError

from kb.content import document as doc
from kb.matching.engine import search
from kb.matching.index import build
from kb.models import MatchCount, PasteCount, UnknownError
from kb.services import recording
from kb.services.indexing import LiveIndex
from kb.services.recording import Recorder
from tests import builders

pytestmark = pytest.mark.django_db

DENIED = "git@x.invalid: Permission denied (publickey)."


def test_nothing_is_written_before_the_batch_is(django_assert_num_queries: Any) -> None:
    recorder = Recorder()
    with django_assert_num_queries(0):
        recorder.note(search("error: flux capacitor empty", build([])), "web")
    assert not UnknownError.objects.exists()
    assert recorder.write() == 1
    assert UnknownError.objects.get().count == 1


def test_matches_are_counted_by_page_confidence_and_door() -> None:
    page = builders.a_published_page()
    recorder, index = Recorder(), LiveIndex().current()
    for door in ("web", "api", "api"):
        recorder.note(search(DENIED, index), door)
    recorder.write()
    counts = {(row.page_id, row.confidence, row.door): row.count for row in MatchCount.objects.all()}
    assert counts == {(page.pk, "exact", "web"): 1, (page.pk, "exact", "api"): 2}


def test_an_unanswered_paste_keeps_masked_and_redacted_lines_and_nothing_else() -> None:
    token = "ghp_" + "a1B2" * 9
    recorder = Recorder()
    text = f"my private source\nerror: flux capacitor 17 of /home/ada refused token {token}\n"
    recorder.note(search(text, build([])), "web")
    recorder.note(search(text.replace("17", "42"), build([])), "web")
    recorder.write()
    unknown = UnknownError.objects.get()
    assert unknown.count == 2
    assert unknown.template == "error: flux capacitor <number> of <path> refused token [redacted]"
    assert token not in unknown.example
    assert "private source" not in unknown.example


def test_each_text_is_counted_by_what_became_of_it_and_a_symptom_alone_is_no_answer() -> None:
    builders.a_published_page()
    failed = doc.Signature(key="failed", text="error: the runner gave up on <name>")
    builders.a_published_page("ci/failed", title="It failed", role=doc.Role.SYMPTOM, signatures=(failed,))
    recorder, index = Recorder(), LiveIndex().current()
    symptom = "error: the runner gave up on web-1"
    for text in (DENIED, f"{DENIED}\n{symptom}", symptom, "error: flux capacitor empty", "all is well"):
        recorder.note(search(text, index), "web")
    recorder.note(search(DENIED, index), "api")
    recorder.write()
    counted = {(row.outcome, row.door): row.count for row in PasteCount.objects.all()}
    assert counted == {("answered", "web"): 2, ("answered", "api"): 1, ("symptom", "web"): 1, ("unanswered", "web"): 2}


def test_an_answered_paste_feeds_no_unknowns() -> None:
    builders.a_published_page()
    recorder = Recorder()
    recorder.note(search(f"error: something else too\n{DENIED}", LiveIndex().current()), "web")
    recorder.write()
    assert not UnknownError.objects.exists()


def test_a_full_queue_loses_counts_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recording, "MOST_WAITING", 2)
    recorder = Recorder()
    for _ in range(5):
        recorder.note(search("error: flux capacitor empty", build([])), "web")
    assert recorder.write() == 2
    assert "left out" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_waits_at_the_end_is_written() -> None:
    recorder = Recorder()
    recorder.start()
    recorder.note(search("error: flux capacitor empty", build([])), "web")
    recorder.stop()
    assert UnknownError.objects.get().count == 1


def test_the_tool_and_the_ci_of_an_unanswered_paste_are_kept_where_it_names_them() -> None:
    recorder = Recorder()
    text = "##[group]Run make\ngit version 2.39.5\ncurl 7.88.1 (x86_64)\nerror: flux capacitor of git empty\n"
    recorder.note(search(text, build([])), "web")
    recorder.note(search("error: warp core breached\n", build([])), "web")
    recorder.write()
    assert {(row.tool, row.ci) for row in UnknownError.objects.all()} == {("git", "GitHub Actions"), ("", "")}


def test_what_a_database_that_is_away_did_not_take_is_written_once_it_is_back() -> None:
    recorder = Recorder()
    recorder.note(search("error: flux capacitor empty", build([])), "web")
    with (
        mock.patch.object(UnknownError.objects, "record", side_effect=OperationalError("away")),
        pytest.raises(OperationalError),
    ):
        recorder.write()
    assert not PasteCount.objects.exists(), "all of a batch or nothing"
    assert recorder.waiting == 1
    recorder.note(search("error: flux capacitor empty", build([])), "web")
    assert recorder.write() == 2
    assert (recorder.waiting, UnknownError.objects.get().count) == (0, 2)


def test_what_the_database_refuses_does_not_keep_the_rest_waiting() -> None:
    recorder = Recorder()
    recorder.note(search("error: flux capacitor empty", build([])), "web")
    with mock.patch.object(UnknownError.objects, "record", side_effect=ValueError), pytest.raises(ValueError):  # noqa: PT011
        recorder.write()
    assert recorder.waiting == 0
