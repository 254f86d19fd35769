from __future__ import annotations

from pathlib import Path

from bench.catalogue import printed
from bench.distractors import Distractors, distractors
from tests.bench.builders import some_messages

LONG = "the lantern could not be lit by this program"
OTHER = "the kettle refused to boil with so little water"


def made_of(*messages: str, root: Path, texts: tuple[str, ...] = (), wanted: int = 10) -> Distractors:
    return distractors(wanted, [some_messages(root, "lamp", *messages)], {"git"}, texts)


def signatures(found: Distractors) -> set[str]:
    return {sign.text for page in found.pages for sign in page.doc.signatures}


def test_each_message_becomes_a_page_of_the_tool_distractor(tmp_path: Path) -> None:
    found = made_of(LONG, OTHER, root=tmp_path)
    assert signatures(found) == {LONG, OTHER}
    assert {page.tool for page in found.pages} == {"distractor"}


def test_a_short_message_is_left_out(tmp_path: Path) -> None:
    found = made_of(LONG, "no such file: --------------", root=tmp_path)
    assert (signatures(found), found.short) == ({LONG}, 1)


def test_a_message_that_stands_in_a_text_is_left_out_whatever_its_marks_and_blanks(tmp_path: Path) -> None:
    found = made_of(LONG, OTHER, root=tmp_path, texts=("#12 3.4 The LANTERN could\nnot be 'lit' by this program!",))
    assert (signatures(found), found.standing) == ({OTHER}, 1)


def test_a_message_with_values_stands_where_all_its_words_stand_in_order(tmp_path: Path) -> None:
    message = "could not open the cupboard %s of the kitchen on floor %d"
    there = "could not open the cupboard 'left' of the kitchen on floor 3"
    assert made_of(message, root=tmp_path, texts=(there,)).standing == 1
    assert signatures(made_of(message, root=tmp_path, texts=("could not open the cupboard",))) == {
        "could not open the cupboard <name> of the kitchen on floor <num>"
    }


def test_a_text_that_a_page_has_already_is_left_out(tmp_path: Path) -> None:
    root = some_messages(tmp_path, "lamp", LONG, OTHER)
    found = distractors(10, [root], {"git"}, (), owned={printed(LONG)})
    assert (signatures(found), found.standing) == ({OTHER}, 1)


def test_messages_of_a_tool_that_has_a_page_are_left_out(tmp_path: Path) -> None:
    some_messages(tmp_path, "git", LONG)
    some_messages(tmp_path, "psql-15", OTHER)
    assert signatures(distractors(10, [tmp_path], {"git"}, ())) == {OTHER}
    assert signatures(distractors(10, [tmp_path], {"git", "postgres"}, ())) == set()


def test_no_more_are_made_than_wanted_and_always_the_same_ones(tmp_path: Path) -> None:
    few = made_of(LONG, OTHER, root=tmp_path, wanted=1)
    assert (len(few.pages), few.spare) == (1, 1)
    assert few == made_of(LONG, OTHER, root=tmp_path, wanted=1)
