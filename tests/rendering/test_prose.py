from __future__ import annotations

import pytest
from django.utils.html import escape

from kb.rendering.prose import line, prose
from tests.hostile import HOSTILE, Reading, dangers


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_can_run(text: str) -> None:
    assert dangers(prose(text)) == []
    assert dangers(line(text)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_can_take_an_id_of_the_page(text: str) -> None:
    assert [name for name, _ in Reading(prose(text)).attributes if name in {"id", "name"}] == []


def test_html_in_a_text_is_shown_as_it_was_written() -> None:
    assert Reading(prose("Run `git clone <url>`, not <b>git</b> <url> & so on.")).text == (
        "Run git clone <url>, not <b>git</b> <url> & so on."
    )


def test_bidi_controls_are_named_instead_of_obeyed() -> None:
    assert "[U+202E]" in prose("rm \u202e/ -fr")
    assert "\u202e" not in prose("rm \u202e/ -fr")
    assert line("a\u2066b") == "a[U+2066]b"


def test_links_to_other_sites_pass_on_no_credit_and_own_links_do() -> None:
    assert 'rel="nofollow noopener"' in prose("[there](https://a.invalid/x)")
    assert "rel=" not in prose("[here](#fix-a) [there](/errors/git/x/)")


@pytest.mark.parametrize("address", ["//a.invalid/x", "/\\\\a.invalid/x", "errors/x", "?q=x"])
def test_a_link_that_only_begins_like_an_own_one_is_foreign(address: str) -> None:
    assert 'rel="nofollow noopener"' in prose(f"[x]({address})")


def test_the_highest_heading_of_a_text_gets_the_level_that_the_page_asks_for() -> None:
    html = prose("# Top\n\ntext\n\n## Below\n", 4)
    assert "<h4>Top</h4>" in html
    assert "<h5>Below</h5>" in html


def test_a_heading_is_never_lower_than_the_lowest_there_is() -> None:
    assert "<h6>c</h6>" in prose("# a\n\n## b\n\n### c\n", 5)


def test_a_table_scrolls_in_a_box_that_the_keyboard_reaches() -> None:
    html = prose("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<div class="table" tabindex="0"><table>' in html
    assert '<td align="right">2</td>' in html


def test_code_is_coloured_by_classes_and_can_be_scrolled_by_keyboard() -> None:
    html = prose('```python\nprint("hi")\n```')
    assert '<pre tabindex="0">' in html
    assert '<span class="s2">' in html


def test_code_without_a_language_is_not_guessed_at() -> None:
    assert prose("```\n#!/bin/sh\nif x\n```").count("<span") == 1  # the empty one that Pygments begins with


def test_a_placeholder_is_spelled_out() -> None:
    assert "<code>curl HOST:PORT_2</code>" in prose("`curl {{ host }}:{{ port_2 }}`")
    assert line("use {{ url }}") == "use URL"


@pytest.mark.parametrize("text", ["${{ secrets.TOKEN }}", "${{ url }}", "{{ .Name }}", "{{ whatever }}"])
def test_what_is_no_placeholder_stays_as_it_is(text: str) -> None:
    assert escape(text) in prose(f"`{text}`")


def test_in_a_line_only_code_is_markup() -> None:
    assert line("Set `__init__` *and* __main__ <now>") == "Set <code>__init__</code> *and* __main__ &lt;now&gt;"


def test_a_single_backtick_in_a_line_is_a_backtick() -> None:
    assert line("it's a ` here") == "it&#x27;s a ` here"
