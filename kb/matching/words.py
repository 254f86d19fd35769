"""Texts as words, and how much each word tells."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from .common_words import PER_10_000
from .records import Entry, Signature

STOP = frozenset(
    "a about after all also am an and any are as at be been but by can do does for from get got had has have how i "
    "if in is it its me my no not of on or our out should so some that the their then there this to up us was we "
    "what when where which while who why will with would you your".split()
)
_VOLATILE = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w.:/])/[\w.@+-]+(?:/[\w.@+-]+)+|\b[0-9a-f]{12,}\b")
_MAY_BE_VOLATILE = re.compile(r"[/0-9]")
"""Every address and path has one of these, and every digest but one in a hundred million; most messages have none."""
_WORD = re.compile(r"[^\W_]{2,}|[0-9]")
_CAMEL = re.compile(r"([a-z])([A-Z])")
PLACEHOLDER = re.compile(r"<(?:url|path|name|num|host|port|version|any)>")
_SHORTEST_STEM, _CODE_DIGITS = 3, 3
_PRIOR = 500
"""How many pages the general knowledge of how common a word is (`common_words`) counts for."""
_UNSEEN = 0.5
"""In how many of 10,000 messages a word stands that is not among the common ones."""
_RARE, _FEW = 0.01, 8
"""Share and number of pages up to which a word counts as one that pages do not use."""


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case; single letters are none."""
    return _WORD.findall(text.lower())


def volatile_words(text: str) -> set[str]:
    """Words of addresses, paths and digests: they may differ from machine to machine where a signature has them."""
    if not _MAY_BE_VOLATILE.search(text):
        return set()
    return {word for found in _VOLATILE.finditer(text.lower()) for word in words_of(found[0])}


def is_code(word: str) -> bool:
    """Whether it is a number of three digits or more: an HTTP status, an error number, a year."""
    return word.isdigit() and len(word) >= _CODE_DIGITS


def stem(word: str) -> str:
    """The word without its commonest English endings: enough to know `expires` in `expired`."""
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def parted(text: str) -> str:
    """The text, and once more with names such as NullInjector parted into their words."""
    return " ".join((text, _CAMEL.sub(r"\1 \2", text))) if _CAMEL.search(text) else text


def plain(signature: Signature) -> str:
    """The signature's own words."""
    if signature.text:
        return PLACEHOLDER.sub(" ", signature.text) if "<" in signature.text else signature.text
    return re.sub(r"\\.|[^\w\s]", " ", signature.regex)


class Vocabulary:
    """What the words of an index weigh."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._count = len(entries)
        self._in_pages: Counter[str] = Counter()
        in_signatures: Counter[str] = Counter()
        for entry in entries:
            printed = {word for signature in entry.signatures for word in words_of(plain(signature))}
            in_signatures.update(printed)
            self._in_pages.update(printed.union(words_of(parted(f"{entry.slug} {entry.title} {entry.summary}"))))
        self.weights = Weights(in_signatures, len(entries))
        """How much a word tells: minus the logarithm of its share of all messages, in general and on these pages."""

    def is_rare(self, word: str) -> bool:
        """Whether so few pages have this word that another may be meant by it."""
        return self._in_pages[word] <= min(max(2, self._count * _RARE), _FEW)


class Weights(dict[str, float]):
    """By word; worked out when first asked for."""

    def __init__(self, in_signatures: Counter[str], count: int) -> None:
        super().__init__()
        self._in_signatures, self._count = in_signatures, count

    def __missing__(self, word: str) -> float:
        general = PER_10_000.get(word, _UNSEEN) / 10_000
        weight = self[word] = -math.log((self._in_signatures[word] + _PRIOR * general) / (self._count + _PRIOR))
        return weight
