from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from kb.content import document as doc
from kb.queries import browse
from tests.builders import a_published_page, a_tool, an_empty_page

pytestmark = pytest.mark.django_db


def a_page(slug: str, **changes: object) -> None:
    a_published_page(slug, **{"signatures": (doc.Signature(key="a", text=f"message of {slug}"),), **changes})


def test_tools_are_those_with_public_pages() -> None:
    a_tool("npm")
    an_empty_page("git/draft")
    a_page("ssh/one")
    assert [(tool.slug, tool.pages) for tool in browse.tools()] == [("ssh", 1)]
    assert browse.tool("git") is None


def test_tools_are_sorted_as_people_sort_names() -> None:
    for slug, name in (("one", "Vue"), ("two", "esbuild"), ("three", "Babel")):
        a_tool(slug, name=name)
        a_page(f"{slug}/page")
    assert [tool.name for tool in browse.tools()] == ["Babel", "esbuild", "Vue"]


def test_cards_are_found_by_slug_and_missing_ones_left_out(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    a_page("ssh/one", title="One", quick_fix=doc.QuickFix(text="Do it.", command="do it"))
    a_page("git/one", title="Another")
    an_empty_page("ssh/draft")
    with django_assert_num_queries(1):
        cards = browse.by_slug({"ssh/one", "ssh/draft", "git/nothing"})
    assert {slug: card.title for slug, card in cards.items()} == {"ssh/one": "One"}
    assert cards["ssh/one"].quick_fix == doc.QuickFix(text="Do it.", command="do it")
    assert cards["ssh/one"].url == "/errors/ssh/one/"


def test_no_slugs_need_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert browse.by_slug(set()) == {}


@pytest.mark.parametrize("words", ["how does ssh fail", "SSH", "errors of Secure-Shell"])
def test_a_tool_is_known_by_its_slug_and_by_its_name(words: str) -> None:
    a_tool("ssh", name="Secure-Shell")
    a_page("ssh/one")
    a_page("git/one")
    known = [tool.slug for tool in browse.tools_named(words, 4)]
    assert known == ["ssh"]


def test_a_tool_without_public_pages_is_not_named() -> None:
    a_tool("npm")
    assert browse.tools_named("npm", 4) == []
