from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kb.content import document as doc
from kb.models import Consequence, ContentEpoch, Listing, MatchCount, Page
from kb.services import drafting, listing, publishing
from tests.builders import a_doc, a_published_page, a_user, an_empty_page

pytestmark = pytest.mark.django_db


def asked(page: Page, count: int, days_ago: int = 0, door: str = "web") -> None:
    day = timezone.now().date() - dt.timedelta(days=days_ago)
    MatchCount.objects.create(day=day, page=page, confidence="exact", door=door, count=count)


def test_a_page_is_listed_when_it_is_published_and_as_it_was_published_last() -> None:
    page = a_published_page(title="Zebra", applies_to=doc.AppliesTo(systems=("Linux",)), leads_to=("git/later",))
    row = Listing.objects.get()
    assert (row.pk, row.tool_id, row.title_key, row.platforms) == (page.pk, "ssh", "zebra", " linux ")
    fix = doc.Fix(key="f", title="F", platform="GitLab CI")
    draft = drafting.write_draft(page, a_user(), a_doc(title="Ant", fixes=(fix,), role=doc.Role.SYMPTOM))
    publishing.publish(draft)
    row = Listing.objects.get()
    assert (row.title_key, row.platforms, row.role) == ("ant", " gitlab-ci ", "symptom")
    assert not Consequence.objects.exists()


def test_what_nobody_published_is_not_listed() -> None:
    drafting.write_draft(an_empty_page(), a_user(), a_doc())
    assert not Listing.objects.exists()


def test_matches_of_the_last_days_are_counted_whatever_the_door() -> None:
    page = a_published_page()
    asked(page, 3)
    asked(page, 4, door="api")
    asked(page, 100, days_ago=31)
    epoch = ContentEpoch.objects.current()
    listing.count_asked()
    assert Listing.objects.get().asked == 7
    assert ContentEpoch.objects.current() > epoch


def test_a_page_that_nobody_asks_for_any_more_counts_nothing() -> None:
    page = a_published_page()
    Listing.objects.filter(page=page).update(asked=9)
    listing.count_asked()
    assert Listing.objects.get().asked == 0


def test_counts_that_stay_the_same_leave_the_epoch_alone() -> None:
    asked(a_published_page(), 3)
    listing.count_asked()
    epoch = ContentEpoch.objects.current()
    listing.count_asked()
    assert ContentEpoch.objects.current() == epoch


def test_publishing_anew_keeps_the_count() -> None:
    page = a_published_page()
    Listing.objects.update(asked=5)
    publishing.publish(drafting.write_draft(page, a_user(), a_doc(title="Other")))
    assert Listing.objects.get().asked == 5
