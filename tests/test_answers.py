"""An answer may quote a log that was written to harm whoever reads it on a terminal."""

from __future__ import annotations

import json

import pytest

from kb.answers import AnswerDoc, document, for_program, for_terminal
from kb.matching.engine import search
from kb.matching.invisible import INVISIBLE
from tests.matching.builders import index_of

TRICKS = ("\x9b31m", "\x1b[2J", "\x1b]0;title\x07", "\u202e", "\u2066", "\u200b", "\x08\x08", "\U000e0041")


def answer(trick: str) -> AnswerDoc:
    index = index_of("fatal: disk quota of team <any> exceeded")
    text = f"fatal: disk quota of team re{trick}d exceeded\nerror: unknown {trick} thing\rover it\n"
    return document(search(text, index), {}, index)


@pytest.mark.parametrize("trick", TRICKS, ids=ascii)
@pytest.mark.parametrize("colour", [False, True])
def test_nothing_in_an_answer_is_obeyed_by_a_terminal(trick: str, colour: bool) -> None:
    told = for_terminal(answer(trick), colour=colour)
    ours = told.replace("\x1b[0m", "").replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[31m", "")
    assert not INVISIBLE.search(ours)
    assert "\r" not in ours


@pytest.mark.parametrize("trick", TRICKS, ids=ascii)
@pytest.mark.parametrize("indent", [None, 2])
def test_nothing_in_its_json_is_either_and_a_program_reads_the_same(trick: str, indent: int | None) -> None:
    told = for_program(answer(trick), indent)
    assert not INVISIBLE.search(told)
    assert AnswerDoc.model_validate(json.loads(told)) == answer(trick)
