"""Who asks that nothing of a text is kept leaves neither a line nor a count behind, by whichever door it came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kb.models import MatchCount, UnknownError
from kb.services import lookups
from kb.services.recording import Recorder
from tests.builders import a_published_page

pytestmark = pytest.mark.django_db

UNKNOWN = "fatal: the flux capacitor ran dry\n"
KNOWN = "git@example.com: Permission denied (publickey).\n"
NO = {"X-KB-Store": " NO "}


def by_tick(text: str) -> Any:
    return Client().post("/match", {"text": text, "keep_nothing": "on"})


def by_header(text: str) -> Any:
    return Client().post("/match", {"text": text}, headers=NO)


def by_api(text: str) -> Any:
    return Client().post("/api/v1/match", text, content_type="text/plain", headers=NO)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    mine = Recorder()
    monkeypatch.setattr(lookups, "recorder", mine)
    return mine


@pytest.mark.parametrize("send", [by_tick, by_header, by_api])
def test_nothing_is_kept_of_a_text_that_is_sent_so(send: Callable[[str], Any], recorder: Recorder) -> None:
    a_published_page()
    for text in (KNOWN, UNKNOWN):
        assert send(text).status_code == 200
    assert recorder.write() == 0
    assert not UnknownError.objects.exists()
    assert not MatchCount.objects.exists()


def test_without_the_wish_both_are_counted(recorder: Recorder) -> None:
    a_published_page()
    Client().post("/match", {"text": KNOWN})
    Client().post("/api/v1/match", UNKNOWN, content_type="text/plain", headers={"X-KB-Store": "yes"})
    assert recorder.write() == 2
    assert UnknownError.objects.exists()
    assert MatchCount.objects.exists()


def test_the_answer_says_that_nothing_was_kept_and_the_tick_stays() -> None:
    html = by_tick(UNKNOWN).content.decode()
    assert "Nothing of this text was kept or counted, as you asked." in html
    assert "It is filed already" not in html
    assert 'type="checkbox" checked>' in html
    assert 'type="checkbox">' in Client().post("/match", {"text": UNKNOWN}).content.decode()


def test_the_tick_stays_in_the_preview() -> None:
    preview = Client().post("/match/preview", {"text": UNKNOWN, "keep_nothing": "on"})
    assert 'type="checkbox" checked>' in preview.content.decode()
