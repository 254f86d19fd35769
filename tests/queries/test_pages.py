"""What screens and the API read of published pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.queries import pages
from kb.queries.browse import cards
from tests import builders

pytestmark = pytest.mark.django_db


def slugs(tool: str = "", q: str = "") -> list[str]:
    return [page.full_slug for page in pages.published_pages(tool, q)]


def test_a_published_page_is_found_by_its_address_in_one_query() -> None:
    builders.a_published_page("ssh/denied", title="Denied")
    with CaptureQueriesContext(connection) as captured:
        page = pages.published_page("ssh", "denied")
        assert page
        assert page.live_revision
        assert (page.tool.slug, page.live_revision.title) == ("ssh", "Denied")
    assert len(captured) == 1


def test_a_page_that_is_not_published_is_not_found() -> None:
    page = builders.an_empty_page("ssh/draft")
    builders.a_draft(page)
    assert pages.published_page("ssh", "draft") is None
    assert slugs() == []


def test_an_old_address_leads_to_its_page() -> None:
    page = builders.a_published_page("ssh/denied", aliases=("scp/denied",))
    assert pages.moved_to("scp", "denied") == page
    assert pages.moved_to("ssh", "denied") is None
    assert pages.published_page("scp", "denied") is None


def test_published_pages_are_listed_by_address() -> None:
    for slug in ("ssh/b", "git/b", "ssh/a"):
        builders.a_published_page(slug)
    assert slugs() == ["git/b", "ssh/a", "ssh/b"]
    assert slugs(tool="ssh") == ["ssh/a", "ssh/b"]


def test_every_word_of_a_question_must_stand_in_title_summary_or_address() -> None:
    builders.a_published_page("ssh/host-key", title="Host key verification FAILED", summary="The key changed.")
    builders.a_published_page("ssh/denied", title="Permission denied", summary="No key fits.")
    assert slugs(q="key") == ["ssh/denied", "ssh/host-key"]
    assert slugs(q="failed changed") == ["ssh/host-key"]
    assert slugs(q="failed denied") == []
    assert slugs(q="host-key ssh") == ["ssh/host-key"]


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", '"', "\x00", "100%"])
def test_signs_that_mean_something_to_a_database_mean_nothing_in_a_question(q: str) -> None:
    builders.a_published_page("ssh/denied")
    assert slugs(q=q) == (["ssh/denied"] if q == "\x00" else [])


def test_a_list_of_thirty_pages_takes_as_many_queries_as_one_of_three() -> None:
    taken = []
    for number in range(30):
        builders.a_published_page(f"ssh/page-{number}")
        if number in (2, 29):
            with CaptureQueriesContext(connection) as captured:
                assert len(cards(pages.published_pages())) == number + 1
            taken.append(len(captured))
    assert taken == [1, 1]


def test_pages_at_many_addresses_are_fetched_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BATCH", 2)
    wanted = [builders.an_empty_page(f"ssh/page-{number}").full_slug for number in range(5)]
    assert sorted(page.full_slug for page in pages.pages_at(wanted)) == wanted
    assert list(pages.pages_at([])) == []


def test_published_addresses_are_those_of_public_pages() -> None:
    builders.a_published_page("ssh/public")
    builders.an_empty_page("ssh/hidden")
    assert pages.published_addresses() == {"ssh/public"}
