"""Letters and digits alone: what is left of a text when blanks, marks, colours and wraps no longer count.

Texts and signatures are both mapped to ink and compared there; `Ink.offset` points back into the view.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate

from .cleaning import clean

_KEPT = bytes(range(ord("0"), ord("9") + 1)) + bytes(range(ord("a"), ord("z") + 1))
_UPPER = bytes(range(ord("A"), ord("Z") + 1))
_LOWERED = bytes.maketrans(_UPPER, _UPPER.lower())
_DROPPED = bytes(sorted(set(range(0x80)) - set(_KEPT) - set(_UPPER)))
_BLOCK = 256
"""Bytes of view a row of the offset table: one translate makes a row, a few shorter ones look a place up in it."""


def ink_of(text: str) -> bytes:
    """The ink of a short text such as a signature's literal, cleaned as a paste is."""
    return strip_to_ink(clean(unicodedata.normalize("NFC", text).encode()))


def strip_to_ink(view: bytes) -> bytes:
    return view.translate(_LOWERED, _DROPPED)


class Ink:
    """The ink of a view, with the way back."""

    __slots__ = ("_starts", "text", "view")

    def __init__(self, view: bytes) -> None:
        parts = [view[at : at + _BLOCK].translate(_LOWERED, _DROPPED) for at in range(0, len(view), _BLOCK)]
        self.view = view
        self.text = b"".join(parts)
        self._starts = list(accumulate(map(len, parts), initial=0))

    def offset(self, at: int) -> int:
        """Where in the view the ink character `at` stands (0 <= at < len(text))."""
        block = bisect_right(self._starts, at) - 1
        base = block * _BLOCK
        wanted = at - self._starts[block]
        low, high = wanted, min(_BLOCK, len(self.view) - base) - 1
        while low < high:  # the first place up to which more than `wanted` ink characters stand
            middle = (low + high) // 2
            if len(self.view[base : base + middle + 1].translate(None, _DROPPED)) > wanted:
                high = middle
            else:
                low = middle + 1
        return base + low
