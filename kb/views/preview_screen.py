"""The screen that shows what would be kept of a text, before it is sent: the kept lines, and the text as masked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.safestring import SafeString

from kb.matching.records import Answer, UnmatchedLine
from kb.matching.redaction import MASK
from kb.matching.windowing import WindowLimits, window
from kb.queries.browse import Card
from kb.rendering.excerpt import excerpt
from kb.views.answer_screen import BOX_HOLDS
from kb.views.log_view import LogPart, LogView, Row

LIMITS = WindowLimits(whole=1500, characters=BOX_HOLDS, line=600)
_MASK = re.compile(re.escape(MASK))


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line that would be kept: as an example, and as what is counted."""

    number: int
    html: SafeString
    template: str


@dataclass(frozen=True, slots=True)
class PreviewScreen:
    """Everything that `match/preview.html` shows."""

    lines: int
    counted: list[Card]
    """Pages of which would be noted that they were found once more."""
    kept: list[KeptLine]
    log: LogView
    masked: int
    """How often something is masked in what is shown."""
    box: str
    kept_days: int = settings.UNKNOWN_DAYS


def preview_screen(
    answer: Answer, cards: Mapping[str, Card], kept: Sequence[UnmatchedLine], text: str
) -> PreviewScreen:
    """Of a text that is too long only the beginning and the end are shown."""
    stretches = window(text, (), LIMITS)
    parts = [
        LogPart([Row(line.number, _masked(line.text)) for line in part.lines], part.is_folded, part.count)
        for part in stretches
    ]
    return PreviewScreen(
        lines=answer.text.lines,
        counted=[cards[match.slug] for match in answer.matches if match.slug in cards],
        kept=[KeptLine(line.number, excerpt(line.text), line.template) for line in kept],
        log=LogView(parts, answer.text.lines),
        masked=sum(line.text.count(MASK) for part in stretches for line in part.lines),
        box=text if len(text) <= BOX_HOLDS else "",
    )


def _masked(text: str) -> SafeString:
    return excerpt(text, [found.span() for found in _MASK.finditer(text)])
