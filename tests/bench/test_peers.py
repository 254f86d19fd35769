from __future__ import annotations

import pytest

from bench.peers import Bm25, Expressions, Fts5, Ours, Score, Way, compare, table
from kb.matching.records import Entry, Role, Signature
from tests.bench.builders import a_case

EOF = Entry("git/early-eof", "early EOF", signatures=(Signature("main", "fatal: early EOF of the pack"),))
PORT = Entry(
    "node/port-in-use",
    "EADDRINUSE: address already in use",
    signatures=(Signature("main", "Error: listen EADDRINUSE: address already in use <any>"),),
)
WRAPPER = Entry(
    "ci/exit-code",
    "Process completed",
    role=Role.SYMPTOM,
    signatures=(Signature("main", "Error: Process completed with exit code <num>."),),
)
ENTRIES = (EOF, PORT, WRAPPER)
BROKEN_LOG = "installing\nError: listen EADDRINUSE: address already in use :::3000\nbye\n"


def score_of(way: Way, *cases: dict[str, object], clean: tuple[bytes, ...] = ()) -> Score:
    return compare(ENTRIES, cases, clean, [way])[0]


@pytest.mark.parametrize("way", [Bm25(), Fts5(), Expressions(), Ours()], ids=lambda way: way.name)
def test_every_way_finds_the_page_of_a_plain_error(way: Way) -> None:
    assert score_of(way, a_case(BROKEN_LOG, "node/port-in-use", "log")).share("log") == 1


@pytest.mark.parametrize("way", [Bm25(), Fts5()], ids=lambda way: way.name)
def test_an_index_of_words_answers_whatever_it_is_asked(way: Way) -> None:
    negative = a_case("Error: the address of the moon is unknown", None, "negative")
    score = score_of(way, negative, clean=(b"address book updated\n",))
    assert (score.share("negative"), score.clean_alarms) == (0, 1)


@pytest.mark.parametrize("way", [Expressions(), Ours()], ids=lambda way: way.name)
def test_a_wrapper_alone_is_no_false_alarm(way: Way) -> None:
    negative = a_case("Error: Process completed with exit code 3.", None, "negative")
    assert score_of(way, negative).share("negative") == 1


def test_expressions_match_line_by_line_and_in_their_order() -> None:
    text = "Error: Process completed with exit code 1.\nfatal: early EOF of the pack\n"
    way = Expressions()
    way.learn([WRAPPER, EOF])
    assert way.find(text.encode()).claimed == ["ci/exit-code", "git/early-eof"]
    assert way.find(b"fatal: early EOF\nof the pack\n").claimed == []


def test_a_question_is_good_when_its_page_is_among_the_first_three() -> None:
    question = a_case("why is the address already in use", "node/port-in-use", "question")
    assert score_of(Ours(), question).share("question") == 1


def test_what_is_only_offered_is_shown_and_not_claimed() -> None:
    line = a_case("listen: the address was in use already", "node/port-in-use", "line")
    score = score_of(Ours(), line)
    assert (score.share("line"), score.share_shown("line")) == (0, 1)


def test_cases_of_pages_that_do_not_exist_are_not_counted() -> None:
    assert score_of(Ours(), a_case(BROKEN_LOG, "deno/port-in-use", "log")).asked == {}


def test_the_table_has_a_row_for_each_way() -> None:
    rows = table([score_of(way, a_case(BROKEN_LOG, "node/port-in-use", "log")) for way in (Ours(), Fts5())])
    assert [row.split(" | ")[:2] for row in rows.splitlines()[2:]] == [
        ["| this engine", "100.0%"],
        ["| SQLite FTS5", "100.0%"],
    ]
