"""Stage two: find every signature in a text.

One pass of an Aho-Corasick automaton over the ink finds the anchors; each anchor is verified by the other literals of
its signature, in order, and by what the gaps between them hold. Verifying looks at the view around the anchor only.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from .ink import Ink
from .signature import SHORT, Edge, Gap, Literal, Pattern

MOST_PER_ANCHOR = 64
"""An anchor that stands more often than this in one text is verified at its first and last places only."""
_BACKTRACKS = 60
_MIN_BEHEADED = 4
_MIN_WRAP = 30
"""Columns: no terminal or box that wraps text is narrower."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One signature found at one place. Offsets are bytes of the view, half open."""

    pattern: int
    """Index of the signature in the index."""
    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    """Where its literals stand."""
    captures: dict[str, str] = field(default_factory=dict, compare=False)


def anchors_in(found: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """(anchor, ink offset of its start) of what the automaton found, the middle of very long runs left out."""
    half = MOST_PER_ANCHOR // 2
    first: dict[int, list[int]] = defaultdict(list)
    last: dict[int, deque[int]] = defaultdict(lambda: deque(maxlen=half))
    for anchor, start, _ in found:
        starts = first[anchor]
        (starts if len(starts) < half else last[anchor]).append(start)
    for anchor, starts in first.items():
        for start in chain(starts, last.get(anchor, ())):
            yield anchor, start


def verify(number: int, pattern: Pattern, start: int, ink: Ink) -> Hit | None:
    """The hit of `pattern` whose anchor stands at ink offset `start`, or None."""
    if pattern.regex is not None:
        return _verify_regex(number, pattern, start, ink)
    return _Verifier(pattern, ink).run(number, start)


def _verify_regex(number: int, pattern: Pattern, start: int, ink: Ink) -> Hit | None:
    assert pattern.regex is not None
    at = ink.offset(start)
    first, last = _line_start(ink.view, at), _line_end(ink.view, at)
    first, last = max(first, at - 4000), min(last, at + 4000)
    line = ink.view[first:last]
    found = pattern.regex.search(line.translate(None, b"\0"))
    if found is None:
        return None
    groups = {_text(name): _text(value) for name, value in found.groupdict().items() if value}
    if b"\0" not in line:
        first, last = first + found.start(), first + found.end()
    return Hit(number, first, last, ((first, last),), groups)


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode(errors="replace")


class _Verifier:
    """Verifies one anchor. Backtracks where a short literal also stands inside a captured value; bounded."""

    def __init__(self, pattern: Pattern, ink: Ink) -> None:
        self.pattern = pattern
        self.ink = ink
        self.left = _BACKTRACKS

    def run(self, number: int, start: int) -> Hit | None:
        anchor = self.pattern.anchor
        span = self._span(self.pattern.literals[anchor], start)
        if span is None:
            return None
        before = self._before(anchor, start, span[0])
        if before is None:
            return None
        after = self._after(anchor, start + len(self.pattern.literals[anchor].ink), span[1])
        if after is None:
            return None
        spans = (*before[0], span, *after[0])
        return Hit(number, spans[0][0], spans[-1][1], spans, {**before[1], **after[1]})

    def _before(self, at: int, ink_start: int, view_start: int) -> _Found | None:
        """The literals before number `at`, which starts at these offsets, and what the gaps between them captured."""
        gap = self.pattern.gaps[at]
        if at == 0:
            captured = _at_start(gap, self.ink.view, view_start)
            return None if captured is None else ((), captured)
        literal = self.pattern.literals[at - 1]
        floor = max(0, ink_start - gap.window - len(literal.ink))
        end = ink_start
        if at == 1 and self.ink.text.find(literal.ink, floor, end) < 0:
            literal = self._beheaded(literal, floor, end)
        while self.left > 0 and (found := self.ink.text.rfind(literal.ink, floor, end)) >= 0:
            self.left -= 1
            span = self._span(literal, found)
            captured = None if span is None else _between(gap, self.ink.view, span[1], view_start)
            if span is not None and captured is not None:
                rest = self._before(at - 1, found, span[0])
                if rest is not None:
                    return (*rest[0], span), {**rest[1], **captured}
            end = found + len(literal.ink) - 1
        return None

    def _beheaded(self, literal: Literal, floor: int, end: int) -> Literal:
        """The first literal without its first character, where that was lost in copying: at the start of a line."""
        rest = literal._replace(ink=literal.ink[1:])
        found = self.ink.text.rfind(rest.ink, floor, end)
        if len(rest.ink) < _MIN_BEHEADED or found < 0:
            return literal
        start = self.ink.offset(found)
        return literal if self.ink.view[_line_start(self.ink.view, start) : start].strip(b"\0 \t") else rest

    def _after(self, at: int, ink_end: int, view_end: int) -> _Found | None:
        gap = self.pattern.gaps[at + 1]
        if at + 1 == len(self.pattern.literals):
            captured = _at_end(gap, self.ink.view, view_end)
            return None if captured is None else ((), captured)
        literal = self.pattern.literals[at + 1]
        ceiling = ink_end + gap.window + len(literal.ink)
        start = ink_end
        while self.left > 0 and (found := self.ink.text.find(literal.ink, start, ceiling)) >= 0:
            self.left -= 1
            span = self._span(literal, found)
            captured = None if span is None else _between(gap, self.ink.view, view_end, span[0])
            if span is not None and captured is not None:
                rest = self._after(at + 1, found + len(literal.ink), span[1])
                if rest is not None:
                    return (span, *rest[0]), {**captured, **rest[1]}
            start = found + 1
        return None

    def _span(self, literal: Literal, start: int) -> tuple[int, int] | None:
        """Where in the view the literal at ink offset `start` stands, if its edges and line breaks are in order."""
        view = self.ink.view
        first, end = self.ink.span(start, len(literal.ink))
        last = end - 1
        short = len(literal.ink) < SHORT
        if _touches(view, first, -1, literal.before, short) or _touches(view, last, +1, literal.after, short):
            return None
        if not _is_one_line(view, first, last + 1):
            return None
        if literal.has_blanks and not view[first : last + 1].translate(None, _IN_NAMES):
            return None  # TestPermissionDenied is a name, not a message
        if literal.is_shouted and view[first : last + 1] != view[first : last + 1].upper():
            return None
        return first, last + 1


_Found = tuple[tuple[tuple[int, int], ...], dict[str, str]]


# --- edges ------------------------------------------------------------------------------------------------------------


def _touches(view: bytes, at: int, step: int, edge: Edge, short: bool) -> bool:
    """Whether the ink byte at an edge runs on: a digit into a digit always; a short literal, and one that a mark parts
    from a value, into any word character; a short one that a blank parts from a value into anything but a blank (the
    `to` in `/srv/to/here`).
    """
    if edge is Edge.VALUE:
        return False
    neighbour = _neighbour(view, at, step)
    if neighbour is None:
        return False
    if _is_digit(view[at]) and _is_digit(neighbour):
        return True
    if edge is Edge.BLANK and short:
        return neighbour not in b" \t"
    if edge is Edge.MARK and neighbour == 0x5F:
        return False  # it may be the mark itself: GLIBC_<version>
    return (short or edge is Edge.MARK) and _is_word(neighbour)


def _neighbour(view: bytes, at: int, step: int) -> int | None:
    """The next byte in a direction; removed noise and a hard wrap in between count as nothing."""
    edge = view[at]
    at += step
    while 0 <= at < len(view):
        byte = view[at]
        if byte == 0x0A:
            if not (_is_digit(edge) and is_full(view, at)):
                return None
        elif byte != 0:
            return byte
        at += step
    return None


def _is_digit(byte: int) -> bool:
    return 0x30 <= byte <= 0x39


def _is_word(byte: int) -> bool:
    return _is_digit(byte) or 0x61 <= (byte | 0x20) <= 0x7A or byte == 0x5F or byte >= 0x80


# --- lines ------------------------------------------------------------------------------------------------------------


def _line_start(view: bytes, at: int) -> int:
    return view.rfind(b"\n", 0, at) + 1


def _line_end(view: bytes, at: int) -> int:
    end = view.find(b"\n", at)
    return len(view) if end < 0 else end


def _is_one_line(view: bytes, start: int, end: int) -> bool:
    """Whether a literal stands on one line, or on several only because something wrapped it."""
    at = view.find(b"\n", start, end)
    while at >= 0:
        if not (is_full(view, at) if _parts_digits(view, at) else is_wrap(view, at)):
            return False
        at = view.find(b"\n", at + 1, end)
    return True


def _parts_digits(view: bytes, at: int) -> bool:
    before, after = view[max(0, at - 64) : at].rstrip(b"\0"), view[at + 1 : at + 65].lstrip(b"\0")
    return bool(before and after) and _is_digit(before[-1]) and _is_digit(after[0])


def is_wrap(view: bytes, at: int) -> bool:
    """Whether the line break at `at` may be a hard wrap: the next line's first word would not have fitted on this line.

    Enough where a literal goes on behind the break: that both halves of it stand there by chance is unlikely.
    """
    before, after = _around(view, at)
    if len(before) < _MIN_WRAP or not after.strip():
        return False
    return len(after) <= len(before) + 1 + len(after.split(None, 1)[0])


def is_full(view: bytes, at: int) -> bool:
    """Whether the line before the break at `at` fills a terminal: of a usual width, or as wide as the line next to it.

    Asked where nothing else speaks for a wrap: behind a value, or between two digits.
    """
    before, after = _around(view, at)
    if len(before) < _MIN_WRAP or not after.strip():
        return False
    start = _line_start(view, at)
    previous = _visible(view[_line_start(view, start - 1) : start - 1]) if start else b""
    return len(before) in _WIDTHS or len(before) in (len(after), len(previous))


def _around(view: bytes, at: int) -> tuple[bytes, bytes]:
    """The lines before and behind a line break, as far as they matter."""
    before = view[max(_line_start(view, at), at - 1000) : at]
    return _visible(before), _visible(view[at + 1 : min(_line_end(view, at + 1), at + 1001)])


def _visible(line: bytes) -> bytes:
    return line.translate(None, b"\0").rstrip()


# --- gaps -------------------------------------------------------------------------------------------------------------


def _between(gap: Gap, view: bytes, start: int, end: int) -> dict[str, str] | None:
    text = view[start:end]
    if not gap.expression:
        return {} if not text.translate(None, _NOT_INK) else None
    if not gap.names:
        return gap.match(_readable(text))
    found = gap.match(_readable(text))
    if found is None and b"\n" in text:
        found = gap.match(_readable(_unwrapped(view, start, end, is_full)))
    if found is None and b"\n" in text and gap.is_one_word:
        # A value without blanks that is parted by a line break, with the right words on both sides: cut by a wrap.
        found = gap.match(_readable(_unwrapped(view, start, end, is_wrap)))
    return found


def _at_start(gap: Gap, view: bytes, end: int) -> dict[str, str] | None:
    if not gap.expression:
        return {}
    return gap.match(_readable(view[max(_line_start(view, end), end - 1000) : end]))


def _at_end(gap: Gap, view: bytes, start: int) -> dict[str, str] | None:
    if not gap.expression:
        return {}
    end = _line_end(view, start)
    while end < min(len(view), start + 300) and is_full(view, end):
        end = _line_end(view, end + 1)
    return gap.match(_readable(_unwrapped(view, start, min(end, start + 1000), is_full)))


def _unwrapped(view: bytes, start: int, end: int, is_cut: Callable[[bytes, int], bool]) -> bytes:
    """A stretch of the view with its hard wraps taken out: the line breaks of which `is_cut` says so."""
    text = view[start:end]
    if b"\n" not in text:
        return text
    parts, at = [], start
    while (stop := view.find(b"\n", at, end)) >= 0:
        if is_cut(view, stop):
            parts.append(view[at:stop].rstrip(b"\0"))
            at = stop + 1
            while at < end and view[at] in b" \t\0":
                at += 1
        else:
            parts.append(view[at : stop + 1])
            at = stop + 1
    return b"".join([*parts, view[at:end]])


_WIDTHS = frozenset({72, 78, 79, 80, 100, 118, 119, 120, 132, 138, 139, 140, 158, 159, 160})
_IN_NAMES = bytes([0, *b"_", *(byte for byte in range(0x80) if chr(byte).isalnum())])
_NOT_INK = bytes(byte for byte in range(0x80) if not chr(byte).isalnum())


def _readable(text: bytes) -> str:
    """A stretch as text; Markdown's marks at its edges belong to nobody."""
    return text.translate(None, b"\0").decode(errors="replace").strip("*~`")
