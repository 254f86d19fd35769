from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from kb.content import document as doc
from tests.builders import TODAY, a_published_page

pytestmark = pytest.mark.django_db


def html() -> str:
    return Client().get("/").content.decode()


def test_the_box_works_without_javascript() -> None:
    page = html()
    assert '<form class="box" action="/match" method="post" enctype="multipart/form-data"' in page
    assert '<textarea id="text" name="text"' in page
    assert '<input id="file" name="file" type="file"' in page


def test_the_box_says_what_happens_to_the_text() -> None:
    assert "Up to 10 MB are matched and dropped" in html()
    assert 'formaction="/match/preview"' in html()


def test_an_empty_site_shows_the_box_alone() -> None:
    assert "Browse by tool" not in html()
    for heading in ("Most recent pages", "Newly proved", "Most needed"):
        assert heading not in html()


def test_tools_are_listed_with_their_number_of_pages() -> None:
    a_published_page("ssh/one", signatures=(doc.Signature(key="a", text="the first message"),))
    a_published_page("ssh/two", signatures=(doc.Signature(key="a", text="the second message"),))
    a_published_page("git/three", signatures=(doc.Signature(key="a", text="the third message"),))
    page = html()
    assert "3 pages, 2 tools" in page
    assert '<a href="/errors/ssh/">Ssh</a> <span class="count">2<span class="unseen"> pages</span></span>' in page


def test_the_page_that_changed_last_comes_first() -> None:
    for slug, days in (("ssh/older", 3), ("ssh/newest", 1), ("ssh/oldest", 5)):
        day = TODAY - dt.timedelta(days=days)
        a_published_page(slug, title=slug, updated=day, signatures=(doc.Signature(key="a", text=f"message {slug}"),))
    recent = html().split("Most recent pages")[1]
    assert recent.index("ssh/newest") < recent.index("ssh/older") < recent.index("ssh/oldest")


def test_the_home_page_sets_no_cookie() -> None:
    response = Client().get("/")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
