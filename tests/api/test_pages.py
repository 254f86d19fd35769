from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from kb.content import document as doc
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_pages() -> None:
    for slug in ("git/a", "git/b", "ssh/c"):
        builders.a_published_page(slug, title=f"Error {slug[-1]}", aliases=(), signatures=(signature(slug),))


def signature(slug: str) -> doc.Signature:
    return doc.Signature(key="s", text=f"<name>: the text of page {slug} is printed")


@pytest.mark.usefixtures("three_pages")
def test_pages_are_listed_by_address(client: Client) -> None:
    answer = client.get("/api/v1/pages").json()
    assert [item["slug"] for item in answer["items"]] == ["git/a", "git/b", "ssh/c"]
    assert (answer["count"], answer["next"]) == (3, None)
    assert answer["items"][0]["url"] == f"{settings.SITE_URL}/errors/git/a/"
    assert answer["items"][0]["updated"] == "2026-11-20"


@pytest.mark.usefixtures("three_pages")
def test_a_list_is_followed_by_its_next(client: Client) -> None:
    seen, address = [], "/api/v1/pages?limit=1&tool=git"
    while address:
        answer = client.get(address).json()
        seen += [item["slug"] for item in answer["items"]]
        address = answer["next"]
    assert seen == ["git/a", "git/b"]


@pytest.mark.usefixtures("three_pages")
def test_words_narrow_the_list(client: Client) -> None:
    assert [item["slug"] for item in client.get("/api/v1/pages?q=error b").json()["items"]] == ["git/b"]


@pytest.mark.usefixtures("three_pages")
def test_a_limit_that_is_too_large_is_clamped(client: Client) -> None:
    assert client.get("/api/v1/pages?limit=9999").json()["count"] == 3


@pytest.mark.usefixtures("three_pages")
def test_behind_the_end_of_a_list_there_is_nothing(client: Client) -> None:
    answer = client.get(f"/api/v1/pages?offset={10**30}").json()
    assert answer == {"items": [], "count": 3, "next": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1"])
def test_a_limit_that_is_no_number_is_refused_by_name(client: Client, query: str) -> None:
    response = client.get(f"/api/v1/pages?{query}")
    assert response.status_code == 400
    assert query.partition("=")[0] in response.json()["detail"]


def test_a_page_is_given_whole(client: Client) -> None:
    folder = builders.folder_of("ssh/full", builders.a_full_doc(aliases=("ssh/old",)))
    builders.a_loaded_page(folder)
    answer = client.get("/api/v1/pages/ssh/full").json()
    assert answer["slug"] == "ssh/full"
    assert answer["causes"][0]["key"] == "wrong-key"
    assert answer["fixes"][0]["for"] == ["wrong-key", "no-agent"]
    assert client.get("/api/v1/pages/ssh/old").json()["slug"] == "ssh/full"


def test_an_address_without_a_page_is_a_problem_that_says_where_to_look(client: Client) -> None:
    response = client.get("/api/v1/pages/ssh/none")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert "/api/v1/pages" in response.json()["detail"]


@pytest.mark.parametrize("pages", [3, 30])
def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client, pages: int, django_assert_num_queries: Any
) -> None:
    for number in range(pages):
        builders.a_published_page(f"git/p{number}", signatures=(signature(f"git/p{number}"),))
    with django_assert_num_queries(2):
        client.get("/api/v1/pages")
