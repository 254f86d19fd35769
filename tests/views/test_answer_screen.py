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
from kb.views.answer_screen import BOX_HOLDS, ROWS_SHOWN, SUGGESTED, AnswerScreen, answer_screen
from tests.builders import TODAY


def a_card(slug: str, **changes: Any) -> Card:
    told = {"title": slug, "summary": "", "role": PageRole.CAUSE, "updated": TODAY, "quick_fix": None}
    return Card(slug=slug, tool="ssh", tool_name="SSH", **{**told, **changes})


def a_match(slug: str = "ssh/one", role: Role = Role.CAUSE, **changes: Any) -> Match:
    told = {"confidence": Confidence.EXACT, "score": 1.0, "lines": (MatchedLine(7, "it broke", "key"),)}
    return Match(slug=slug, role=role, **{**told, **changes})


def a_screen(
    *matches: Match,
    cards: tuple[Card, ...] = (a_card("ssh/one"), a_card("ssh/two")),
    text: str = "",
    lines: int = 2,
    kept: tuple[UnmatchedLine, ...] = (),
    **rest: Any,
) -> AnswerScreen:
    facts = TextFacts(bytes=9, lines=lines, redacted=0, truncated=False)
    return answer_screen(Answer(facts, matches, **rest), {card.slug: card for card in cards}, {}, text, kept=kept)


def an_unmatched(number: int, text: str) -> UnmatchedLine:
    return UnmatchedLine(number, text, "fingerprint", text)


@pytest.mark.parametrize(
    ("matches", "headline"),
    [
        ((), "No page answers this yet"),
        ((a_match(),), "One page answers this"),
        ((a_match(), a_match("ssh/two")), "2 pages answer this"),
        ((a_match(), a_match("ssh/two", Role.SYMPTOM)), "One page answers this"),
        ((a_match("ssh/two", Role.SYMPTOM),), "Only a symptom is known here"),
        ((a_match(confidence=Confidence.LIKELY),), "One page probably answers this"),
        ((a_match(), a_match("ssh/two", confidence=Confidence.LIKELY)), "One page answers this"),
    ],
)
def test_the_headline_counts_causes_alone(matches: tuple[Match, ...], headline: str) -> None:
    assert a_screen(*matches).headline == headline


def test_a_page_that_is_gone_since_the_index_was_built_is_left_out() -> None:
    known = a_match(look_alikes=(LookAlike("ssh/gone", "x"), LookAlike("ssh/two", "y")))
    near = (Suggestion("ssh/gone", 1.0), Suggestion("ssh/two", 1.0))
    screen = a_screen(known, a_match("ssh/gone"), suggestions=near, unmatched=(an_unmatched(9, "error: no tape left"),))
    assert [block.card.slug for block in screen.matches] == ["ssh/one"]
    assert [row.card.slug for row in screen.matches[0].look_alikes] == ["ssh/two"]
    assert [card.slug for card in screen.suggestions] == ["ssh/two"]
    assert screen.headline == "One page answers this"


def test_lines_keep_their_numbers_and_many_are_folded() -> None:
    lines = tuple(MatchedLine(number, "it broke", "key") for number in range(5, 55))
    block = a_screen(a_match(lines=lines)).matches[0]
    assert [row.number for row in block.rows] == list(range(5, 5 + ROWS_SHOWN))
    assert block.more_rows == 50 - ROWS_SHOWN


def test_likely_answers_and_symptoms_stand_apart_and_all_are_numbered() -> None:
    cards = tuple(a_card(f"ssh/{name}") for name in ("one", "two", "three"))
    likely, symptom = a_match("ssh/two", confidence=Confidence.LIKELY), a_match("ssh/three", Role.SYMPTOM)
    screen = a_screen(a_match(), likely, symptom, cards=cards)
    assert [block.number for block in screen.exact] == [1]
    assert [block.number for block in screen.likely] == [2]
    assert [block.number for block in screen.symptoms] == [3]
    assert [block.number for block in screen.matches] == [1, 2, 3]


def test_a_line_in_words_is_a_question_when_pages_come_near() -> None:
    near = (Suggestion("ssh/one", 1.0),)
    question = a_screen(lines=1, suggestions=near)
    assert (question.is_question, question.headline) == (True, "The pages that come nearest")
    assert not a_screen(lines=1).is_question
    assert not a_screen(lines=2, suggestions=near).is_question
    assert not a_screen(a_match(), lines=1, suggestions=near).is_question


def test_the_words_to_search_for_are_those_that_return_in_every_run() -> None:
    line = UnmatchedLine(4, "x", "f", "error: cannot read <path> from {<number>}: [redacted] is broken")
    assert a_screen(unmatched=(line,)).words == "error: cannot read from : is broken"


def test_a_link_from_the_quick_fix_leads_to_the_page_it_is_written_for() -> None:
    card = a_card("ssh/one", quick_fix=QuickFix(text="Or [look](#step-look).", command=""))
    fix = a_screen(a_match(), cards=(card,)).matches[0].quick_fix
    assert fix is not None
    assert fix.text == "Or [look](/errors/ssh/one/#step-look)."


def test_only_what_is_no_secret_goes_on_to_the_page() -> None:
    captures = {"host": "a.example.com", "path": "/a b", "name": "[redacted]"}
    block = a_screen(a_match(lines=(MatchedLine(1, "x", "key", captures),))).matches[0]
    assert block.values == '{"host": "a.example.com"}'


def test_a_text_that_is_too_long_for_a_box_is_not_sent_back() -> None:
    assert a_screen(text="x" * BOX_HOLDS).box == "x" * BOX_HOLDS
    assert a_screen(text="x" * (BOX_HOLDS + 1)).box == ""


def test_nothing_is_near_when_no_failing_line_is_left_unexplained() -> None:
    near = (Suggestion("ssh/two", 1.0),)
    failing = (an_unmatched(1, "error: no tape left"),)
    assert a_screen(a_match(role=Role.SYMPTOM), suggestions=near).suggestions == []
    assert len(a_screen(a_match(role=Role.SYMPTOM), unmatched=failing, suggestions=near).suggestions) == 1
    assert len(a_screen(suggestions=near).suggestions) == 1


def test_a_few_near_pages_are_enough_but_for_a_question() -> None:
    cards = tuple(a_card(f"ssh/{number}") for number in range(9))
    near = tuple(Suggestion(card.slug, 1.0) for card in cards)
    assert len(a_screen(cards=cards, suggestions=near).suggestions) == SUGGESTED
    assert len(a_screen(cards=cards, suggestions=near, lines=1).suggestions) == 9


@pytest.mark.parametrize(
    ("command", "captures", "shown", "is_filled"),
    [
        ("ping {{ host }}", {"host": "a.example.com"}, 'ping <b class="filled">a.example.com</b>', True),
        ("ping {{ host }}", {}, "ping <var>HOST</var>", False),
        ("ping {{ host }}", {"host": "a; rm -rf /"}, "ping <var>HOST</var>", False),
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
    assert fix.template == (command if is_filled else "")
