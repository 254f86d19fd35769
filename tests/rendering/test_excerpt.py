from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.rendering.excerpt import SHOWN, excerpt
from tests.hostile import HOSTILE, Reading, dangers


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_pasted_line_can_run_wherever_it_is_marked(text: str) -> None:
    for spans in ([], [(0, len(text))], [(1, 5), (3, 9)]):
        assert dangers(excerpt(text, spans)) == []


def test_what_was_recognised_is_marked() -> None:
    assert excerpt("fatal: no <host>", [(0, 6), (10, 16)]) == "<mark>fatal:</mark> no <mark>&lt;host&gt;</mark>"


def test_spans_that_overlap_or_touch_are_one_mark() -> None:
    assert excerpt("abcdef", [(3, 5), (1, 3), (2, 4)]) == "a<mark>bcde</mark>f"


def test_spans_beyond_the_line_are_cut() -> None:
    assert excerpt("abc\r\n", [(2, 99), (50, 60)]) == "ab<mark>c</mark>"


def test_controls_are_named_so_that_a_line_looks_as_it_is() -> None:
    assert excerpt("a\u202eb\x1b[0m") == ('a<span class="control">U+202E</span>b<span class="control">U+001B</span>[0m')


def test_markdown_and_template_tags_in_a_line_stay_text() -> None:
    assert excerpt("**bold** [x](https://a.invalid) {{ host }} {% now %}") == (
        "**bold** [x](https://a.invalid) {{ host }} {% now %}"
    )


def test_a_huge_line_is_cut_around_its_first_mark() -> None:
    text = "x" * 500_000 + "NEEDLE" + "y" * 500_000
    shown = excerpt(text, [(500_000, 500_006)])
    assert len(shown) < 2 * SHOWN
    assert "x<mark>NEEDLE</mark>y" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=2000),
    st.lists(st.tuples(st.integers(-5, 2100), st.integers(-5, 2100)), max_size=5),
)
def test_no_span_changes_the_text_that_is_read(text: str, spans: list[tuple[int, int]]) -> None:
    plain, marked = Reading(excerpt(text)).text, Reading(excerpt(text, spans)).text
    if len(text) <= SHOWN:
        assert marked == plain
    else:
        assert len(marked) <= 8 * SHOWN


def test_a_line_is_cut_to_what_there_is_room_for() -> None:
    html = excerpt("x" * 5000 + "HERE" + "y" * 5000, [(5000, 5004)], shown=100)
    assert "<mark>HERE</mark>" in html
    assert len(html) < 150
