"""Texts as words, and how much each word tells."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

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
_PRIOR, _PRIOR_OF_TOOLS = 500, 100
"""How many messages, and how many tools, the general knowledge of how common a word is (`common_words`) counts for."""
_UNSEEN = 0.5
"""In how many of 10,000 messages a word stands that is not among the common ones."""
_FEW_TOOLS = 5
"""Tools up to which a word counts as one that pages do not use."""


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
        in_signatures: Counter[str] = Counter()
        of_tools: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            printed = _printed(entry)
            in_signatures.update(printed)
            said = of_tools[entry.slug.partition("/")[0]]
            said |= printed
            said.update(words_of(parted(f"{entry.slug} {entry.title} {entry.summary}")))
        self._in_tools = Counter(chain.from_iterable(of_tools.values()))
        stems_in_tools = Counter(chain.from_iterable({stem(word) for word in said} for said in of_tools.values()))
        self.weights = Weights(in_signatures, len(entries), _PRIOR)
        """How much a word of a message tells: minus the logarithm of its share of all messages."""
        self.question_weights = Weights(stems_in_tools, len(of_tools), _PRIOR_OF_TOOLS, stem)
        """How much a word of a question tells: the same over tools, so that one with many pages counts as one."""

    def message_weights(self, former: Iterable[Entry], entry: Entry) -> Weights:
        """What the words of messages will weigh with this entry in the place of the former one, if there was one."""
        return self.weights.counted_anew([_printed(one) for one in former], _printed(entry))

    def is_rare(self, word: str) -> bool:
        """Whether so few tools have this word on their pages that another may be meant by it."""
        return self._in_tools[word] <= _FEW_TOOLS


def _printed(entry: Entry) -> set[str]:
    """The words of its messages."""
    return {word for signature in entry.signatures for word in words_of(plain(signature))}


class Weights(dict[str, float]):
    """By word: minus the logarithm of its share, in general and of what is counted here.

    Worked out when asked for, and kept for known words alone: questions are full of others, of which there is no end.
    """

    def __init__(self, counts: Counter[str], of_all: int, prior: int, counted_as: Callable[[str], str] = str) -> None:
        super().__init__()
        self._counts, self._of_all, self._prior, self._counted_as = counts, of_all, prior, counted_as

    def counted_anew(self, former: Sequence[set[str]], words: set[str]) -> Weights:
        """With one more that has these words, and without the former ones."""
        counts = self._counts.copy()
        counts.update(words)
        for one in former:
            counts.subtract(one)
        return Weights(+counts, self._of_all + 1 - len(former), self._prior, self._counted_as)

    def __missing__(self, word: str) -> float:
        counted = self._counts[self._counted_as(word)]
        general = PER_10_000.get(word, _UNSEEN) / 10_000
        weight = -math.log((counted + self._prior * general) / (self._of_all + self._prior))
        if counted:
            self[word] = weight
        return weight
