"""Versions as numbers: what a short one takes in, and that they order as people mean them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.versions import EVERY, between, is_version, taken_in

PARTS = st.lists(st.integers(0, 9999), min_size=1, max_size=4)


def written(parts: list[int]) -> str:
    return ".".join(map(str, parts))


@given(PARTS, PARTS)
def test_whole_versions_order_by_their_numbers(one: list[int], other: list[int]) -> None:
    one, other = [*one, 0, 0, 0][:4], [*other, 0, 0, 0][:4]
    assert (taken_in(written(one)).first < taken_in(written(other)).first) == (one < other)


@given(PARTS)
def test_a_short_version_takes_in_all_that_begin_with_it(parts: list[int]) -> None:
    short = taken_in(written(parts[:1]))
    long = taken_in(written(parts))
    assert short.first <= long.first <= long.last <= short.last


def test_what_is_not_said_bounds_nothing() -> None:
    assert between("", "") == EVERY
    assert between("2.3", "").last == EVERY.last
    assert between("", "10.5").last == taken_in("10.5.9999.9999").last


@pytest.mark.parametrize("text", ["", "v2", "2.", "2..3", "1.2.3.4.5", "20260", "2\n", "٢", "2-rc1"])
def test_what_is_no_version_is_not_taken_for_one(text: str) -> None:
    assert not is_version(text)
