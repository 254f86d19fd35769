from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.models import Page
from kb.services import drafting, publishing
from tests.builders import a_doc, a_published_page, a_user
from tests.hostile import HOSTILE, Reading, page_dangers

pytestmark = pytest.mark.django_db

ADDRESS = "/errors/ssh/permission-denied-publickey/history/"


def html(query: str = "") -> str:
    response = Client().get(ADDRESS + query)
    assert response.status_code == 200
    return response.content.decode()


def publish(page: Page, **changes: object) -> None:
    page.refresh_from_db()
    author = page.revisions.exclude(author=None).first()
    draft = drafting.write_draft(page, author.author if author else a_user(), a_doc(**changes), comment="Clearer.")
    publishing.publish(draft)


def test_the_newest_two_versions_are_compared_field_by_field() -> None:
    page = a_published_page(why="The key is old.")
    publish(page, why="The key is new.")
    shown = html()
    assert "2 published versions" in Reading(shown).text
    assert "Clearer." not in shown  # what author and reviewer said to each other
    assert "The key is <del>old</del><ins>new</ins>." in shown


def test_any_two_versions_are_compared() -> None:
    page = a_published_page(title="First")
    publish(page, title="Second")
    publish(page, title="Third")
    assert "<del>First</del><ins>Third</ins>" in html("?from=1&to=3")
    assert "<del>Third</del><ins>Second</ins>" in html("?from=3&to=2")
    assert "The two say the same." in html("?from=2&to=2")


@pytest.mark.parametrize("query", ["?from=99&to=x", "?from=&to=", "?from=-1"])
def test_a_version_that_does_not_exist_is_the_newest(query: str) -> None:
    page = a_published_page(title="First")
    publish(page, title="Second")
    assert "<del>First</del><ins>Second</ins>" in html(query)


def test_a_page_with_one_version_says_that_there_is_nothing_to_compare() -> None:
    a_published_page()
    shown = html()
    assert "1 published version " in re.sub(r"\s+", " ", Reading(shown).text)
    assert "nothing older" in shown


def test_a_draft_is_in_no_history() -> None:
    page = a_published_page()
    drafting.write_draft(page, a_user(), a_doc(title="Secret plan"))
    assert "Secret plan" not in html("?from=1&to=2")


def test_nobody_is_named() -> None:
    page = a_published_page()
    publish(page, title="Second")
    assert "ada" not in Reading(html()).text.split()


def test_an_old_address_leads_to_the_history_and_an_unknown_one_nowhere() -> None:
    a_published_page(aliases=("ssh/old-name",))
    assert Client().get("/errors/ssh/old-name/history/")["Location"] == ADDRESS
    assert Client().get("/errors/ssh/nothing/history/").status_code == 404


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\x02" not in text])
def test_nothing_in_a_version_can_run(text: str) -> None:
    page = a_published_page(why=text)
    publish(page, why="gone")
    assert page_dangers(html()) == []


def test_the_number_of_queries_does_not_grow_with_the_versions(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    page = a_published_page()
    for number in range(10):
        publish(page, title=f"Title {number}")
    with django_assert_max_num_queries(20):
        html()
