from __future__ import annotations

from typing import Any

import pytest

from kb.content.document import QuickFix
from kb.content.document import Role as PageRole
from kb.matching.records import (
    Answer,
    Confidence,
    LookAlike,
    Match,
    MatchedLine,
    Role,
    Suggestion,
    TextFacts,
    UnmatchedLine,
)
from kb.queries.browse import Card
from kb.views.answer_screen import ROWS_SHOWN, UNMATCHED_SHOWN, AnswerScreen, answer_screen
from tests.builders import TODAY


def a_card(slug: str, **changes: Any) -> Card:
    told = {"title": slug, "summary": "", "role": PageRole.CAUSE, "updated": TODAY, "quick_fix": None}
    return Card(slug=slug, tool="ssh", tool_name="SSH", **{**told, **changes})


def a_match(slug: str = "ssh/one", role: Role = Role.CAUSE, **changes: Any) -> Match:
    told = {"confidence": Confidence.EXACT, "score": 1.0, "lines": (MatchedLine(7, "it broke", "key"),)}
    return Match(slug=slug, role=role, **{**told, **changes})


def a_screen(
    *matches: Match, cards: tuple[Card, ...] = (a_card("ssh/one"), a_card("ssh/two")), **rest: Any
) -> AnswerScreen:
    facts = TextFacts(bytes=9, lines=1, redacted=0, truncated=False)
    return answer_screen(Answer(facts, matches, **rest), {card.slug: card for card in cards}, {})


@pytest.mark.parametrize(
    ("matches", "headline"),
    [
        ((), "No page answers this yet"),
        ((a_match(),), "One page answers this"),
        ((a_match(), a_match("ssh/two")), "2 pages answer this"),
        ((a_match(), a_match("ssh/two", Role.SYMPTOM)), "One page answers this"),
        ((a_match("ssh/two", Role.SYMPTOM),), "Only a symptom is known here"),
    ],
)
def test_the_headline_counts_causes_alone(matches: tuple[Match, ...], headline: str) -> None:
    assert a_screen(*matches).headline == headline


def test_a_page_that_is_gone_since_the_index_was_built_is_left_out() -> None:
    known = a_match(look_alikes=(LookAlike("ssh/gone", "x"), LookAlike("ssh/two", "y")))
    screen = a_screen(known, a_match("ssh/gone"), suggestions=(Suggestion("ssh/gone", 1.0), Suggestion("ssh/two", 1.0)))
    assert [block.card.slug for block in screen.matches] == ["ssh/one"]
    assert [row.card.slug for row in screen.matches[0].look_alikes] == ["ssh/two"]
    assert [card.slug for card in screen.suggestions] == ["ssh/two"]
    assert screen.headline == "One page answers this"


def test_lines_keep_their_numbers_and_many_are_folded() -> None:
    lines = tuple(MatchedLine(number, "it broke", "key") for number in range(5, 55))
    block = a_screen(a_match(lines=lines)).matches[0]
    assert [row.number for row in block.rows] == list(range(5, 5 + ROWS_SHOWN))
    assert block.more_rows == 50 - ROWS_SHOWN


def test_many_unmatched_lines_are_folded() -> None:
    screen = a_screen(unmatched=tuple(UnmatchedLine(number, "error", "f") for number in range(40)))
    assert len(screen.unmatched) == UNMATCHED_SHOWN
    assert screen.more_unmatched == 40 - UNMATCHED_SHOWN


@pytest.mark.parametrize(
    ("command", "captures", "shown", "is_filled"),
    [
        ("ping {{ host }}", {"host": "a.example.com"}, "ping a.example.com", True),
        ("ping {{ host }}", {}, "ping HOST", False),
        ("ping {{ host }}", {"host": "a; rm -rf /"}, "ping HOST", False),
        ("ping a.example.com", {"host": "b.example.com"}, "ping a.example.com", False),
    ],
)
def test_a_fix_is_called_filled_in_only_when_it_is(
    command: str, captures: dict[str, str], shown: str, *, is_filled: bool
) -> None:
    card = a_card("ssh/one", quick_fix=QuickFix(text="Look.", command=command))
    fix = a_screen(a_match(lines=(MatchedLine(1, "x", "key", captures),)), cards=(card,)).matches[0].quick_fix
    assert fix is not None
    assert (fix.command, fix.is_filled) == (shown, is_filled)


def test_an_answer_without_anything_says_so() -> None:
    assert a_screen().is_empty_handed
    assert not a_screen(a_match()).is_empty_handed
