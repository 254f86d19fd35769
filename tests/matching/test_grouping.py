"""Near duplicates share a key that is worked out from one line alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.matching.grouping import LONGEST_KEY, group_key
from kb.matching.masking import mask


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("error: the flux capacitor ran dry", "FATAL: The flux capacitors ran dry!"),
        ("fatal: the flux capacitor of car-7 ran dry", "FATAL: flux capacitors ran dry!"),
        ("npm ERR! code EFLUX", "npm error code EFLUX"),
        ("cannot open capacitor /a/b", "cannot open capacitor /c"),
        ("flux capacitor of my_car ran dry", "flux capacitor of yourCar ran dry"),
    ],
)
def test_lines_that_say_the_same_otherwise_share_a_key(one: str, other: str) -> None:
    assert group_key(mask(one)) == group_key(mask(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("error: the flux capacitor ran dry", "error: the warp core ran dry"),
        ("process ended with exit code 137", "process ended with exit code 2"),
        ("java.lang.NullPointerException: flux", "java.lang.IllegalStateException: flux"),
        ("flux capacitor not found", "flux capacitor: permission denied"),
        ("error[E0308]: mismatch", "error[E0277]: mismatch"),
        ("code: ERR_FLUX_DRY", "code: ERR_FLUX_WET"),
    ],
)
def test_lines_about_different_things_stay_apart(one: str, other: str) -> None:
    assert group_key(mask(one)) != group_key(mask(other))


def test_a_line_without_words_stands_for_itself() -> None:
    assert group_key("<path>:  <number>") == "<path>: <number>"


@given(st.text(max_size=3000))
def test_every_line_has_a_short_key_which_is_always_the_same(line: str) -> None:
    key = group_key(line)
    assert len(key) <= LONGEST_KEY
    assert key == group_key(line)
