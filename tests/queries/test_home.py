from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kb.content import document as doc
from kb.matching.records import Confidence
from kb.models import MatchCount, Outcome, Page
from kb.queries.home import NEEDED_DAYS, most_needed, newly_proved, recent
from tests.builders import TODAY, a_published_page, a_reproduction

pytestmark = pytest.mark.django_db


def a_page(slug: str, age_days: int = 0) -> Page:
    texts = (doc.Signature(key="a", text=f"message of {slug}"),)
    return a_published_page(slug, signatures=texts, updated=TODAY - dt.timedelta(days=age_days))


def found(page: Page, count: int, days_ago: int = 0, door: str = "web") -> None:
    day = timezone.now().date() - dt.timedelta(days=days_ago)
    MatchCount.objects.create(day=day, page=page, confidence=Confidence.EXACT, door=door, count=count)


def test_a_page_is_proved_by_its_newest_run() -> None:
    page = a_page("ssh/one")
    a_reproduction(page, date=TODAY - dt.timedelta(days=9), versions={"ssh": "8.0"})
    a_reproduction(page, versions={"git": "2.39", "ssh": "9.2"}, fix_verified=True)
    (proved,) = newly_proved(5)
    assert (proved.card.slug, proved.with_versions, proved.date, proved.fix_verified) == (
        "ssh/one",
        "ssh 9.2",
        TODAY,
        True,
    )


def test_what_was_not_reproduced_is_not_proved() -> None:
    a_reproduction(a_page("ssh/one"), Outcome.FAILED)
    a_reproduction(a_page("ssh/two"), is_stale=True)
    assert newly_proved(5) == []


def test_the_last_proved_come_first_and_no_tool_fills_the_list() -> None:
    for age, slug in enumerate(("ssh/one", "ssh/two", "ssh/three", "git/four")):
        a_reproduction(a_page(slug), date=TODAY - dt.timedelta(days=age))
    assert [proved.card.slug for proved in newly_proved(3)] == ["ssh/one", "ssh/two", "git/four"]
    assert [proved.card.slug for proved in newly_proved(4)] == ["ssh/one", "ssh/two", "ssh/three", "git/four"]


def test_the_most_needed_pages_are_those_found_most_often_of_late() -> None:
    one, two = a_page("ssh/one"), a_page("ssh/two")
    found(one, 3)
    found(one, 4, door="api")
    found(two, 6, days_ago=3)
    found(two, 50, days_ago=NEEDED_DAYS + 1)
    assert [(needed.card.slug, needed.count) for needed in most_needed(5)] == [("ssh/one", 7), ("ssh/two", 6)]
    assert [needed.card.slug for needed in most_needed(1)] == ["ssh/one"]


def test_the_pages_beside_are_not_listed_twice() -> None:
    for age, slug in enumerate(("ssh/one", "git/two", "npm/three")):
        a_page(slug, age)
    assert [card.slug for card in recent(5, beside={"git/two"})] == ["ssh/one", "npm/three"]
