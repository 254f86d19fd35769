from __future__ import annotations

import random
import time

import pytest

from kb.rendering.differences import Run, runs


def test_words_that_went_and_came_stand_where_they_stood() -> None:
    assert runs("run npm install now", "run npm ci now") == [
        Run("same", "run npm "),
        Run("gone", "install"),
        Run("new", "ci"),
        Run("same", " now"),
    ]


def test_a_blank_between_two_changes_belongs_to_them() -> None:
    assert runs("one two!", "three four!") == [Run("gone", "one two"), Run("new", "three four"), Run("same", "!")]
    assert runs("old same", "new same") == [Run("gone", "old"), Run("new", "new"), Run("same", " same")]


@pytest.mark.parametrize(
    ("before", "after", "kinds"), [("", "a", ["new"]), ("a", "", ["gone"]), ("a", "a", ["same"]), ("", "", [])]
)
def test_an_empty_side_is_all_one(before: str, after: str, kinds: list[str]) -> None:
    assert [run.kind for run in runs(before, after)] == kinds


def test_long_stretches_that_stayed_are_cut() -> None:
    text = "word " * 1000
    first, gone, new = runs(f"{text}old", f"{text}new")
    assert len(first.text) < 600
    assert (gone.text, new.text) == ("old", "new")


@pytest.mark.parametrize("words", [2, 10, 2000])
def test_a_long_text_that_was_written_anew_does_not_take_seconds(words: int) -> None:
    chance = random.Random(words)
    before, after = (" ".join(str(chance.randrange(words)) for _ in range(1990)) for _ in range(2))
    started = time.perf_counter()
    assert {"gone", "new"} <= {run.kind for run in runs(before, after)}
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("piece", ["a b ", "line\n", "x"])
def test_texts_of_any_size_are_compared_soon(piece: str) -> None:
    started = time.perf_counter()
    found = runs(piece * 50_000, (piece * 50_000)[::-1])
    assert found
    assert time.perf_counter() - started < 5
