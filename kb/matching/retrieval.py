"""Stage three: pages near a line that no signature claims, and near a question.

BM25 (tantivy) always finds something, so it only nominates. A nominee is `likely` when the line holds nearly all of one
signature's weight in order; everything else is a suggestion, which claims nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import tantivy

from .alignment import NOTHING, Alignment, align
from .common_words import PER_10_000
from .records import Entry, Signature

MIN_WEIGHT = 11.0
"""Of the words that a line shares with a signature: two rare words and a common one."""
MIN_WORDS, FEW_WORDS = 3, 4
"""Telling words in common at least; fewer than the second number are enough only where they are most of the line."""
_MOST_LEAD, _MOST_CONFLICT, _MOST_GAP = 0.06, 0.06, 0.2
_MOST_OF_LINE = 0.6
_MOST_CUT = 0.6
"""What a line may lack at its end where the text itself ends there."""
_MOST_EXTRA, _MOST_IN_VALUE = 4, 8
"""Words that a line may have between those it shares with a signature: so many, and so many more a placeholder."""
_PRIOR = 500
"""How many pages the general knowledge of how common a word is (`common_words`) counts for."""
_UNSEEN = 0.5
_MOST_WORDS = 60
_NOMINEES = 6
_WORD = re.compile(r"[^\W_]+")
_PLACEHOLDER = re.compile(r"<(?:url|path|name|num|host|port|version|any)>")
_STOP = frozenset(
    "a about after all also am an and any are as at be been but by can do does for from get got had has have how "
    "i if in is it its me my no not of on or our out should so some that the their then there this to up us was "
    "we what when where which while who why will with would you your".split()
)


@dataclass(frozen=True, slots=True)
class Nominee:
    entry: int
    score: float
    share: float
    """How much of the best signature's weight the line holds, 0 to 1."""
    signature: str
    is_likely: bool


@dataclass(frozen=True, slots=True)
class _Words:
    key: str
    words: tuple[str, ...]
    weight: float


class Retriever:
    """Immutable; may be searched from many threads."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._count = len(entries)
        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("entry", stored=True)
        for field in _BOOSTS:
            schema.add_text_field(field, tokenizer_name="en_stem")
        self._index = tantivy.Index(schema.build())
        if entries:
            self._add(entries)
        self._searcher = self._index.searcher()
        self._frequency = Counter(
            word for entry in entries for word in {word for sig in entry.signatures for word in words_of(_plain(sig))}
        )

    def _add(self, entries: Sequence[Entry]) -> None:
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for number, entry in enumerate(entries):
            document = tantivy.Document()
            document.add_unsigned("entry", number)
            document.add_text("title", _joined(f"{entry.slug} {entry.title}"))
            document.add_text("signatures", _joined(" ".join(_plain(signature) for signature in entry.signatures)))
            document.add_text("words", _joined(f"{entry.summary} {entry.words}"))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def weight(self, word: str) -> float:
        """How much a word tells: minus the logarithm of its share of all messages, in general and on these pages."""
        general = PER_10_000.get(word, _UNSEEN) / 10_000
        share = (self._frequency[word] + _PRIOR * general) / (self._count + _PRIOR)
        return -math.log(share)

    def nominate(self, text: str, *, is_cut: bool = False, limit: int = _NOMINEES) -> list[Nominee]:
        """The pages nearest to a line, best first. `is_cut` says that the text ends with this line."""
        words = words_of(text)[:_MOST_WORDS]
        nominees = []
        for number, score in self._bm25(words, limit):
            key, best, extra = self._best_alignment(self._entries[number], words)
            nominees.append(Nominee(number, score, best.share, key, is_likely=_is_likely(best, extra, is_cut)))
        return sorted(nominees, key=lambda nominee: not nominee.is_likely)

    def ask(self, question: str, limit: int = 5) -> list[Nominee]:
        """The pages nearest to a question in plain words; never likely."""
        words = [word for word in words_of(question)[:_MOST_WORDS] if word not in _STOP] or words_of(question)[
            :_MOST_WORDS
        ]
        return [Nominee(number, score, 0.0, "", is_likely=False) for number, score in self._bm25(words, limit)]

    def _bm25(self, words: Sequence[str], limit: int) -> list[tuple[int, float]]:
        if not words or not self._count:
            return []
        query = self._index.parse_query(" ".join(dict.fromkeys(words)), list(_BOOSTS), field_boosts=_BOOSTS)
        found = self._searcher.search(query, limit).hits
        ranked = [(int(self._searcher.doc(address)["entry"][0]), float(score)) for score, address in found]
        return sorted(ranked, key=lambda pair: (-pair[1], self._entries[pair[0]].slug))

    def _best_alignment(self, entry: Entry, words: Sequence[str]) -> tuple[str, Alignment, int]:
        """The signature of its own that the line says best, and how many words may stand between."""
        best, key, extra = NOTHING, "", 0
        for signature in entry.signatures:
            found = NOTHING if signature.shared else align(words_of(_plain(signature)), words, self.weight)
            if found.share - found.conflict - found.lead > best.share - best.conflict - best.lead:
                best, key = found, signature.key
                extra = _MOST_EXTRA + _MOST_IN_VALUE * len(_PLACEHOLDER.findall(signature.text))
        return key, best, extra


def _is_likely(found: Alignment, extra: int, is_cut: bool) -> bool:
    return (
        found.weight >= MIN_WEIGHT
        and (found.common >= FEW_WORDS or (found.common >= MIN_WORDS and found.line_share > _MOST_OF_LINE))
        and found.has_heaviest
        and found.extra <= extra
        and found.lead <= _MOST_LEAD
        and found.conflict <= _MOST_CONFLICT
        and found.gap <= _MOST_GAP
        and found.tail <= (_MOST_CUT if is_cut else _MOST_GAP)
    )


_BOOSTS = {"title": 1.5, "signatures": 1.0, "words": 0.8}


def words_of(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if len(word) > 1 or word.isdigit()]


def _joined(text: str) -> str:
    return " ".join(words_of(text))


def _plain(signature: Signature) -> str:
    return _PLACEHOLDER.sub(" ", signature.text) if signature.text else re.sub(r"\\.|[^\w\s]", " ", signature.regex)
