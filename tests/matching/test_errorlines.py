from __future__ import annotations

import pytest

from kb.matching.errorlines import error_lines, is_error, is_ticked, is_warning, only_mentions


@pytest.mark.parametrize(
    "line",
    [
        "tests/test_net.py::test_connection_refused PASSED",
        "0 errors, 3 warnings",
        "found 0 vulnerabilities",
        "checked 12 files: no errors",
        "##[group]Run ./check-error.sh",
        "+ grep -c error build.log",
        "Compiling 'shop/error_handler.py'...",
    ],
)
def test_a_line_that_only_mentions_an_error_is_known(line: str) -> None:
    assert only_mentions(line)


@pytest.mark.parametrize(
    "line",
    [
        "error: disk full",
        "tests/test_net.py::test_get FAILED",
        "fatal: bad object HEAD",
        "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
        "Error: Event handlers cannot be passed to Client Component props.",
    ],
)
def test_an_error_is_not_a_mention(line: str) -> None:
    assert not only_mentions(line)


@pytest.mark.parametrize("line", ["warning: LF will be replaced", "npm WARN deprecated x", "a.c:1:2: warning: unused"])
def test_warnings_are_known(line: str) -> None:
    assert is_warning(line)


@pytest.mark.parametrize(
    "line", ["fatal: x", "##[error]x", "a.c:1: error: x", "KeyError: 'x'", "npm ERR! x", "[ERROR] x"]
)
def test_lines_that_call_themselves_errors_are_known(line: str) -> None:
    assert is_error(line)


def test_the_lines_that_speak_of_a_failure_are_found_with_their_bounds() -> None:
    view = b"all fine\nit failed here\nok\nfatal: no\n"
    assert [view[start:end] for start, end in error_lines(view)] == [b"it failed here", b"fatal: no"]


def test_a_ticked_line_is_known_and_a_tick_in_a_word_is_not_one() -> None:
    assert is_ticked("  ✓ rejects an invalid token")
    assert not is_ticked("error: the sign✓ is not allowed")
