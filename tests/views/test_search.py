from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.content import document as doc
from kb.views import search
from tests.builders import a_published_page, a_tool
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
    assert "Paste the whole message or log" in page


@pytest.mark.parametrize("query", ["", "zzzyzx"])
def test_of_the_box_no_more_is_promised_than_privacy_says(query: str) -> None:
    assert "nothing of it is kept" not in html(query)


@pytest.mark.parametrize("query", ["", "   ", "\x00"])
def test_an_empty_search_is_just_the_form(query: str) -> None:
    page = html(query)
    assert "Nothing found" not in page
    assert 'name="q"' in page


def test_marks_that_nobody_sees_neither_hide_a_page_nor_turn_the_line_around() -> None:
    a_published_page()
    page = html("\ufeffPermission \u202edenied\u200e")
    assert '<a href="/errors/ssh/permission-denied-publickey/">' in page
    assert 'value="Permission denied"' in page
    assert "\u202e" not in page


def test_a_query_is_shown_again_in_its_box() -> None:
    assert 'value="&quot;a&quot; b"' in html('"a" b')


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_query_can_run(text: str) -> None:
    assert page_dangers(html(text)) == []


def test_a_query_that_is_too_long_says_so_and_offers_to_match_it() -> None:
    page = html("error: " + "a" * 500)
    assert "longer than 400 characters" in page
    assert 'action="/match"' in page
    assert len(page) < 20_000


def test_a_result_says_why_it_is_there_and_marks_the_place() -> None:
    a_published_page("git/rpc", title="RPC failed", signatures=(doc.Signature(key="a", text="expected flush_pkt now"),))
    page = html("Flush_pkt")
    assert "expected <mark>flush_pkt</mark> now" in page
    assert "Found because it prints this" in page


def test_many_results_come_in_portions() -> None:
    for number in range(25):
        a_published_page(f"git/page-{number}", signatures=(doc.Signature(key="a", text=f"needle {number} in hay"),))
    first, second = html("needle"), Client().get("/search?q=needle&page=2").content.decode()
    assert "25 pages for" in first
    assert 'href="?q=needle&amp;page=2"' in first
    assert first.count('class="card"') == 20
    assert second.count('class="card"') == 5


def test_more_results_than_are_shown_are_said_to_be_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FOUND_MAX", 2)
    for number in range(2):
        a_published_page(f"git/page-{number}", signatures=(doc.Signature(key="a", text=f"needle {number} in hay"),))
    assert "The best 2 pages" in html("needle")
    assert "The best" not in html('"needle 1"')


def test_the_number_of_queries_does_not_grow_with_the_results(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(20):
        a_published_page(f"git/page-{number}", signatures=(doc.Signature(key="a", text=f"needle {number} in hay"),))
        if number == 2:
            html("needle")
            with django_assert_num_queries(3):
                html("needle")
    html("needle")
    with django_assert_num_queries(3):
        html("needle")


def test_a_tool_that_is_named_is_led_to() -> None:
    a_published_page()
    assert '<a href="/errors/ssh/">Ssh</a>' in html("ssh denied")


def test_where_nothing_is_found_a_tool_of_nearly_that_name_is_offered() -> None:
    a_tool("docker")
    a_published_page("docker/one")
    page = html("doker zzzyzx")
    assert "Nothing found" in page
    assert 'href="/errors/docker/"' in page
    assert "Did you look for a tool?" not in html("zzzyzx")


def test_hints_are_the_options_of_a_list_box() -> None:
    a_published_page()
    page = Client().get("/search/hints?q=denied").content.decode()
    assert 'role="listbox"' in page
    assert 'data-total="1"' in page
    assert 'data-href="/errors/ssh/permission-denied-publickey/"' in page
    assert 'data-href="/search?q=denied"' in page


@pytest.mark.parametrize("query", ["", " ", "zzzyzx"])
def test_hints_for_nothing_are_none(query: str) -> None:
    page = Client().get("/search/hints", {"q": query}).content.decode()
    assert 'data-total="0"' in page
    assert "option" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_hints_can_run(text: str) -> None:
    a_published_page("ssh/odd", title="odd <script>alert(1)</script>")
    assert page_dangers(Client().get("/search/hints", {"q": text}).content.decode()) == []
    assert page_dangers(Client().get("/search/hints", {"q": "odd"}).content.decode()) == []


def test_a_sentence_of_a_page_is_shown_without_its_markup() -> None:
    a_published_page(summary="Run `ssh-add` with the **renewed** key.")
    assert "Run ssh-add with the <mark>renewed</mark> key." in html("renewed")
