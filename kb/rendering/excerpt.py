"""A line of the reader's own text as HTML: what was recognised is marked, what is too long is cut around the mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kb.matching.invisible import INVISIBLE, name_of
from kb.rendering.dressing import dressed

LEAD = 160
"""Characters shown before the first mark of a line that is too long."""
SHOWN = 800
"""Characters shown of one line: a log of one 9 MB line is not sent back."""

Span = tuple[int, int]


def excerpt(text: str, spans: Sequence[Span] = (), shown: int = SHOWN) -> SafeString:
    """The line with its spans marked, at most so many characters of it."""
    text = text.rstrip("\r\n")
    marks = _merged(spans, len(text))
    start, end = _window(len(text), marks, shown)
    parts = ["… " if start else ""]
    place = start
    for opening, closing in _merged(((max(a, start), b) for a, b in marks), end):
        parts += [_visible(text[place:opening]), format_html("<mark>{}</mark>", _visible(text[opening:closing]))]
        place = closing
    parts += [_visible(text[place:end]), " …" if end < len(text) else ""]
    return format_html_join("", "{}", ((part,) for part in parts))


def _window(length: int, marks: Sequence[Span], shown: int) -> Span:
    if length <= shown:
        return 0, length
    first = marks[0][0] if marks else 0
    start = max(0, min(first - min(LEAD, shown // 4), length - shown))
    return start, min(length, start + shown)


def _merged(spans: Iterable[Span], length: int) -> list[Span]:
    """The spans in order and inside the line, those that touch as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        start, end = max(start, 0), min(end, length)
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _visible(text: str) -> SafeString:
    return dressed(text, INVISIBLE, lambda found: format_html('<span class="control">{}</span>', name_of(found[0])))
