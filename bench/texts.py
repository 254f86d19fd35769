"""Texts of any size to measure the engine with: failing output as people paste it, and nothing but distinct errors."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from bench.site import ROOT
from kb.matching.common_words import PER_10_000

FIXTURES = ROOT / "fixtures"
KB = 1000
MB = 1000 * KB


def one_line() -> bytes:
    """The first line of a real log that speaks of a failure."""
    lines = (line for _, line in _real_lines(FIXTURES))
    return next(line for line in lines if line.startswith((b"fatal:", b"error:", b"ERROR"))) + b"\n"


def failing_output(size: int) -> bytes:
    """So many bytes of real logs: those of failures with healthy ones between them, again and again.

    From the second time on every line carries a number, so that no two lines are the same.
    """
    return _filled(size, (_numbered(line, round_) for round_, line in _real_lines(FIXTURES)))


def distinct_errors(size: int) -> bytes:
    """So many bytes of error lines of which no two say the same, also when numbers and names are masked."""
    return _filled(size, _error_lines(random.Random(1)))


TEXTS: dict[str, Callable[[], bytes]] = {
    "1 line": one_line,
    "100 KB of failing output": lambda: failing_output(100 * KB),
    "1 MB of failing output": lambda: failing_output(MB),
    "10 MB of failing output": lambda: failing_output(10 * MB),
    "10 MB of distinct error lines": lambda: distinct_errors(10 * MB),
}


def _filled(size: int, lines: Iterator[bytes]) -> bytes:
    kept, left = [], size
    for line in lines:
        if len(line) + 1 > left:
            break
        kept.append(line)
        left -= len(line) + 1
    return b"".join(line + b"\n" for line in kept)


def _real_lines(fixtures: Path) -> Iterator[tuple[int, bytes]]:
    hits = sorted(fixtures.glob("pages/*/*/hit-*.log"))
    clean = sorted(fixtures.glob("clean/*.log"))
    if not hits or not clean:
        raise FileNotFoundError(f"{fixtures}: holds no pages/*/*/hit-*.log and clean/*.log to make texts of")
    contents = [path.read_bytes().removesuffix(b"\n").split(b"\n") for path in _interleaved(hits, clean)]
    for round_ in count():
        for lines in contents:
            yield from ((round_, line) for line in lines)


def _interleaved(hits: list[Path], clean: list[Path]) -> Iterator[Path]:
    for number in range(max(len(hits), len(clean))):
        yield hits[number % len(hits)]
        yield clean[number % len(clean)]


def _numbered(line: bytes, round_: int) -> bytes:
    ending = b"\r" if line.endswith(b"\r") else b""
    return line if not round_ else b"%s (%d)%s" % (line.removesuffix(ending), round_, ending)


def _error_lines(chance: random.Random) -> Iterator[bytes]:
    words = sorted(word for word in PER_10_000 if len(word) > 3)
    for number in count(1):
        said = [chance.choice(words) for _ in range(6)]
        line = "error: {}: cannot {} the {} {} of '{}-{}': {} failed".format(*said[:4], said[4], number, said[5])
        yield line.encode()
