"""The reader's log beside the answers: the lines that count, numbered as in the log and tied to their answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from kb.matching.records import Match, MatchedLine, UnmatchedLine
from kb.matching.windowing import Stretch, WindowLine, window
from kb.rendering.excerpt import excerpt

LINKS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the reader's text under its number."""

    number: int
    html: SafeString
    ties: tuple[int, ...] = ()
    """Numbers of the answers that this line led to."""
    is_unknown: bool = False
    """It looks like an error, and no page knows it."""

    @property
    def counts(self) -> bool:
        return bool(self.ties) or self.is_unknown


@dataclass(frozen=True, slots=True)
class LogPart:
    """Lines in a row; of a long fold only their number."""

    rows: list[Row]
    is_folded: bool
    count: int


@dataclass(frozen=True, slots=True)
class LogView:
    parts: list[LogPart] = field(default_factory=list)
    count: int = 0

    @property
    def digits(self) -> int:
        """How wide the column of numbers is."""
        return len(str(self.count))

    @property
    def jumps(self) -> list[Row]:
        """The lines that count, to jump to."""
        return [row for part in self.parts for row in part.rows if row.counts]

    @property
    def links(self) -> list[Row]:
        """Those of them that have a link at the head of the log: what led to answers before what nobody knows."""
        chosen = sorted(self.jumps, key=lambda row: not row.ties)[:LINKS_SHOWN]
        return sorted(chosen, key=lambda row: row.number)


def log_view(
    text: str,
    matches: Sequence[Match],
    unmatched: Collection[UnmatchedLine],
    count: int,
    also: Collection[UnmatchedLine] = (),
) -> LogView:
    """The text around what was found in it; `matches` in the order of their numbers. Lines `also` in view count not."""
    told: dict[int, MatchedLine] = {}
    ties: dict[int, list[int]] = {}
    for answer, match in enumerate(matches, 1):
        for line in match.lines:
            told.setdefault(line.number, line)
            ties.setdefault(line.number, []).append(answer)
    unknown = {line.number: line for line in unmatched}
    parts = [
        _part(stretch, told, ties, unknown)
        for stretch in window(text, {*told, *unknown, *(line.number for line in also)})
    ]
    return LogView(parts, count)


def _part(
    stretch: Stretch,
    told: Mapping[int, MatchedLine],
    ties: Mapping[int, list[int]],
    unknown: Mapping[int, UnmatchedLine],
) -> LogPart:
    rows = [_row(line, told.get(line.number), tuple(ties.get(line.number, ())), unknown) for line in stretch.lines]
    return LogPart(rows, stretch.is_folded, stretch.count)


def _row(
    line: WindowLine, told: MatchedLine | None, ties: tuple[int, ...], unknown: Mapping[int, UnmatchedLine]
) -> Row:
    """Of a long line that counts the engine shows the stretch that does."""
    if told:
        return Row(line.number, excerpt(told.text, told.spans), ties)
    if line.number in unknown:
        return Row(line.number, excerpt(unknown[line.number].text), is_unknown=True)
    return Row(line.number, excerpt(line.text))
