"""Two texts as one: what went is struck, what came is marked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

PAIRS_MAX = 200_000
"""Of equal words, each of one text with each of the other: a comparison of more would take seconds. Then lines are
compared, or the texts as wholes."""
AROUND = 240
"""Characters shown of unchanged text on each side of a change."""
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text: `same`, `gone` or `new`."""

    kind: str
    text: str


def runs(before: str, after: str) -> list[Run]:
    """The two texts as stretches in reading order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    head = _same_at_first(old, new)
    tail = _same_at_first(old[head:][::-1], new[head:][::-1])
    begin, end = "".join(old[:head]), "".join(old[len(old) - tail :])
    old, new = _pieces(old[head : len(old) - tail], new[head : len(new) - tail])
    return [_cut(run) for run in _runs([begin, *old, end], [begin, *new, end])]


def _same_at_first(old: Sequence[str], new: Sequence[str]) -> int:
    different = (number for number, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    return next(different, min(len(old), len(new)))


def _pieces(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """What is compared of what differs: words, else lines, else the whole."""
    if _pairs(old, new) > PAIRS_MAX:
        old, new = ("".join(words).splitlines(keepends=True) for words in (old, new))
    if _pairs(old, new) > PAIRS_MAX:
        old, new = ["".join(old)], ["".join(new)]
    return old, new


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    there = Counter(new)
    return sum(times * there[piece] for piece, times in Counter(old).items() if not piece.isspace())


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """A blank that stayed between two changes is no rest for the eye: it counts as changed."""
    gone, came = "", ""
    for kind, start, end, from_, to in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[start:end]), "".join(new[from_:to])
        if kind != "equal" or (gone + came and before.isspace() and end < len(old) and to < len(new)):
            gone, came = gone + before, came + after
            continue
        yield from _changed(gone, came)
        gone, came = "", ""
        if before:
            yield Run("same", before)
    yield from _changed(gone, came)


def _changed(gone: str, came: str) -> Iterator[Run]:
    yield from (Run(kind, text) for kind, text in (("gone", gone), ("new", came)) if text)


def _cut(run: Run) -> Run:
    if run.kind != "same" or len(run.text) <= 2 * AROUND:
        return run
    return Run("same", f"{run.text[:AROUND]} … {run.text[-AROUND:]}")
