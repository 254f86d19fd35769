from __future__ import annotations

import pytest

from bench.texts import distinct_errors, failing_output, one_line
from kb.matching.errorlines import speaks_of_failure
from kb.matching.masking import mask


def test_one_line_is_one_line_that_speaks_of_a_failure() -> None:
    line = one_line().decode()
    assert line.count("\n") == 1
    assert speaks_of_failure(line)


@pytest.mark.parametrize("text_of", [failing_output, distinct_errors], ids=lambda text_of: text_of.__name__)
def test_a_text_is_nearly_as_long_as_asked_and_ends_with_a_whole_line(text_of: object) -> None:
    assert callable(text_of)
    text: bytes = text_of(50_000)
    assert 49_000 < len(text) <= 50_000
    assert text.endswith(b"\n")
    assert text == text_of(50_000)


def test_no_two_error_lines_say_the_same_when_they_are_masked() -> None:
    lines = distinct_errors(20_000).decode().splitlines()
    assert len({mask(line) for line in lines}) == len(lines)


def test_failing_output_that_begins_anew_is_numbered() -> None:
    once = failing_output(300_000)
    first = once.split(b"\n")[0]
    more = failing_output(16_000_000)
    assert more.startswith(once)
    assert b"\n%s (1)\n" % first in more
