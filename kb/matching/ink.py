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
        return self._past(block * _BLOCK, at - self._starts[block] + 1) - 1

    def span(self, at: int, length: int) -> tuple[int, int]:
        """Where in the view so many ink characters from `at` on stand, half open (0 < length, in the text)."""
        start = self.offset(at)
        return start, self._past(start, length)

    def _past(self, start: int, wanted: int) -> int:
        """The place behind the so many ink characters from this place of the view on."""
        view, end = self.view, start
        while wanted:
            piece = view[end : end + wanted]
            held = len(piece.translate(None, _DROPPED))
            end += len(piece)
            wanted -= held
            if not held:  # a long stretch of marks or removed noise
                piece = view[end : end + _BLOCK]
                end += len(piece) - len(piece.lstrip(_DROPPED))
        return end
