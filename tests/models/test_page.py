"""Pages keep their address; aliases lead to one page."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from kb.models import AddressFixedError, Page, PageAlias, Tool
from tests import builders

pytestmark = pytest.mark.django_db


def test_the_slug_of_a_page_never_changes() -> None:
    page = builders.an_empty_page("ssh/first")
    page.slug = "second"
    with pytest.raises(AddressFixedError, match="ssh/first never changes"):
        page.save()
    assert Page.objects.get().slug == "first"


def test_the_tool_of_a_page_never_changes() -> None:
    page = builders.an_empty_page("ssh/first")
    page.tool = builders.a_tool("git")
    with pytest.raises(AddressFixedError):
        page.save()


def test_addresses_cannot_be_changed_in_bulk() -> None:
    builders.an_empty_page("ssh/first")
    with pytest.raises(AddressFixedError):
        Page.objects.all().update(slug="second")


def test_two_pages_cannot_have_one_address() -> None:
    page = builders.an_empty_page("ssh/first")
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.create(tool=page.tool, slug="first")


def test_two_tools_can_have_pages_of_one_slug() -> None:
    pages = {builders.an_empty_page("ssh/first"), builders.an_empty_page("git/first")}
    assert {page.full_slug for page in pages} == {"ssh/first", "git/first"}


def test_an_alias_leads_to_one_page() -> None:
    PageAlias.objects.create(page=builders.an_empty_page("ssh/first"), address="ssh/old", position=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        PageAlias.objects.create(page=builders.an_empty_page("ssh/second"), address="ssh/old", position=0)


def test_a_page_that_says_something_cannot_be_deleted() -> None:
    page = builders.a_published_page()
    with pytest.raises(ProtectedError):
        page.delete()


def test_among_finds_exactly_the_named_pages() -> None:
    for slug in ("ssh/a", "ssh/b", "git/a", "git/b"):
        builders.an_empty_page(slug)
    found = Page.objects.among(["ssh/a", "git/b", "git/unheard-of"])
    assert {page.full_slug for page in found} == {"ssh/a", "git/b"}


def test_any_text_can_be_looked_up_as_an_address() -> None:
    builders.an_empty_page("ssh/a")
    assert not Page.objects.at("no address at all").exists()
    assert Page.objects.at("ssh/a").exists()


def test_tools_are_browsed_by_the_number_of_their_public_pages() -> None:
    builders.a_published_page("ssh/one")
    builders.a_published_page("ssh/two")
    builders.an_empty_page("git/unwritten")
    assert [(tool.slug, tool.published_pages) for tool in Tool.objects.with_published_pages()] == [("ssh", 2)]
