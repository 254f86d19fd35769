from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.content import document as doc
from kb.views import browse
from tests.builders import a_published_page, a_tool, an_empty_page

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
    assert (
        page.index("Network") < page.index("/errors/ssh/") < page.index("Version control") < page.index("/errors/git/")
    )


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


@pytest.mark.parametrize("portion", ["99", "-1", "x", ""])
def test_a_portion_that_does_not_exist_is_the_nearest_that_does(portion: str) -> None:
    a_page("ssh/one", title="Apple")
    assert "Apple" in html(f"/errors/ssh/?page={portion}")


def test_the_number_of_queries_does_not_grow_with_the_list(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        a_page(f"ssh/page-{number}")
    with django_assert_num_queries(4):
        html("/errors/ssh/")
    for number in range(3, 30):
        a_page(f"ssh/page-{number}")
    with django_assert_num_queries(4):
        html("/errors/ssh/")
    with django_assert_num_queries(2):
        html("/errors/")
