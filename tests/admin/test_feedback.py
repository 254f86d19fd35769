"""The queue of what readers said: narrowed, settled with a reason, seen by those who may."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kb.content.document import PAGE_KEY
from kb.models import Feedback, FeedbackState, Page, User, Verdict
from kb.services import feedback
from kb.services.roles import AUTHOR, REVIEWER
from tests import builders
from tests.hostile import HOSTILE, page_dangers

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:desk-readers")


def somebody(role: str) -> User:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def desk(client: Client) -> Client:
    """A client as a reviewer uses it."""
    client.force_login(somebody(REVIEWER))
    return client


@pytest.fixture
def page() -> Page:
    return builders.a_published_page()


def html_of(desk: Client, **given: str) -> str:
    answer = desk.get(QUEUE, given)
    assert answer.status_code == 200
    return answer.content.decode()


def settled(desk: Client, to: str, *reports: Feedback, reason: str = "") -> int:
    return desk.post(QUEUE, {"to": to, "chosen": [report.pk for report in reports], "reason": reason}).status_code


def test_the_queue_shows_what_waits_with_its_page_and_words(desk: Client, page: Page) -> None:
    feedback.suggest(page, "wrong-key", "The flag is called -o.")
    feedback.vote(page, PAGE_KEY, Verdict.WRONG, "192.0.2.1", ["fatal: something else"])
    feedback.vote(page, "add-key", Verdict.NOT_SOLVED, "192.0.2.1")
    html = html_of(desk)
    assert html.count('name="chosen"') == 2
    for told in ("The flag is called -o.", "fatal: something else", "<code>wrong-key</code>", page.get_absolute_url()):
        assert told in html


def test_the_queue_of_one_page_tells_the_votes_on_it_however_few(desk: Client, page: Page) -> None:
    for number, verdict in enumerate((Verdict.SOLVED, Verdict.NOT_SOLVED, Verdict.SOLVED)):
        feedback.vote(page, "add-key", verdict, f"address {number}")
    html = desk.get(reverse("admin:desk-page-readers", args=("ssh", page.slug)), follow=True).content.decode()
    assert "<code>add-key</code> worked" in html
    assert "for 2 of 3, last on" in html
    assert "for 2 of 3" not in html_of(desk)


def test_a_draft_of_the_page_is_named(desk: Client, page: Page) -> None:
    feedback.suggest(page, PAGE_KEY, "Wrong.")
    builders.a_draft(page, builders.a_user("grace"))
    assert "draft of grace" in html_of(desk)


def test_the_queue_is_narrowed_by_state_kind_and_page(desk: Client, page: Page) -> None:
    other = builders.a_published_page("ssh/other", title="Other", signatures=(builders.a_signature("reset by <host>"),))
    feedback.suggest(page, PAGE_KEY, "on the first")
    feedback.suggest(other, PAGE_KEY, "on the other")
    used = feedback.suggest(page, PAGE_KEY, "already used")
    feedback.settle(used, FeedbackState.USED, builders.a_user())
    assert "already used" not in html_of(desk)
    assert "already used" in html_of(desk, state="used")
    assert html_of(desk, state="").count('name="chosen"') == 3
    assert "on the first" not in html_of(desk, of="ssh/other", state="open")
    assert 'name="chosen"' not in html_of(desk, verdict="wrong")
    assert html_of(desk, state="no such state").count('name="chosen"') == 3


def test_reports_are_used_declined_with_a_reason_and_opened_again(desk: Client, page: Page) -> None:
    first, second = (feedback.suggest(page, PAGE_KEY, text) for text in ("a", "b"))
    assert settled(desk, "used", first) == 302
    assert settled(desk, "declined", second, reason="Not so.") == 302
    assert {row.text: (row.state, row.reason) for row in Feedback.objects.all()} == {
        "a": ("used", ""),
        "b": ("declined", "Not so."),
    }
    settled(desk, "open", first, second)
    assert Feedback.objects.open().count() == 2
    assert LogEntry.objects.filter(user__username=REVIEWER).count() == 4


def test_a_flood_is_declined_at_once_and_what_came_meanwhile_is_not(desk: Client, page: Page) -> None:
    flood = [feedback.suggest(page, PAGE_KEY, f"spam {number}") for number in range(3)]
    feedback.suggest(page, PAGE_KEY, "came meanwhile")
    given = {"to": "declined", "reason": "Spam.", "all": "1", "shown": [report.pk for report in flood]}
    assert desk.post(QUEUE, given).status_code == 302
    assert [report.text for report in Feedback.objects.open()] == ["came meanwhile"]


def test_who_declines_without_a_reason_is_told_beside_the_field_and_loses_nothing(desk: Client, page: Page) -> None:
    report = feedback.suggest(page, PAGE_KEY, "a")
    answer = desk.post(QUEUE, {"to": "declined", "chosen": [report.pk], "reason": " "})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "Say why it is declined." in html
    assert f'value="{report.pk}" id="chosen-{report.pk}" aria-labelledby="said-{report.pk}" checked' in html
    answer = desk.post(QUEUE, {"to": "declined", "reason": "What I typed"})
    assert "Choose at least one." in answer.content.decode()
    assert 'value="What I typed"' in answer.content.decode()


@pytest.mark.parametrize("given", [{"chosen": "9" * 40}, {"chosen": "x"}, {"chosen": "1", "to": "adored"}, {}])
def test_what_is_not_there_is_not_settled(desk: Client, page: Page, given: dict[str, str]) -> None:
    feedback.suggest(page, PAGE_KEY, "a")
    assert desk.post(QUEUE, {"to": "used", **given}).status_code == 400


def test_what_somebody_else_has_settled_meanwhile_is_told(desk: Client, page: Page) -> None:
    first, second = (feedback.suggest(page, PAGE_KEY, text) for text in ("a", "b"))
    feedback.settle(first, FeedbackState.DECLINED, builders.a_user(), "No.")
    answer = desk.post(QUEUE, {"to": "used", "chosen": [first.pk, second.pk]}, follow=True)
    html = answer.content.decode()
    assert "cannot become used" in html
    assert "1 is used now." in html
    assert Feedback.objects.get(pk=second.pk).state == FeedbackState.USED


def test_only_those_who_may_change_feedback_see_the_queue(client: Client, page: Page) -> None:
    assert client.get(QUEUE).status_code == 302
    client.force_login(somebody(AUTHOR))
    assert client.get(QUEUE).status_code == 403
    assert client.post(QUEUE, {"to": "used"}).status_code == 403


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_harms_nobody_at_the_desk(desk: Client, page: Page, text: str) -> None:
    feedback.suggest(page, PAGE_KEY, f"{text}\N{RIGHT-TO-LEFT OVERRIDE}")
    feedback.vote(page, PAGE_KEY, Verdict.WRONG, "192.0.2.1", [text])
    html = html_of(desk)
    assert page_dangers(html) == []
    assert "U+202E" in html


def test_thirty_reports_take_as_many_queries_as_three(desk: Client, page: Page) -> None:
    taken = []
    html_of(desk)
    for count in (3, 27):
        for number in range(count):
            feedback.suggest(page, PAGE_KEY, f"{count} {number}")
        builders.a_draft(page, builders.a_user(f"author {count}"))
        with CaptureQueriesContext(connection) as captured:
            html_of(desk)
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_a_long_queue_has_pages(desk: Client, page: Page) -> None:
    said = timezone.now() - dt.timedelta(days=1)
    Feedback.objects.bulk_create(
        Feedback(page=page, verdict=Verdict.CORRECTION, text=f"text {n}", state=FeedbackState.OPEN, created_at=said)
        for n in range(120)
    )
    assert "Page 1 of 3" in html_of(desk)
    assert "Page 2 of 3" in html_of(desk, page="2", state="open")
