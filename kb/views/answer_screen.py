"""The screen of results: the engine's answer with the pages' titles and fixes, and the reader's lines as HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from kb.matching.filling import fill, safe_values
from kb.matching.records import Answer, Confidence, Fact, Match, MatchedLine, Reason, Role, TextFacts, UnmatchedLine
from kb.matching.verbosity import SayMore, ways_to_learn_more
from kb.models.feedback import LONGEST_LINE, MOST_LINES
from kb.queries.browse import Card, PlatformFix
from kb.rendering import placeholders
from kb.rendering.excerpt import excerpt
from kb.views.log_view import LogView, Row, log_view

ROWS_SHOWN = 3
"""Lines of one answer shown with it; all of them stand in the log beside it."""
ROW_SHOWN = 300
"""Characters of each."""
FACTS_SHOWN = 8
SUGGESTED = 5
BOX_HOLDS = 200 * 1024
"""Characters: so much of a text is sent back in the box, to be edited and sent again."""
FEW_LINES = 15
"""Of a text no longer than this the rest of the log may hold what it needs."""


@dataclass(frozen=True, slots=True)
class Capture:
    name: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class FilledFix:
    """The quick fix with what was captured in place."""

    text: str
    command: SafeString
    template: str
    """The command with its placeholders, where some were filled in."""
    is_filled: bool
    """Every placeholder got a value."""
    has_open_slots: bool


@dataclass(frozen=True, slots=True)
class LookAlikeRow:
    card: Card
    tell: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line that goes with a report that this is the wrong page: the text that is sent, and how it is shown."""

    text: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class MatchBlock:
    """One answer."""

    number: int
    """Ties it to its lines in the log."""
    card: Card
    is_likely: bool
    rows: list[Row]
    more_rows: int
    captures: list[Capture]
    values: str
    """What was captured, as JSON, for the page's own script: nothing secret."""
    quick_fix: FilledFix | None
    reasons: tuple[Reason, ...]
    look_alikes: list[LookAlikeRow]
    platform_fixes: list[PlatformFix]
    told: list[ToldLine]
    following: str
    """Slug of the next answer, if there is one."""


@dataclass(frozen=True, slots=True)
class AnswerScreen:
    """Everything that `match/answer.html` shows."""

    text: TextFacts
    headline: str
    is_answered: bool
    is_question: bool
    """A line in words that no message matches: then the nearest pages are what was asked for."""
    exact: list[MatchBlock]
    likely: list[MatchBlock]
    symptoms: list[MatchBlock]
    suggestions: list[Card]
    log: LogView
    kept: list[Row]
    """What of this text is kept, as it is kept."""
    keeps_nothing: bool = False
    """Who sent it asked for that."""
    ways_to_learn_more: tuple[SayMore, ...] = ()
    words: str = ""
    """To search for: what the most telling line says, without what changes from run to run."""
    box: str = ""
    """The text itself, to be edited and sent again; empty when it is too long for a box."""
    environment: tuple[Fact, ...] = ()
    ci: str = ""
    file_name: str = ""
    box_ignored: bool = False

    @property
    def matches(self) -> list[MatchBlock]:
        """In the order of their numbers."""
        return sorted([*self.exact, *self.likely, *self.symptoms], key=lambda block: block.number)

    @property
    def is_short(self) -> bool:
        return self.text.lines <= FEW_LINES

    @property
    def unknown_rows(self) -> list[Row]:
        return [row for row in self.log.jumps if row.is_unknown]


def answer_screen(
    answer: Answer,
    cards: Mapping[str, Card],
    fixes: Mapping[str, list[PlatformFix]],
    text: str = "",
    *,
    kept: Sequence[UnmatchedLine] = (),
    keeps_nothing: bool = False,
    file_name: str = "",
    box_ignored: bool = False,
) -> AnswerScreen:
    """The answer as a reader sees it. A page that is gone since the index was built is left out.

    `fixes` are the pages' fixes for the CI on which the text says it ran.
    """
    public = [match for match in answer.matches if match.slug in cards]
    following = [*(match.slug for match in public[1:]), ""]
    blocks = [
        _block(number, match, cards, fixes.get(match.slug, []), following[number - 1])
        for number, match in enumerate(public, 1)
    ]
    causes = [block for block, match in zip(blocks, public, strict=True) if match.role is Role.CAUSE]
    suggestions = [cards[near.slug] for near in answer.suggestions if near.slug in cards]
    is_question = answer.text.lines == 1 and not blocks and bool(suggestions)
    unknown = answer.unmatched  # beside what is known only lines that speak of a failure
    return AnswerScreen(
        text=answer.text,
        headline="The pages that come nearest" if is_question else _headline(causes, len(blocks) - len(causes)),
        is_answered=bool(causes),
        is_question=is_question,
        exact=[block for block in causes if not block.is_likely],
        likely=[block for block in causes if block.is_likely],
        symptoms=[block for block in blocks if block not in causes],
        suggestions=_worth_showing(suggestions, is_question=is_question, is_told=bool(unknown) or not blocks),
        log=log_view(text, public, unknown, answer.text.lines, also=kept),
        kept=[Row(line.number, excerpt(line.text)) for line in kept],
        keeps_nothing=keeps_nothing,
        ways_to_learn_more=ways_to_learn_more(answer.environment, (line.template for line in unknown)),
        words=_words(unknown),
        box=text if len(text) <= BOX_HOLDS else "",
        environment=answer.environment[:FACTS_SHOWN],
        ci=answer.ci,
        file_name=file_name,
        box_ignored=box_ignored,
    )


def _worth_showing(near: list[Card], *, is_question: bool, is_told: bool) -> list[Card]:
    """All that come near a question, the nearest to a log; none beside pages that leave no failing line unexplained."""
    if is_question:
        return near
    return near[:SUGGESTED] if is_told else []


def _headline(causes: Sequence[MatchBlock], symptoms: int) -> str:
    """A symptom is no answer: only causes are counted as such."""
    exact = sum(not block.is_likely for block in causes)
    if exact:
        return "One page answers this" if exact == 1 else f"{exact} pages answer this"
    if causes:
        return "One page probably answers this" if len(causes) == 1 else f"{len(causes)} pages probably answer this"
    return "Only a symptom is known here" if symptoms else "No page answers this yet"


def _block(
    number: int, match: Match, cards: Mapping[str, Card], fixes: list[PlatformFix], following: str
) -> MatchBlock:
    card = cards[match.slug]
    return MatchBlock(
        number=number,
        card=card,
        is_likely=match.confidence is Confidence.LIKELY,
        rows=[Row(line.number, excerpt(line.text, line.spans, ROW_SHOWN)) for line in match.lines[:ROWS_SHOWN]],
        more_rows=max(0, len(match.lines) - ROWS_SHOWN),
        captures=[Capture(name.replace("_", " "), excerpt(value)) for name, value in match.captures.items()],
        values=json.dumps(safe_values(match.captures)),
        quick_fix=_filled_fix(match, card),
        reasons=match.reasons,
        look_alikes=[LookAlikeRow(cards[look.slug], look.tell) for look in match.look_alikes if look.slug in cards],
        platform_fixes=fixes,
        told=[_told(line) for line in match.lines[:MOST_LINES]],
        following=following,
    )


def _told(line: MatchedLine) -> ToldLine:
    text = line.text.strip()[:LONGEST_LINE]
    return ToldLine(text, excerpt(text))


_LINK_WITHIN = re.compile(r"\]\(#")
"""A link from the quick fix to a part of its page; seen from here, that is another page."""


def _filled_fix(match: Match, card: Card) -> FilledFix | None:
    if card.quick_fix is None:
        return None
    command = card.quick_fix.command
    filled = fill(command, match.captures)
    values = [piece.filled for piece in filled.pieces if piece.slot]
    return FilledFix(
        text=_LINK_WITHIN.sub(f"]({card.url}#", card.quick_fix.text),
        command=placeholders.filled(filled.pieces),
        template=command if any(values) else "",
        is_filled=bool(values) and all(values),
        has_open_slots=not all(values),
    )


_MASKED = re.compile(r"<[^<>]*>|\[redacted\]")
_MARKS = re.compile(r"[^\w\s.:/-]+")
_MOST_WORDS = 12


def _words(unmatched: Sequence[UnmatchedLine]) -> str:
    """The words of the last line that says something; it is the one the build failed on more often than not."""
    told = [_MARKS.sub(" ", _MASKED.sub(" ", line.template)).split() for line in unmatched]
    return next((" ".join(words[:_MOST_WORDS]) for words in reversed(told) if len(words) > 1), "")
