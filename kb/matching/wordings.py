"""All titles and messages, to be searched for a piece of text as it stands.

The engine compares ink, and words are ranked by weight; who searches for `std::bad_alloc` or `-fPIC` means these very
signs. All texts lie in one block of bytes, so that a search is one pass at the speed of memory, whatever is looked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
        self._owner, self._start = array("I"), array("Q")
        lines: list[bytes] = []
        at = 0
        for number, entry in enumerate(entries):
            for text in _texts(entry):
                line = plain(text).encode("utf-8", "replace")
                self._owner.append(number)
                self._start.append(at)
                lines.append(line)
                at += len(line) + 1
        self._block = b"\n".join(lines)

    def holding(self, piece: str) -> Iterator[Wording]:
        """One text of each page that holds the piece, in the order of the entries: the first that does."""
        wanted = plain(piece).encode("utf-8", "replace")
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


def plain(text: str) -> str:
    """As texts are compared here."""
    return " ".join(text.lower().split())


def _texts(entry: Entry) -> list[str]:
    """The title, then the messages; never empty, and as many each time."""
    return [entry.title, *(signature.text or signature.regex for signature in entry.signatures)]
