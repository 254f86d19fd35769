"""How well a line says what a signature says, word by word.

The two are aligned along their heaviest common subsequence. What a line may lack without being another message: generic
words ("error:", "fatal:"), a little in the middle, the end where the text itself was cut. What it may not: have another
word where the signature has a telling one ("203/EXEC" is not "1/FAILURE"), or lack the telling words that the signature
begins with.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

LEADING = frozenset("error errors err fatal failed failure warning warn exception panic hint npm e docker".split())
"""Words that programs put before a message, and others leave out."""
GENERIC = frozenset("error errors err e".split())
"""Words that say nothing, wherever they stand."""


TELLING = 2.5
"""Weight from which a word tells one message from another."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Shares are of the signature's weight, 0 to 1."""

    share: float
    """Held by the line, in order."""
    lead: float
    """Telling words missing before the first common word."""
    conflict: float
    """Telling words in whose place the line has others."""
    conflicting: int
    """How many words that are."""
    gap: float
    """Telling words missing in the middle, with nothing in their place."""
    tail: float
    """The same at the end of the line."""
    weight: float
    """Of the common words, not a share."""
    common: int
    """How many telling words they have in common."""
    line_share: float
    """How many of the line's words are common ones, 0 to 1."""
    extra: int
    """Words of the line between the common ones."""
    has_heaviest: bool
    ends_line: bool
    """The line's last word is a common one."""
    before: int
    """Words that the line has in place of those that the signature begins with; none where it begins as well."""


NOTHING = Alignment(0.0, 1.0, 0.0, 0, 0.0, 0.0, 0.0, 0, 0.0, 0, has_heaviest=False, ends_line=False, before=0)


def align(
    wanted: Sequence[str], given: Sequence[str], weights: Sequence[float], program: Collection[str] = ()
) -> Alignment:
    """Align a signature's words, which weigh so much, with a line's words; quadratic in two short lists.

    `program` are the words of the program's name that the signature begins with; a line may begin behind them.
    """
    total = sum(weights)
    pairs = _common(wanted, given, weights)
    if not pairs or not total:
        return NOTHING
    telling = [0.0 if word in GENERIC else weight for word, weight in zip(wanted, weights, strict=True)]
    conflict = gap = tail = 0.0
    conflicting = 0
    for (i, j), (next_i, next_j) in pairwise([*pairs, (len(wanted), len(given))]):
        missing = range(i + 1, next_i)
        weight = sum(telling[at] for at in missing)
        if next_j - j > 1:  # the line has other words in that place
            conflicting += sum(telling[at] > 0 for at in missing)
            # Another number is another message: 403 is not 404.
            conflict += weight + sum(telling[at] for at in missing if wanted[at].isdigit())
        elif next_i == len(wanted):
            tail = weight
        else:
            gap += weight
    dropped = LEADING.union(program) if pairs[0][1] == 0 else LEADING
    held = sum(weights[i] for i, _ in pairs)
    return Alignment(
        share=held / total,
        lead=sum(weight for word, weight in zip(wanted[: pairs[0][0]], weights, strict=False) if word not in dropped)
        / total,
        conflict=conflict / total,
        conflicting=conflicting,
        gap=gap / total,
        tail=tail / total,
        weight=held,
        common=sum(weights[i] >= TELLING for i, _ in pairs),
        line_share=len(pairs) / len(given),
        extra=pairs[-1][1] - pairs[0][1] + 1 - len(pairs),
        has_heaviest=max(weights[i] for i, _ in pairs) >= max(weights),
        ends_line=pairs[-1][1] == len(given) - 1,
        before=pairs[0][1] if pairs[0][0] else 0,
    )


def _common(wanted: Sequence[str], given: Sequence[str], weights: Sequence[float]) -> list[tuple[int, int]]:
    """The heaviest common subsequence, as pairs of indices."""
    best = [[0.0] * (len(given) + 1) for _ in range(len(wanted) + 1)]
    for i in range(len(wanted) - 1, -1, -1):
        row, below, weight, word = best[i], best[i + 1], weights[i], wanted[i]
        for j in range(len(given) - 1, -1, -1):
            row[j] = weight + below[j + 1] if word == given[j] else max(below[j], row[j + 1])
    pairs, i, j = [], 0, 0
    while i < len(wanted) and j < len(given):
        if wanted[i] == given[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs
