"""Texts made to keep the engine busy: repeated beginnings of all that cleaning, scanning and redaction look for."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from kb.matching.engine import search
from tests.matching.builders import index_of

SIZE = 300_000
"""Characters. What is quadratic in the text takes minutes at this size, what is linear a fraction of a second."""
PATIENCE_S = 30
"""No measure of speed: long enough for any machine, short enough to tell a hang."""
UNITS = (
    *(
        "\\",
        "[",
        "'a ",
        " ",
        "\t\n",
        "\r",
        "\r\n",
        "\0",
        "\n> ",
        "\n12",
        "\n\n",
        "\nE   ",
        "\na-1 ",
        "\\n",
        "\\u001b",
        "\\\\n",
    ),
    *(
        "\x1b[",
        "\x1b]",
        "^[[",
        "&lt",
        "**",
        "│",
        "e\u0301",
        "2026-11-20T10:11:12Z ",
        "\n2026-11-20T10:11:12.",
        "section_start:1:",
    ),
    *(
        "password=",
        "a@",
        "/a",
        "a.",
        "http://",
        "https://a:",
        "eyJ",
        "QUJD",
        "deadbeef",
        "0123-",
        "a | ",
        "[1](http://x) ",
    ),
    *(
        "error: ",
        "fatal:\n",
        "error failed denied refused ",
        "unable to access ",
        "fatal: unable to access 'https://x': ",
    ),
    *(
        "\nNov 20 10:11:12 a b: ",
        "\nE1120 10:11:12.1 1 a.go:1] ",
        "-----BEGIN PRIVATE KEY-----",
        "Authorization: ",
        "C:\\new\\",
    ),
)
INDEX = index_of(
    "fatal: unable to access '<url>': Received HTTP code <num> from proxy",
    "error: <any> denied by <name> at <host>:<port>",
    "first line of <path>\nsecond line of <name>\nthird line",
)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    def give_up(signum: int, frame: FrameType | None) -> None:
        pytest.fail(f"no answer after {PATIENCE_S} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("end", ["", "x"])
@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_repeated_beginnings_are_answered(unit: str, end: str) -> None:
    text = (unit * (SIZE // len(unit) + 1))[:SIZE] + end
    answer = search(text, INDEX)
    assert answer.text.bytes == len(text.encode())
    assert len(answer.unmatched) <= 10
