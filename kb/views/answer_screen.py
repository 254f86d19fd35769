"""The screen of results: the engine's answer with the pages' titles and fixes, and the reader's lines as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from kb.matching.filling import fill, slots
from kb.matching.records import Answer, Confidence, Fact, Match, Reason, Role, TextFacts
from kb.queries.browse import Card, PlatformFix
from kb.rendering.excerpt import excerpt

ROWS_SHOWN = 12
UNMATCHED_SHOWN = 12
FACTS_SHOWN = 8
CONFIDENCE = {
    Confidence.EXACT: "exact: its message stands in your text",
    Confidence.LIKELY: "likely: a line says nearly what its message says",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the reader's text under its number."""

    number: int
    html: SafeString


@dataclass(frozen=True, slots=True)
class Capture:
    name: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class FilledFix:
    """The quick fix with what was captured in place."""

    text: str
    command: str
    is_filled: bool


@dataclass(frozen=True, slots=True)
class LookAlikeRow:
    card: Card
    tell: str


@dataclass(frozen=True, slots=True)
class MatchBlock:
    card: Card
    confidence: str
    confidence_label: str
    rows: list[Row]
    more_rows: int
    captures: list[Capture]
    quick_fix: FilledFix | None
    reasons: tuple[Reason, ...]
    look_alikes: list[LookAlikeRow]
    platform_fixes: list[PlatformFix]


@dataclass(frozen=True, slots=True)
class AnswerScreen:
    """Everything that `match/answer.html` shows."""

    text: TextFacts
    headline: str
    is_answered: bool
    matches: list[MatchBlock]
    suggestions: list[Card]
    unmatched: list[Row]
    more_unmatched: int
    environment: tuple[Fact, ...] = ()
    ci: str = ""
    file_name: str = ""
    box_ignored: bool = False

    @property
    def is_empty_handed(self) -> bool:
        return not (self.matches or self.suggestions or self.unmatched)


def answer_screen(
    answer: Answer,
    cards: Mapping[str, Card],
    fixes: Mapping[str, list[PlatformFix]],
    file_name: str = "",
    *,
    box_ignored: bool = False,
) -> AnswerScreen:
    """The answer as a reader sees it. A page that is gone since the index was built is left out.

    `fixes` are the pages' fixes for the CI on which the text says it ran.
    """
    public = [match for match in answer.matches if match.slug in cards]
    return AnswerScreen(
        text=answer.text,
        headline=_headline(public),
        is_answered=any(match.role is Role.CAUSE for match in public),
        matches=[_block(match, cards, fixes.get(match.slug, [])) for match in public],
        suggestions=[cards[near.slug] for near in answer.suggestions if near.slug in cards],
        unmatched=[Row(line.number, excerpt(line.text)) for line in answer.unmatched[:UNMATCHED_SHOWN]],
        more_unmatched=max(0, len(answer.unmatched) - UNMATCHED_SHOWN),
        environment=answer.environment[:FACTS_SHOWN],
        ci=answer.ci,
        file_name=file_name,
        box_ignored=box_ignored,
    )


def _headline(matches: list[Match]) -> str:
    """A symptom is no answer: only causes are counted as such."""
    causes = sum(match.role is Role.CAUSE for match in matches)
    if causes:
        return "One page answers this" if causes == 1 else f"{causes} pages answer this"
    return "Only a symptom is known here" if matches else "No page answers this yet"


def _block(match: Match, cards: Mapping[str, Card], fixes: list[PlatformFix]) -> MatchBlock:
    card = cards[match.slug]
    return MatchBlock(
        card=card,
        confidence=match.confidence.value,
        confidence_label=CONFIDENCE[match.confidence],
        rows=[Row(line.number, excerpt(line.text, line.spans)) for line in match.lines[:ROWS_SHOWN]],
        more_rows=max(0, len(match.lines) - ROWS_SHOWN),
        captures=[Capture(name.replace("_", " "), excerpt(value)) for name, value in match.captures.items()],
        quick_fix=_filled_fix(match, card),
        reasons=match.reasons,
        look_alikes=[LookAlikeRow(cards[look.slug], look.tell) for look in match.look_alikes if look.slug in cards],
        platform_fixes=fixes,
    )


def _filled_fix(match: Match, card: Card) -> FilledFix | None:
    if card.quick_fix is None:
        return None
    command = card.quick_fix.command
    filled = fill(command, match.captures)
    return FilledFix(card.quick_fix.text, filled.text, is_filled=bool(slots(command)) and filled.filled)
