"""What waits for a person, what is asked for, and which pages nobody needs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kb.content.document import PAGE_KEY
from kb.matching.records import Confidence
from kb.models import (
    Counted,
    Job,
    MatchCount,
    Page,
    PasteCount,
    Pasted,
    PasteOutcome,
    RevisionState,
    Sighting,
    UnknownError,
    User,
)
from kb.queries import desk
from kb.queries.desk import Day
from kb.services import feedback
from tests import builders
from tests.builders import TODAY

pytestmark = pytest.mark.django_db


def pasted(day: dt.date, outcome: PasteOutcome, count: int, door: str = "web") -> None:
    PasteCount.objects.add({Pasted(day, outcome, door): count})


def days_before(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def an_old_page(slug: str, age: int = 200) -> Page:
    page = builders.a_published_page(slug, title=slug, signatures=(builders.a_signature(f"error of {slug}"),))
    Page.objects.filter(pk=page.pk).update(created_at=dt.datetime.combine(days_before(age), dt.time(), dt.UTC))
    return page


def test_what_waits_is_counted_by_what_it_is() -> None:
    page = builders.a_published_page()
    ada, grace = User.objects.create_user("ada"), User.objects.create_user("grace")
    builders.a_draft(page, author=ada)
    feedback.suggest(page, PAGE_KEY, "Wrong.")
    UnknownError.objects.record([Sighting("1", "error <n>", "error 1", timezone.now())])
    Job.objects.create(name="count_asked", state=Job.State.SET_ASIDE)
    counts = desk.waiting(timezone.now().date(), ada)
    assert {name: count for name, count in counts.items() if count} == {
        "drafts": 1,
        "feedback": 1,
        "unknowns": 1,
        "jobs": 1,
    }
    assert desk.waiting(timezone.now().date(), grace)["drafts"] == 0


def test_what_waits_for_review_is_what_somebody_else_wrote() -> None:
    ada, grace = User.objects.create_user("ada"), User.objects.create_user("grace")
    draft = builders.a_draft(builders.a_published_page(), author=ada)
    draft.move_to(RevisionState.IN_REVIEW)
    today = timezone.now().date()
    assert [desk.waiting(today, one)["review"] for one in (ada, grace)] == [0, 1]


def test_demand_has_every_day_and_adds_up_the_doors() -> None:
    pasted(TODAY, PasteOutcome.ANSWERED, 3)
    pasted(TODAY, PasteOutcome.ANSWERED, 2, "api")
    pasted(TODAY, PasteOutcome.SYMPTOM, 1)
    pasted(days_before(desk.DAYS - 1), PasteOutcome.UNANSWERED, 7)
    pasted(days_before(desk.DAYS), PasteOutcome.UNANSWERED, 100)
    days = desk.demand(TODAY)
    assert len(days) == desk.DAYS
    assert days[-1] == Day(TODAY, answered=5, symptom=1)
    assert days[0] == Day(days_before(desk.DAYS - 1), unanswered=7)
    assert sum(day.texts for day in days) == 13


def test_a_symptom_alone_is_no_answer() -> None:
    assert Day(TODAY, answered=1, symptom=2, unanswered=1).percent == 25
    assert Day(TODAY).percent == 0


def test_weeks_end_today_and_lose_no_text_but_those_before_the_first_whole_week() -> None:
    days = [Day(days_before(age), answered=1) for age in reversed(range(90))]
    weeks = desk.by_week(days)
    assert [week.texts for week in weeks] == [7] * 12
    assert weeks[-1].day == days_before(6)


def test_a_silent_page_is_old_enough_and_was_found_by_nobody_of_late() -> None:
    silent, found, once = (an_old_page(f"ssh/{name}") for name in ("silent", "found", "once"))
    an_old_page("ssh/young", age=10)
    builders.an_empty_page("ssh/unpublished")
    for page, age in ((found, 5), (once, 120)):
        MatchCount.objects.add({Counted(days_before(age), page.pk, Confidence.EXACT, "web"): 1})
    assert set(desk.silent_pages(TODAY)) == {silent, once}


def test_what_was_met_most_often_stands_first() -> None:
    now = timezone.now()
    UnknownError.objects.record([Sighting("rare", "rare", "rare", now), Sighting("often", "often", "often", now, 5)])
    assert [unknown.template for unknown in desk.most_wanted(2)] == ["often", "rare"]
