from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from kb.content import document as doc
from tests.builders import a_published_page
from tests.hostile import HOSTILE, page_dangers

pytestmark = pytest.mark.django_db


def html(query: str) -> str:
    response = Client().get(f"/search?q={quote(query)}")
    assert response.status_code == 200
    return response.content.decode()


def test_words_lead_to_the_pages_that_hold_them() -> None:
    a_published_page()
    assert '<a href="/errors/ssh/permission-denied-publickey/">' in html("permission denied key")


def test_a_piece_of_a_word_is_found_as_it_stands() -> None:
    a_published_page("git/rpc", title="RPC failed", signatures=(doc.Signature(key="a", text="expected flush_pkt now"),))
    assert '<a href="/errors/git/rpc/">' in html("flush_p")


def test_nothing_found_says_what_else_to_do() -> None:
    page = html("zzzyzx")
    assert "Nothing found for" in page
    assert "paste the whole message or log" in page


@pytest.mark.parametrize("query", ["", "   ", "\x00"])
def test_an_empty_search_is_just_the_form(query: str) -> None:
    page = html(query)
    assert "Nothing found" not in page
    assert 'name="q"' in page


def test_a_query_is_shown_again_in_its_box() -> None:
    assert 'value="&quot;a&quot; b"' in html('"a" b')


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_query_can_run(text: str) -> None:
    assert page_dangers(html(text)) == []


def test_an_endless_query_is_cut() -> None:
    assert len(html("a" * 5000)) < 20_000
