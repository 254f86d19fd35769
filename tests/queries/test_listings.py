from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from kb.content import document as doc
from kb.models import Listing
from kb.queries import listings
from kb.queries.listings import Sort, Wanted
from tests.builders import TODAY, a_published_page, a_reproduction

pytestmark = pytest.mark.django_db


def a_page(slug: str, asked: int = 0, **changes: object) -> None:
    page = a_published_page(slug, **{"signatures": (doc.Signature(key="a", text=f"message of {slug}"),), **changes})
    Listing.objects.filter(page=page).update(asked=asked)


def slugs(wanted: Wanted) -> list[str]:
    return [card.slug for card in listings.cards_of(listings.listed(wanted))]


def test_lists_are_sorted_by_title_by_change_and_by_how_often_asked_for() -> None:
    a_page("ssh/one", 1, title="b first", updated=TODAY)
    a_page("ssh/two", 5, title="A second", updated=TODAY - dt.timedelta(days=2), created=TODAY - dt.timedelta(days=2))
    a_page("git/one", 3, title="c third", updated=TODAY - dt.timedelta(days=1), created=TODAY - dt.timedelta(days=2))
    assert slugs(Wanted()) == ["ssh/two", "ssh/one", "git/one"]
    assert slugs(Wanted(sort=Sort.RECENT)) == ["ssh/one", "git/one", "ssh/two"]
    assert slugs(Wanted(sort=Sort.ASKED)) == ["ssh/two", "git/one", "ssh/one"]
    assert slugs(Wanted(tool="ssh", sort=Sort.ASKED)) == ["ssh/two", "ssh/one"]


def test_facets_count_what_each_filter_would_leave() -> None:
    a_page("ssh/one", applies_to=doc.AppliesTo(systems=("Linux", "Windows")))
    a_page("ssh/two", applies_to=doc.AppliesTo(systems=("Linux",)), role=doc.Role.SYMPTOM)
    a_page("git/one", applies_to=doc.AppliesTo(systems=("macOS",)))
    a_reproduction(Listing.objects.get(page__slug="two").page)
    found = listings.facets(Wanted(tool="ssh", role=doc.Role.CAUSE))
    assert found.total == 2
    assert found.platforms == {"linux": 2, "windows": 1}
    assert found.roles == {doc.Role.CAUSE: 1, doc.Role.SYMPTOM: 1}
    assert found.reproduced == 1


def test_facets_of_nothing_are_none() -> None:
    found = listings.facets(Wanted())
    assert (found.total, found.platforms, found.reproduced) == (0, {}, 0)


def test_pages_that_are_asked_for_most_leave_out_those_shown_already() -> None:
    a_page("ssh/one", 1)
    a_page("ssh/two", 5)
    a_page("ssh/three", 0)
    assert [card.slug for card in listings.most_asked("ssh", 5, without=["ssh/two", "git/one"])] == ["ssh/one"]
    assert [card.slug for card in listings.most_asked_of_all(5)] == ["ssh/two", "ssh/one"]


def test_the_causes_of_an_error_are_the_public_pages_that_name_it() -> None:
    a_page("ssh/one", 1, leads_to=("git/later",))
    a_page("ssh/two", 5, leads_to=("git/later", "git/other"))
    a_page("ssh/three", leads_to=("git/other",))
    assert listings.causes_of("git/later", 5) == ["ssh/two", "ssh/one"]


def test_cards_need_one_query_however_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(5):
        a_page(f"ssh/page-{number}")
    found = list(listings.listed(Wanted()))
    with django_assert_num_queries(1):
        assert len(listings.cards_of(found)) == 5


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a small table whole, whatever its indexes")
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "listing_by_title"),
        (Wanted(sort=Sort.RECENT), "listing_by_date"),
        (Wanted(sort=Sort.ASKED, platform="docker"), "listing_by_asked"),
        (Wanted(tool="ssh"), "listing_of_tool"),
    ],
)
def test_a_list_is_read_in_the_order_of_an_index(wanted: Wanted, index: str) -> None:
    plan = listings.listed(wanted)[:50].explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan
