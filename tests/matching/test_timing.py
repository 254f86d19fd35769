"""An answer within its time is what was found until then."""

from __future__ import annotations

from itertools import count

import pytest

from kb.matching.cleaning import clean
from kb.matching.engine import search
from kb.matching.timing import IsOver, never, until
from tests.matching.builders import index_of

INDEX = index_of("fatal: disk quota of team <name> exceeded", "error: the tape <num> is full")
LOG = (
    'error: nobody knows \x1b[31mthis\x1b[0m one\\n{\\"and\\"}\n' * 20
    + "fatal: disk quota of team red exceeded\n" * 3
    + "error: the tape 4 is full\n"
)


def over_after(times: int) -> IsOver:
    """A time that is over when it has been asked for so often."""
    asked = count(1)
    return lambda: next(asked) > times


def test_items_are_handed_on_until_the_time_is_over() -> None:
    assert list(until(over_after(3), range(10))) == [0, 1, 2]
    assert list(until(over_after(0), range(10), at_least=4)) == [0, 1, 2, 3]
    assert list(until(never, range(3))) == [0, 1, 2]


def test_an_answer_in_time_does_not_depend_on_the_time() -> None:
    assert search(LOG, INDEX, is_over=lambda: False) == search(LOG, INDEX)


def test_whenever_the_time_is_over_there_is_an_answer_and_it_says_so() -> None:
    whole = search(LOG, INDEX)
    assert {match.slug for match in whole.matches}
    asked = 0
    while True:
        answer = search(LOG, INDEX, is_over=over_after(asked))
        assert {match.slug for match in answer.matches} <= {match.slug for match in whole.matches}
        assert (answer.text.bytes, answer.text.lines) == (whole.text.bytes, whole.text.lines)
        if not answer.text.timed_out:
            break
        assert answer.text.truncated
        asked += 1
    assert answer == whole
    assert asked > 20, "the long loops ask as well"


def test_what_was_found_before_the_end_is_told() -> None:
    """The time is over while lines are compared; the signatures had been found by then."""
    found = [
        {match.slug for match in search(LOG, INDEX, is_over=over_after(times)).matches} for times in range(0, 60, 2)
    ]
    assert found[0] == set()
    assert any(found)
    assert search(LOG, INDEX, is_over=over_after(30)).text.timed_out


@pytest.mark.parametrize("text", [b"\\n" * 1000, b"\\\\n" * 1000, b"\x1b[31m\\n[31m\n" * 100])
def test_cleaning_ends_with_the_time_and_moves_nothing(text: bytes) -> None:
    for times in (0, 1, 5, 500):
        assert len(clean(text, over_after(times))) == len(text)
