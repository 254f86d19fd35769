"""Stage five: the answer, in the reader's own lines. What is shown is redacted here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from .index import Index
from .ink import Ink
from .ranking import Ranked
from .records import MatchedLine
from .redaction import MASK, Secret, redact
from .scanning import Hit

MOST_LINES = 12
"""Lines shown for one match."""
_MOST_SHOWN = 2000
"""Characters of one line; of a longer one the stretch around the match is shown, verbatim."""
_BLOCK = 4096
_ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\)|\x1b.")


def without_escapes(text: str) -> str:
    """The text without what moves a terminal's cursor or changes its colours."""
    return _ESCAPES.sub("", text)


class Shown:
    """Lines of the text as received, redacted. Counts what it masked."""

    def __init__(self, received: bytes) -> None:
        self._received = received
        self.redacted: set[tuple[int, int]] = set()

    @cached_property
    def _breaks(self) -> list[int]:
        """How many line breaks stand before each block."""
        counts = (self._received.count(b"\n", at, at + _BLOCK) for at in range(0, len(self._received), _BLOCK))
        return list(accumulate(counts, initial=0))

    def line_number(self, at: int) -> int:
        """1-based; LF only, so that it is the number that `sed -n` and editors in binary mode count."""
        block = at // _BLOCK
        return self._breaks[block] + self._received.count(b"\n", block * _BLOCK, at) + 1

    @property
    def line_count(self) -> int:
        return self._breaks[-1] + (not self._received.endswith(b"\n") and bool(self._received))

    def line(self, at: int, marks: Sequence[tuple[int, int]] = ()) -> tuple[int, str, tuple[tuple[int, int], ...]]:
        """(number, text, spans) of the line around byte `at`; `marks` are stretches of bytes to be marked in it."""
        start = self._received.rfind(b"\n", 0, at) + 1
        end = self._received.find(b"\n", at)
        end = len(self._received) if end < 0 else end
        number = self.line_number(start)
        if end - start > _MOST_SHOWN:
            start, end = self._stretch(max(start, at - _MOST_SHOWN // 4), min(end, at + _MOST_SHOWN * 3 // 4))
        raw = self._received[start:end]
        edges = sorted(
            {edge for mark in marks for edge in (max(mark[0], start), min(mark[1], end)) if start <= edge <= end}
        )
        text, moved = _moved_by_escapes(raw, [edge - start for edge in edges])
        place = dict(zip(edges, moved, strict=True))
        text, spans = self._redacted(
            text,
            [(place[max(a, start)], place[min(b, end)]) for a, b in marks if a < end and b > start],
            number,
        )
        return number, text, spans

    def _stretch(self, start: int, end: int) -> tuple[int, int]:
        """Cut between characters, not inside one."""
        while start < end and self._received[start] & 0xC0 == 0x80:
            start += 1
        while end > start and end < len(self._received) and self._received[end] & 0xC0 == 0x80:
            end -= 1
        return start, end

    def _redacted(
        self, text: str, spans: list[tuple[int, int]], number: int
    ) -> tuple[str, tuple[tuple[int, int], ...]]:
        masked, secrets = redact(text)
        self.redacted.update((number, secret.start) for secret in secrets)
        return masked, tuple((_moved(start, secrets), _moved(end, secrets)) for start, end in spans)


def _moved(at: int, secrets: Sequence[Secret]) -> int:
    """Where a place of a text stands once its secrets are masked."""
    shift = 0
    for secret in secrets:
        if at >= secret.end:
            shift += len(MASK) - (secret.end - secret.start)
        elif at > secret.start:
            return secret.start + shift
    return at + shift


def _moved_by_escapes(raw: bytes, edges: Sequence[int]) -> tuple[str, list[int]]:
    """The line as text without terminal escapes; byte edges become character offsets."""
    kept, places, at = "", [], 0
    for edge in [*edges, len(raw)]:
        kept += without_escapes(raw[at:edge].decode(errors="replace"))
        places.append(len(kept))
        at = edge
    return kept.rstrip("\r"), [min(place, len(kept.rstrip("\r"))) for place in places[:-1]]


def matched_lines(ranked: Ranked, ink: Ink, shown: Shown, index: Index) -> tuple[MatchedLine, ...]:
    """The lines that gave a page away, by number."""
    lines: dict[int, MatchedLine] = {}
    first = sorted(ranked.sightings, key=lambda seen: seen.hit.start)[: 4 * MOST_LINES]
    # Where two signatures stand on one line, the one that holds more of it tells what was captured.
    for seen in sorted(first, key=lambda seen: seen.hit.start - seen.hit.end):
        for line in _lines_of_hit(seen.hit, ink, shown, index.signatures[seen.hit.pattern].key):
            lines.setdefault(line.number, line)
    for near in ranked.near[:3]:
        number, text, spans = shown.line(near.start, ((near.start, near.end),))
        lines.setdefault(number, MatchedLine(number, text, near.likeness.signature, {}, spans))
    return tuple(lines[number] for number in sorted(lines))[:MOST_LINES]


def _lines_of_hit(hit: Hit, ink: Ink, shown: Shown, key: str) -> list[MatchedLine]:
    """A wrapped or several-line message lists all its lines; the first one carries the captured values."""
    captures = {name: _shown_value(value) for name, value in hit.captures.items() if value and value.strip()}
    lines: list[MatchedLine] = []
    at = hit.start
    while at < hit.end and len(lines) < MOST_LINES:
        stop = ink.view.find(b"\n", at)
        stop = len(ink.view) if stop < 0 else stop
        if any(start < stop and end > at for start, end in hit.spans):
            number, text, spans = shown.line(at, _merged(hit, ink.view, at, min(stop, hit.end)))
            lines.append(MatchedLine(number, text, key, {} if lines else captures, spans))
        at = stop + 1
    return lines


_CLOSING = b")]}'\"`.!"
"""Marks that belong to a message which ends before them."""


def _merged(hit: Hit, view: bytes, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The literals and what lies between them on one line, as one stretch to mark."""
    inside = [(max(a, start), min(b, end)) for a, b in hit.spans if a < end and b > start]
    if not inside:
        return ()
    last = max(b for _, b in inside)
    while last < len(view) and view[last] in _CLOSING:
        last += 1
    return ((min(a for a, _ in inside), last),)


def _shown_value(value: str) -> str:
    return redact(without_escapes(value).strip())[0]
