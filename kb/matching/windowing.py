"""A long text as a window on it: the lines that matter with some around them, the rest folded or only counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .explaining import without_escapes
from .redaction import redact


@dataclass(frozen=True, slots=True)
class WindowLimits:
    whole: int = 60
    """Lines: a text no longer than this is shown as it is."""
    context: int = 3
    """Lines shown on either side of one that matters."""
    shown: int = 400
    """Lines shown in all."""
    opened: int = 100
    """Lines: a fold no longer than this can be opened, as long as its lines and all before it fit into `shown`."""
    characters: int = 60_000
    """Of all lines that do not matter; when they are used up, only those that matter are shown."""
    line: int = 300
    """Characters of one line."""


DEFAULT_WINDOW = WindowLimits()


@dataclass(frozen=True, slots=True)
class WindowLine:
    number: int
    """1-based; counts LF only."""
    text: str
    """As received, but for redaction and removed terminal escapes; cut when it is long."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that follow each other."""

    lines: tuple[WindowLine, ...]
    is_folded: bool = False
    count: int = 0
    """How many lines there are; of a long fold `lines` holds none of them."""


def window(text: str, numbers: Collection[int], limits: WindowLimits = DEFAULT_WINDOW) -> tuple[Stretch, ...]:
    """The text with these lines in view. Without any, a short text is shown whole and a long one by its ends."""
    lines = _lines(text)
    wanted = sorted(number for number in numbers if 1 <= number <= len(lines))
    shown = _shown(wanted, len(lines), limits)
    budget = _Budget(set(wanted), limits)
    return tuple(_stretches(lines, shown, budget, limits))


def _lines(text: str) -> Sequence[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _shown(wanted: Sequence[int], count: int, limits: WindowLimits) -> list[tuple[int, int]]:
    """The ranges of lines to show, half open, in order, none touching the next."""
    if count <= limits.whole:
        return [(1, count + 1)] if count else []
    if not wanted:
        return [(1, limits.whole // 2 + 1), (count - limits.whole // 2 + 1, count + 1)]
    ranges: list[tuple[int, int]] = []
    left = limits.shown
    for number in wanted:
        start, end = max(1, number - limits.context), min(count, number + limits.context) + 1
        # Folding a line or two away would cost more room than showing them.
        if ranges and start <= ranges[-1][1] + 2:
            start = ranges.pop()[0]
        left -= 2 * limits.context + 1
        if left < 0:
            start, end = min(start, number), number + 1
        ranges.append((start, end))
    if ranges[0][0] <= 3:
        ranges[0] = (1, ranges[0][1])
    if ranges[-1][1] >= count - 1:
        ranges[-1] = (ranges[-1][0], count + 1)
    return ranges


class _Budget:
    """How much of the text may still be shown."""

    def __init__(self, wanted: set[int], limits: WindowLimits) -> None:
        self._wanted = wanted
        self._limits = limits
        self.lines = limits.shown
        self._characters = limits.characters

    def take(self, lines: Sequence[str], start: int, end: int) -> tuple[WindowLine, ...]:
        """These lines, as far as they may be shown."""
        return tuple(self._take(lines, start, end))

    def _take(self, lines: Sequence[str], start: int, end: int) -> Iterator[WindowLine]:
        for number in range(start, end):
            self.lines -= 1
            text = self._printable(lines[number - 1])
            if number not in self._wanted:
                self._characters -= len(text)
                if self._characters < 0:
                    text = "…"
            yield WindowLine(number, text)

    def _printable(self, line: str) -> str:
        # Cut before it is redacted, for time, and again after it. Of a secret that is cut in two, no half is shown.
        beginning = line[: 4 * self._limits.line]
        if len(beginning) < len(line):
            beginning = beginning.rpartition(" ")[0] or beginning
        text = redact(without_escapes(beginning).rstrip("\r"))[0]
        return text if len(text) <= self._limits.line else f"{text[: self._limits.line]} …"


def _stretches(
    lines: Sequence[str], shown: Sequence[tuple[int, int]], budget: _Budget, limits: WindowLimits
) -> Iterator[Stretch]:
    at = 1
    for start, end in shown:
        if start > at:
            yield _fold(lines, at, start, budget, limits)
        yield Stretch(budget.take(lines, start, end), count=end - start)
        at = end
    if at <= len(lines) and shown:
        yield _fold(lines, at, len(lines) + 1, budget, limits)


def _fold(lines: Sequence[str], start: int, end: int, budget: _Budget, limits: WindowLimits) -> Stretch:
    count = end - start
    opens = count <= min(limits.opened, budget.lines)
    return Stretch(budget.take(lines, start, end) if opens else (), is_folded=True, count=count)
