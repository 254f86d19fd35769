from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.matching.cleaning import clean
from kb.matching.ink import Ink, ink_of, strip_to_ink


def test_ink_is_letters_and_digits_in_lower_case() -> None:
    assert ink_of("fatal: Could NOT read 'x-1'!") == b"fatalcouldnotreadx1"


def test_wordings_that_differ_in_marks_and_blanks_have_the_same_ink() -> None:
    assert ink_of("can’t  open “a”…") == ink_of('cant open "a"...')


def test_composed_and_decomposed_letters_have_the_same_ink() -> None:
    assert ink_of("größe") == ink_of("gro\u0308ße")


@given(st.text(max_size=3000))
def test_every_ink_character_is_found_again_in_the_view(text: str) -> None:
    view = clean(text.encode("utf-8", "replace"))
    ink = Ink(view)
    assert ink.text == strip_to_ink(view)
    for at in range(0, len(ink.text), max(1, len(ink.text) // 50)):
        assert view[ink.offset(at) : ink.offset(at) + 1].lower() == ink.text[at : at + 1]


def test_the_way_back_holds_beyond_one_block() -> None:
    view = b"." * 5000 + b"x" + b" " * 3000 + b"Y"
    ink = Ink(view)
    assert ink.text == b"xy"
    assert [ink.offset(0), ink.offset(1)] == [5000, 8001]
