from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kb.content import document as doc
from tests.builders import TODAY, a_published_page, publish_edit
from tests.hostile import HOSTILE, Reading

pytestmark = pytest.mark.django_db

FEEDS = ("/feeds/new.atom", "/feeds/changed.atom", "/errors/ssh/feed.atom")
SPACE = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def own_address(settings: Settings) -> None:
    settings.SITE_URL = "https://errors.example.org"


def feed(address: str) -> Any:
    response = Client().get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    read = feedparser.parse(response.content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read


def a_page(slug: str, **changes: Any) -> Any:
    message = doc.Signature(key="a", text=f"message of {slug.replace('/', ' ')}")
    return a_published_page(slug, **{"signatures": (message,), **changes})


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_holds_what_atom_requires(address: str) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: one id, title and updated each; an author; `self` and other links."""
    a_page("ssh/one")
    root = ElementTree.fromstring(Client().get(address).content)
    assert root.tag == f"{SPACE}feed"
    for element in (root, *root.findall(f"{SPACE}entry")):
        for name in ("id", "title", "updated"):
            (only,) = element.findall(f"{SPACE}{name}")
            assert only.text
    assert root.findtext(f"{SPACE}author/{SPACE}name") == "Fixpoint"
    links = {link.get("rel", "alternate"): link.get("href") for link in root.findall(f"{SPACE}link")}
    assert links["self"] == f"https://errors.example.org{address}"
    assert str(links["alternate"]).startswith("https://errors.example.org/errors/")


def test_an_entry_leads_to_its_page_and_keeps_its_identity() -> None:
    page = a_page("ssh/one", title="Denied", summary="It says `no`.")
    publish_edit(page, title="Denied again")
    (entry,) = feed("/feeds/changed.atom").entries
    assert entry.link == entry.id == "https://errors.example.org/errors/ssh/one/"
    assert (entry.title, entry.summary) == ("Denied again", "It says no.")
    assert entry.published.startswith(str(TODAY))


def test_the_feed_of_a_tool_holds_its_pages_alone() -> None:
    a_page("ssh/one")
    a_page("git/two")
    assert [entry.id for entry in feed("/errors/ssh/feed.atom").entries] == [
        "https://errors.example.org/errors/ssh/one/"
    ]
    assert Client().get("/errors/nothing/feed.atom").status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_feed(text: str) -> None:
    shown = "".join(character for character in text if character.isprintable())
    a_page("ssh/one", title=shown, summary=shown)
    (entry,) = feed("/feeds/new.atom").entries
    assert "onerror" not in entry.summary or "<img" not in entry.summary


def test_what_looks_like_markup_in_a_summary_is_text_to_a_reader_of_html() -> None:
    a_page("ssh/one", summary="It asks `<host>`, not <script>alert(1)</script>.")
    summary = ElementTree.fromstring(Client().get("/feeds/new.atom").content).find(f".//{SPACE}summary")
    assert summary is not None
    assert summary.get("type") == "html"
    read = Reading(summary.text or "")
    assert read.tags == []
    assert "".join(read.texts) == "It asks <host>, not <script>alert(1)</script>."


def test_a_feed_takes_as_many_queries_for_many_pages_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        a_page(f"ssh/page-{number}")
    with django_assert_max_num_queries(4):
        assert len(feed("/feeds/new.atom").entries) == 12
