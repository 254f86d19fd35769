"""What readers say comes in by a plain form: without a cookie, from our own pages only, and not too much of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from kb.content import document as doc
from kb.content.document import PAGE_KEY
from kb.models import Feedback, FeedbackState, Page, Tally, Verdict
from kb.models.feedback import LONGEST_TEXT
from kb.services import feedback
from tests import builders
from tests.hostile import HOSTILE, page_dangers

pytestmark = pytest.mark.django_db

SLUG = "ssh/permission-denied-publickey"
FIX = {"page": SLUG, "part": "add-key", "verdict": "solved"}
CORRECTION = {"page": SLUG, "verdict": "correction", "text": "The flag is called -o."}
LOG = "git@example.com: Permission denied (publickey).\nfatal: connection was reset by example.com\n"


@pytest.fixture(autouse=True)
def page() -> Page:
    return builders.a_published_page()


def said(given: dict[str, Any], address: str = "192.0.2.1", **headers: str) -> HttpResponse:
    told = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", **headers}
    return Client(headers=told, REMOTE_ADDR=address).post("/feedback", given)  # type: ignore[return-value]


def html_of(response: HttpResponse) -> str:
    return response.content.decode()


def page_html() -> str:
    return html_of(Client().get(f"/errors/{SLUG}/"))  # type: ignore[arg-type]


# --- the door ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "verdict", "state"),
    [
        (FIX, Verdict.SOLVED, FeedbackState.COUNTED),
        ({**FIX, "verdict": "not_solved"}, Verdict.NOT_SOLVED, FeedbackState.COUNTED),
        ({"page": SLUG, "verdict": "right"}, Verdict.RIGHT, FeedbackState.COUNTED),
        ({"page": SLUG, "verdict": "wrong", "line": ["a", "b"]}, Verdict.WRONG, FeedbackState.OPEN),
        (CORRECTION, Verdict.CORRECTION, FeedbackState.OPEN),
    ],
)
def test_a_word_is_kept_and_the_answer_thanks_and_leads_back(
    given: dict[str, Any], verdict: Verdict, state: FeedbackState
) -> None:
    answer = said(given)
    assert answer.status_code == 200
    assert "<h1>Thank you</h1>" in html_of(answer)
    assert f'href="/errors/{SLUG}/' in html_of(answer)
    assert [(row.verdict, row.state) for row in Feedback.objects.all()] == [(verdict, state)]


def test_a_script_gets_a_sentence() -> None:
    answer = said(FIX, Accept="text/plain")
    assert answer["Content-Type"].startswith("text/plain")
    assert html_of(answer).startswith("Thank you.")
    assert "<" not in html_of(answer)


def test_neither_the_answer_nor_the_page_with_the_form_sets_a_cookie_or_holds_a_token() -> None:
    answers = [said(FIX), said({**FIX, "part": "none"}), Client().get(f"/errors/{SLUG}/")]
    assert [dict(answer.cookies) for answer in answers] == [{}, {}, {}]
    assert "csrf" not in page_html()
    assert "no-store" in answers[0]["Cache-Control"]


def test_the_page_is_the_same_before_and_after_a_vote() -> None:
    before = Client().get(f"/errors/{SLUG}/")
    said(FIX)
    after = Client().get(f"/errors/{SLUG}/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 304


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_a_page_of_another_site_cannot_speak_for_its_visitors(headers: dict[str, str]) -> None:
    assert said(FIX, **headers).status_code == 403
    client = Client(headers={"Origin": "https://elsewhere.invalid"})
    assert client.post("/feedback", FIX).status_code == 403
    assert not Feedback.objects.exists()


def test_who_comes_without_a_word_is_led_home() -> None:
    assert Client().get("/feedback").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 404),
        ({**FIX, "page": "ssh/no-such-page"}, 404),
        ({**FIX, "page": "\0"}, 404),
        ({**FIX, "part": "no-such-fix"}, 404),
        ({**FIX, "part": PAGE_KEY}, 404),
        ({**CORRECTION, "part": "no-such-part"}, 404),
        ({**FIX, "part": "not a key"}, 400),
        ({**FIX, "verdict": "adored"}, 400),
        ({**CORRECTION, "text": "  "}, 400),
        ({**CORRECTION, "text": "x" * (LONGEST_TEXT + 1)}, 400),
        ({**CORRECTION, "text": "a\0b"}, 400),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept_nowhere(given: dict[str, Any], status: int) -> None:
    answer = said(given)
    assert answer.status_code == status
    assert "This was not taken" in html_of(answer)
    assert not Feedback.objects.exists()


def test_a_page_that_is_not_public_cannot_be_spoken_of() -> None:
    builders.a_draft(builders.an_empty_page("ssh/draft"))
    assert said({**FIX, "page": "ssh/draft"}).status_code == 404


def test_a_correction_that_is_refused_is_still_there_to_be_mended() -> None:
    text = "<b>" + "x" * LONGEST_TEXT
    html = html_of(said({**CORRECTION, "text": text, "part": "wrong-key"}))
    assert f"\n&lt;b&gt;{'x' * LONGEST_TEXT}</textarea>" in html
    assert f"at most {LONGEST_TEXT} characters; these are {len(text)}" in html
    assert 'name="part" value="wrong-key"' in html
    assert 'aria-invalid="true"' in html


# --- floods and double votes ------------------------------------------------------------------------------------------


def test_many_votes_of_one_address_are_one() -> None:
    for _ in range(3):
        said(FIX)
    said(FIX, "2001:db8::1")
    said(FIX, "2001:db8::2")  # one client has both
    assert Feedback.objects.count() == 2


def test_a_flood_from_one_address_is_refused_and_told_when_to_come_again(settings: Settings) -> None:
    settings.LIMITED, settings.LIMITS = True, {**settings.LIMITS, "feedback": (2, 3600)}
    statuses = [said({**CORRECTION, "text": f"Wrong {number}."}, "192.0.2.77").status_code for number in range(4)]
    assert statuses == [200, 200, 429, 429]
    answer = said({**CORRECTION, "text": "What I typed"}, "192.0.2.77")
    assert int(answer["Retry-After"]) > 0
    assert "What I typed" in html_of(answer)
    assert said(CORRECTION, "192.0.2.78").status_code == 200
    assert Feedback.objects.count() == 3


def test_a_program_that_fills_in_every_field_is_thanked_and_not_heard() -> None:
    assert said({**CORRECTION, "website": "https://spam.invalid"}).status_code == 200
    assert not Feedback.objects.exists()


def test_a_full_queue_says_so_and_keeps_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_OPEN", 0)
    answer = said(CORRECTION)
    assert answer.status_code == 503
    assert CORRECTION["text"] in html_of(answer)


# --- what pages show --------------------------------------------------------------------------------------------------


def test_each_fix_is_asked_for_by_its_key_and_says_how_it_went_for_others(page: Page) -> None:
    assert "who said so" not in page_html()
    Tally.objects.create(page=page, part="add-key", yes=7, total=9, last=builders.TODAY)
    Tally.objects.create(page=page, part=PAGE_KEY, yes=4, total=6, last=builders.TODAY)
    html = page_html()
    assert "Worked for 7 of 9 who said so, last on <time>2026-11-20</time>" in html
    assert "the right page for 4 of 6 who said so" in html
    form = html.partition('name="part" value="add-key"')[2].partition("</form>")[0]
    assert re.findall(r'name="verdict" value="(\w+)"', form) == ["solved", "not_solved"]


def test_fixes_stand_in_the_order_of_what_worked(page: Page) -> None:
    fixes = tuple(doc.Fix(key=key, title=f"Try {key}", for_=("wrong-key",), body="x") for key in ("first", "second"))
    builders.publish_edit(page, fixes=fixes)
    assert page_html().index('id="fix-first"') < page_html().index('id="fix-second"')
    Tally.objects.create(page=page, part="first", yes=2, total=40, last=builders.TODAY)
    Tally.objects.create(page=page, part="second", yes=39, total=40, last=builders.TODAY)
    assert page_html().index('id="fix-second"') < page_html().index('id="fix-first"')


def test_results_ask_whether_it_is_the_page_and_show_the_lines_that_would_go_with_a_no() -> None:
    builders.a_published_page(
        "ssh/reset", title="Reset", signatures=(builders.a_signature("connection was reset by <host>"),)
    )
    html = html_of(Client().post("/match", {"text": LOG + "password=hunter2hunter2 Permission denied (publickey)."}))  # type: ignore[arg-type]
    first = html.partition('id="answer-1"')[2].partition("</article>")[0]
    assert re.search(r'name="verdict" value="right"', first)
    assert 'type="checkbox" name="line" value="git@example.com: Permission denied (publickey)."' in first or (
        'type="checkbox" name="line" value="[redacted]: Permission denied (publickey)."' in first
    )
    assert 'data-then="#answer-2"' in first
    assert re.search(r'name="next" value="ssh/(reset|permission-denied-publickey)"', first)
    assert "hunter2" not in first


def test_who_says_no_without_a_script_is_led_to_the_next_answer() -> None:
    builders.a_published_page("ssh/reset", title="It was reset", signatures=(builders.a_signature("reset by <host>"),))
    html = html_of(said({"page": SLUG, "verdict": "wrong", "next": "ssh/reset"}))
    assert '<a href="/errors/ssh/reset/">It was reset</a>' in html
    assert "go back with your browser" in html
    assert "next answer" not in html_of(said({"page": SLUG, "verdict": "wrong", "next": "https://evil.invalid"}))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_harms_neither_the_answer_nor_the_results(text: str) -> None:
    for given in (
        {**CORRECTION, "text": text * 50},
        {**FIX, "part": text},
        {"page": SLUG, "next": text, "verdict": text},
    ):
        assert page_dangers(html_of(said(given))) == []
    shown = html_of(Client().post("/match", {"text": f"{text} x@example.com: Permission denied (publickey)."}))  # type: ignore[arg-type]
    assert page_dangers(shown) == []


def test_the_privacy_page_tells_what_is_kept_of_a_vote() -> None:
    html = html_of(Client().get("/privacy"))  # type: ignore[arg-type]
    assert "What you say about a page" in html
    assert "365 days" in html
