"""Two texts as one: what went is struck, what came is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS_MAX = 4_000
"""Longer texts are compared line by line: comparing words takes time that grows with their square."""
LINES_MAX = 4_000
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
    if max(len(old), len(new)) > WORDS_MAX:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > LINES_MAX:
        old, new = [before], [after]
    return [_cut(run) for run in _runs(old, new)]


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
        yield Run("same", before)
    yield from _changed(gone, came)


def _changed(gone: str, came: str) -> Iterator[Run]:
    yield from (Run(kind, text) for kind, text in (("gone", gone), ("new", came)) if text)


def _cut(run: Run) -> Run:
    if run.kind != "same" or len(run.text) <= 2 * AROUND:
        return run
    return Run("same", f"{run.text[:AROUND]} … {run.text[-AROUND:]}")
