"""Words of a text, and what they weigh."""

from __future__ import annotations

import pytest

from kb.matching.records import Signature
from kb.matching.words import Vocabulary, parted, plain, volatile_words, words_of
from tests.matching.builders import entry


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fatal: Not a git repo", ["fatal", "not", "git", "repo"]),
        ("exit code 1", ["exit", "code", "1"]),
        ("snake_case and größe", ["snake", "case", "and", "größe"]),
    ],
)
def test_words_are_letters_and_digits_in_lower_case(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NullInjectorError", "NullInjectorError Null Injector Error"),
        ("NULL injector", "NULL injector"),
        ("", ""),
    ],
)
def test_names_are_there_once_more_in_their_parts(text: str, said: str) -> None:
    assert parted(text) == said


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("open /srv/app/main.py: no such file", {"srv", "app", "main", "py"}),
        ("connect to 10.0.0.7 failed", {"10", "0", "7"}),
        ("image deadbeefcafe1234 is gone", {"deadbeefcafe1234"}),
        ("exit code 1 and/or 2", set()),
        ("no such file or directory", set()),
    ],
)
def test_words_of_addresses_paths_and_digests_may_differ(text: str, volatile: set[str]) -> None:
    assert volatile_words(text) == volatile


def test_placeholders_are_no_words() -> None:
    assert words_of(plain(Signature("s", "open <path>: <num> errors"))) == ["open", "errors"]


def test_a_word_that_many_messages_have_weighs_less() -> None:
    pages = [entry(f"t/p{number}", f"frobnicator lost widget{number}") for number in range(50)]
    weights = Vocabulary(pages).weights

    assert weights["widget7"] > weights["frobnicator"]


def test_in_a_question_a_tool_counts_once_however_many_pages_it_has() -> None:
    several = [entry(f"tool{number}/p", "the gizmo broke") for number in range(8)]
    one = [entry(f"big/p{number}", "the widget broke") for number in range(200)]
    vocabulary = Vocabulary([*several, *one])

    assert vocabulary.question_weights["widget"] > vocabulary.question_weights["gizmo"]
    assert vocabulary.question_weights["widgets"] > vocabulary.question_weights["gizmos"]
    assert vocabulary.is_rare("widget")
    assert not vocabulary.is_rare("gizmo")


def test_words_that_only_questions_have_are_not_kept() -> None:
    weights = Vocabulary([entry("npm/x", "proxy required")]).question_weights
    assert weights["zqxv"] > weights["proxy"]
    assert list(weights) == ["proxy"]
