from __future__ import annotations

from textwrap import dedent

import pytest

from kb.rendering.prose import prose
from tests.hostile import Reading


def flat(markdown: str) -> str:
    return prose(dedent(markdown).strip("\n")).replace("\n", "")


@pytest.mark.parametrize("blanks", ["  ", "   ", "    "])
def test_a_paragraph_belongs_to_its_item_however_far_it_is_indented(blanks: str) -> None:
    marker = "-" if blanks == "  " else "1."
    assert "<p>one</p><p>more</p>" in flat(f"{marker} one\n\n{blanks}more\n\n{marker} two")


def test_lists_nest_by_the_column_of_their_content() -> None:
    assert flat("- a\n  - b\n    - c\n- d") == "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"


def test_fenced_code_stands_inside_its_item() -> None:
    html = flat(
        """
        1. first:

           ```yaml
           on:
             push: {}
           ```
        2. second
        """
    )
    assert Reading(html).tags.count("ol") == 1
    assert html.index("<pre") < html.index("second")
    assert "on:  push: {}" in Reading(html).text.replace("\n", "")


def test_a_fence_keeps_the_indentation_of_its_code_and_what_looks_like_a_list() -> None:
    html = prose("```\n- a\n    - b\n1. c\n```")
    assert "- a\n    - b\n1. c\n" in Reading(html).text
    assert "<li>" not in html


def test_a_fence_needs_no_blank_line_around_it() -> None:
    assert Reading(flat("before\n```\ncode\n```\nafter")).tags == ["p", "div", "pre", "span", "code", "p"]


def test_a_fence_that_nobody_closes_runs_to_the_end() -> None:
    assert Reading(flat("before\n\n```\ncode\n\nmore")).tags == ["p", "div", "pre", "span", "code"]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    assert "```\ninner\n```" in Reading(prose("````\n```\ninner\n```\n````")).text


def test_text_after_a_list_is_outside_of_it() -> None:
    assert flat("- a\n\nafter") == "<ul><li>a</li></ul><p>after</p>"


def test_code_in_backticks_is_no_fence() -> None:
    assert flat("```inline``` code") == "<p><code>inline</code> code</p>"
