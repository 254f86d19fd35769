from __future__ import annotations

import pytest
from django.test import Client

from kb.content.document import Role
from kb.models import MatchCount, UnknownError
from kb.services import lookups, recording
from tests.builders import a_published_page

pytestmark = pytest.mark.django_db

UNKNOWN = "starting\nerror: tape 7 of https://ada:hunter2hunter2@tapes.example.com/x is torn\n"
KNOWN = "git@example.com: Permission denied (publickey).\n"


def preview(text: str) -> str:
    response = Client().post("/match/preview", {"text": text})
    assert response.status_code == 200
    return response.content.decode()


def test_the_lines_that_would_be_kept_are_shown_as_they_would_be_kept() -> None:
    html = preview(UNKNOWN)
    assert "One line" in html
    assert "error: tape 7 of https://ada:[redacted]@tapes.example.com/x is torn" in html
    assert "error: tape &lt;number&gt; of &lt;url&gt; is torn" in html
    assert "<mark>[redacted]</mark>" in html


def test_of_a_text_that_a_page_answers_nothing_would_be_kept() -> None:
    a_published_page()
    html = preview(KNOWN)
    assert '<h2 id="kept">Nothing</h2>' in html
    assert '<a href="/errors/ssh/permission-denied-publickey/">Permission denied (publickey)</a> was found' in html


@pytest.mark.parametrize("text", [KNOWN, UNKNOWN + KNOWN])
def test_a_symptom_that_was_found_would_be_counted(text: str) -> None:
    a_published_page(role=Role.SYMPTOM)
    html = preview(text)
    assert '<a href="/errors/ssh/permission-denied-publickey/">Permission denied (publickey)</a> was found' in html
    assert "nothing to write down" not in html


def test_a_preview_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = recording.Recorder()
    monkeypatch.setattr(lookups, "recorder", recorder)
    a_published_page()
    preview(UNKNOWN + KNOWN)
    preview(UNKNOWN)
    assert recorder.write() == 0
    assert not UnknownError.objects.exists()
    assert not MatchCount.objects.exists()


def test_a_long_text_is_previewed_by_its_ends() -> None:
    html = preview("".join(f"line {number}\n" for number in range(100_000)))
    assert "line 0<" in html
    assert "line 99999<" in html
    assert "line 50000<" not in html
    assert len(html) < 300_000


def test_the_address_alone_leads_to_the_box() -> None:
    response = Client().get("/match/preview")
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_form_of_another_site_is_refused() -> None:
    assert Client(headers={"Sec-Fetch-Site": "cross-site"}).post("/match/preview", {"text": "x"}).status_code == 403
