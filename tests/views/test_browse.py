from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.content import document as doc
from kb.models import ContentEpoch, Listing, Page
from kb.views import browse
from tests.builders import a_published_page, a_reproduction, a_tool, an_empty_page

pytestmark = pytest.mark.django_db


def a_page(slug: str, **changes: object) -> None:
    a_published_page(slug, signatures=(doc.Signature(key="a", text=f"message of {slug}"),), **changes)


def html(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_tools_stand_under_their_category() -> None:
    a_tool("git", category="Version control")
    a_page("git/one")
    a_page("ssh/two")
    page = html("/errors/")
    places = ["Network</a>", 'href="/errors/ssh/"', "Version control</a>", 'href="/errors/git/"']
    assert sorted(places, key=page.index) == places


def test_the_pages_of_a_tool_are_listed_by_title() -> None:
    a_page("ssh/one", title="Zebra")
    a_page("ssh/two", title="Apple")
    a_page("git/three", title="Mango")
    page = html("/errors/ssh/")
    assert page.index("Apple") < page.index("Zebra")
    assert "Mango" not in page


def test_a_page_that_is_not_published_is_not_listed() -> None:
    an_empty_page("ssh/draft")
    assert Client().get("/errors/ssh/").status_code == 404
    assert "No page has been published yet" in html("/errors/")


def test_a_tool_that_nobody_knows_is_not_found() -> None:
    assert Client().get("/errors/nothing/").status_code == 404


def test_a_long_list_is_shown_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "PAGES_AT_ONCE", 2)
    for number in range(3):
        a_page(f"ssh/page-{number}", title=f"Title {number}")
    first, second = html("/errors/ssh/"), html("/errors/ssh/?page=2")
    assert "Title 1" in first
    assert "Title 2" not in first
    assert 'href="?page=2"' in first
    assert "Title 2" in second


def test_a_list_keeps_its_choice_from_portion_to_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "PAGES_AT_ONCE", 2)
    for number in range(3):
        a_page(f"ssh/page-{number}")
    assert 'href="?sort=recent&amp;page=2"' in html("/errors/ssh/?sort=recent")


@pytest.mark.parametrize("portion", ["99", "-1", "x", ""])
def test_a_portion_that_does_not_exist_is_the_nearest_that_does(portion: str) -> None:
    a_page("ssh/one", title="Apple")
    response = Client().get(f"/errors/ssh/?page={portion}")
    assert response.status_code == 302
    assert response["Location"] == "/errors/ssh/"


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ("platform=&role=&sort=title", ""),
        ("sort=recent&role=symptom&platform=", "?role=symptom&sort=recent"),
        ("role=nonsense&utm_source=x", ""),
        ("category=Network&page=1", "?category=Network"),
        ("category=No+such", ""),
    ],
)
def test_each_list_has_one_address(sent: str, canonical: str) -> None:
    a_page("ssh/one")
    response = Client().get(f"/errors/?{sent}")
    assert response.status_code == 302
    assert response["Location"] == f"/errors/{canonical}"


def test_pages_are_narrowed_by_platform_kind_and_reproduction() -> None:
    a_page("ssh/one", title="Apple", applies_to=doc.AppliesTo(platforms=("GitHub Actions",)))
    a_page("ssh/two", title="Mango", role=doc.Role.SYMPTOM)
    a_reproduction(Page.objects.get(slug="two"))
    for query, shown, hidden in (
        ("platform=github-actions", "Apple", "Mango"),
        ("role=symptom", "Mango", "Apple"),
        ("reproduced=1", "Mango", "Apple"),
    ):
        for place in ("/errors/ssh/", "/errors/"):
            page = html(f"{place}?{query}")
            assert shown in page
            assert hidden not in page
    assert "GitHub Actions (1)" in html("/errors/ssh/?role=symptom")


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        ("", {"Every", "Since", "Until"}),
        ("2.35.1", {"Every", "Until"}),
        ("2.35.2", {"Every", "Since"}),
        ("2.35", {"Every", "Since", "Until"}),
        ("2", {"Every", "Since", "Until"}),
        ("3", {"Every", "Since"}),
        ("nonsense", {"Every", "Since", "Until"}),
    ],
)
def test_a_version_leaves_out_only_pages_known_to_be_of_others(version: str, shown: set[str]) -> None:
    a_page("ssh/every", title="Every")
    a_page("ssh/since", title="Since", applies_to=doc.AppliesTo(since="2.35.2"))
    a_page("ssh/until", title="Until", applies_to=doc.AppliesTo(since="1", until="2.35.1"))
    response = Client().get(f"/errors/ssh/?version={version}", follow=True)
    page = response.content.decode()
    assert {title for title in ("Every", "Since", "Until") if f">{title}</a>" in page} == shown
    assert ("left out is only what is certain" in page) == (version not in ("", "nonsense"))


def test_a_version_means_nothing_where_no_tool_was_chosen() -> None:
    a_page("ssh/since", applies_to=doc.AppliesTo(since="9"))
    assert Client().get("/errors/?version=2")["Location"] == "/errors/"


def test_a_version_is_asked_for_only_where_it_leaves_something_out() -> None:
    for number in range(6):
        a_page(f"ssh/p{number}")
    assert 'name="version"' not in html("/errors/ssh/")
    a_page("ssh/since", applies_to=doc.AppliesTo(since="9"))
    assert 'name="version"' in html("/errors/ssh/")


def test_a_category_lists_the_pages_of_its_tools() -> None:
    a_tool("git", category="Version control")
    a_page("git/one", title="Apple")
    a_page("ssh/two", title="Mango")
    page = html("/errors/?category=Version+control")
    assert "Apple" in page
    assert "Mango" not in page
    assert "/errors/ssh/" not in page
    assert '<link rel="canonical" href="http://127.0.0.1:8000/errors/?category=Version+control">' in page


@pytest.mark.parametrize("query", ["?sort=recent", "?role=cause", "?category=Network&sort=asked"])
def test_a_view_of_a_list_names_the_list_as_its_address_for_search_engines(query: str) -> None:
    a_page("ssh/one")
    shown = html(f"/errors/{query}")
    assert query not in shown.split('rel="canonical"')[1].split(">")[0]


def test_a_list_that_holds_nothing_says_so_and_leads_back() -> None:
    a_page("ssh/one")
    assert 'No page here is like that. <a href="/errors/ssh/">' in html("/errors/ssh/?role=symptom")


def test_a_tool_with_many_pages_shows_first_what_is_asked_for_and_what_is_new() -> None:
    for number in range(11):
        a_page(f"ssh/page-{number}", title=f"Title {number}")
    assert "Most pasted" not in html("/errors/ssh/")
    Listing.objects.filter(page__slug="page-7").update(asked=3)
    ContentEpoch.objects.bump()
    page = html("/errors/ssh/")
    assert "Title 7" in page.split("Most pasted")[1].split("</section>")[0]
    assert "Changed last" in page
    assert "Most pasted" not in html("/errors/ssh/?sort=recent")


def test_the_number_of_queries_does_not_grow_with_the_list(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        a_page(f"ssh/page-{number}")
    with django_assert_num_queries(6):
        html("/errors/ssh/")
    for number in range(3, 30):
        a_page(f"ssh/page-{number}")
    with django_assert_num_queries(6):
        html("/errors/ssh/?sort=recent")
    with django_assert_num_queries(6 + 3):  # what is asked for, and what is new
        html("/errors/ssh/")
    with django_assert_num_queries(3):
        html("/errors/")
    with django_assert_num_queries(6):
        html("/errors/?sort=recent")
