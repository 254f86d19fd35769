"""All titles and messages, to be searched for a piece of text as it stands.

The engine compares ink, and words are ranked by weight; who searches for `std::bad_alloc` or `-fPIC` means these very
signs. All texts lie in one block of bytes, so that a search is one pass at the speed of memory, whatever is looked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from .records import Entry


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a page in which a piece was found."""

    entry: int
    text: str
    is_title: bool


class Wordings:
    """The texts of an index's entries in lower case, blanks drawn together."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        texts = [(number, text) for number, entry in enumerate(entries) for text in _texts(entry)]
        self._owner = array("I", (number for number, _ in texts))
        self._block = _lowered("\n".join(_drawn_together(text) for _, text in texts))
        lengths = (len(line) + 1 for line in self._block.split(b"\n"))
        self._start = array("Q", accumulate(lengths, initial=0))[:-1]

    def holding(self, piece: str) -> Iterator[Wording]:
        """One text of each page that holds the piece, in the order of the entries: the first that does."""
        wanted = _lowered(_drawn_together(piece))
        if not wanted:
            return
        at = self._block.find(wanted)
        while at >= 0:
            line = bisect_right(self._start, at) - 1
            owner = self._owner[line]
            first = bisect_right(self._owner, owner - 1)
            yield Wording(owner, _texts(self._entries[owner])[line - first], is_title=line == first)
            after = bisect_right(self._owner, owner)
            if after == len(self._start):
                return
            at = self._block.find(wanted, self._start[after])


def _drawn_together(text: str) -> str:
    return " ".join(text.split())


def _lowered(text: str) -> bytes:
    return text.lower().encode("utf-8", "replace")


def _texts(entry: Entry) -> list[str]:
    """The title, then the messages; never empty, and as many each time."""
    return [entry.title, *(signature.text or signature.regex for signature in entry.signatures)]
