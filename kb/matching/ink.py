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
"""Bytes of view a row of the offset table. Rows are cheap to make (one translate each), a look-up walks one block."""


def ink_of(text: str) -> bytes:
    """The ink of a short text such as a signature's literal, cleaned as a paste is."""
    return strip_to_ink(clean(unicodedata.normalize("NFC", text).encode()))


def strip_to_ink(view: bytes) -> bytes:
    return view.translate(_LOWERED, _DROPPED)


class Ink:
    """The ink of a view, with the way back."""

    __slots__ = ("_rows", "_starts", "text", "view")

    def __init__(self, view: bytes) -> None:
        parts = [view[at : at + _BLOCK].translate(_LOWERED, _DROPPED) for at in range(0, len(view), _BLOCK)]
        self.view = view
        self.text = b"".join(parts)
        self._starts = list(accumulate(map(len, parts), initial=0))
        self._rows: dict[int, list[int]] = {}

    def offset(self, at: int) -> int:
        """Where in the view the ink character `at` stands (0 <= at < len(text))."""
        block = bisect_right(self._starts, at) - 1
        row = self._rows.get(block)
        if row is None:
            base = block * _BLOCK
            row = [base + i for i, byte in enumerate(self.view[base : base + _BLOCK]) if byte not in _NO_INK]
            self._rows[block] = row
        return row[at - self._starts[block]]


_NO_INK = frozenset(_DROPPED)
