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
from .synonyms import SAID

MIN_WEIGHT = 11.0
"""Of the words that a line shares with a signature: two rare words and a common one."""
MIN_WORDS, FEW_WORDS = 3, 4
"""Telling words in common at least; fewer than the second number are enough only where they are most of the line."""
_MOST_HEAVY_LEAD, _VERY_HEAVY = 0.15, 40.0
"""Of what a signature begins with, so much may be missing where all the rest stands there, weighs much and is most of
the line."""
_HALF = 0.5
_MOST_LONG_CONFLICT, _VERY_LONG = 0.12, 50.0
_MOST_LEAD, _MOST_CONFLICT, _MOST_GAP = 0.06, 0.06, 0.2
_MOST_OF_LINE = 0.6
_MOST_TAIL, _HEAVY, _MOST_HEAVY_TAIL = 0.3, 30.0, 0.5
"""What a line may lack at its end: programs print less of a long message; more where what it holds weighs much."""
_MOST_CUT = 0.6
"""What a line may lack at its end where the text itself ends there."""
_MOST_EXTRA, _MOST_IN_VALUE = 12, 8
"""Words that a line may have between those it shares with a signature: so many, and so many more a placeholder."""
_PRIOR = 500
"""How many pages the general knowledge of how common a word is (`common_words`) counts for."""
_UNSEEN = 0.5
_MOST_WORDS = 60
_NOMINEES = 6
_VOLATILE = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w.:/])/[\w.@+-]+(?:/[\w.@+-]+)+|\b[0-9a-f]{12,}\b")
_WORD = re.compile(r"[^\W_]+")
_PROGRAM = re.compile(r"[a-z][\w./-]*: ")
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


def _lead_allowed(found: Alignment) -> float:
    if found.conflict or found.gap or found.tail:
        return _MOST_LEAD
    is_all = found.weight >= _VERY_HEAVY and found.line_share >= _HALF
    return _MOST_HEAVY_LEAD if is_all else _MOST_LEAD


def _conflict_allowed(found: Alignment) -> float:
    """Another word here or there is another product's name, where a long message is otherwise the same."""
    is_long = found.weight >= _VERY_LONG and not (found.lead or found.gap or found.tail)
    return _MOST_LONG_CONFLICT if is_long else _MOST_CONFLICT


class Retriever:
    """Immutable; may be searched from many threads."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._count = len(entries)
        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("entry", stored=True)
        for field in _LINE_BOOSTS:
            schema.add_text_field(field, tokenizer_name="en_stem")
        self._index = tantivy.Index(schema.build())
        if entries:
            self._add(entries)
        self._searcher = self._index.searcher()
        self._frequency = Counter(
            word for entry in entries for word in set(words_of(" ".join(map(_plain, entry.signatures))))
        )
        """In how many pages' signatures a word stands."""
        self._pages_with = Counter(word for entry in entries for word in _all_words(entry))

    def _add(self, entries: Sequence[Entry]) -> None:
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for number, entry in enumerate(entries):
            document = tantivy.Document()
            document.add_unsigned("entry", number)
            tool, _, error = entry.slug.partition("/")
            document.add_text("tool", _joined(tool))
            document.add_text("title", _joined(_parted(f"{error} {entry.title}")))
            document.add_text("signatures", _joined(_parted(" ".join(map(_plain, entry.signatures)))))
            document.add_text("words", _joined(_parted(f"{entry.summary} {entry.words}")))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def weight(self, word: str) -> float:
        """How much a word tells: minus the logarithm of its share of all messages, in general and on these pages."""
        general = PER_10_000.get(word, _UNSEEN) / 10_000
        share = (self._frequency[word] + _PRIOR * general) / (self._count + _PRIOR)
        return -math.log(share)

    def nominate(
        self, text: str, following: str = "", *, is_cut: bool = False, limit: int = _NOMINEES
    ) -> list[Nominee]:
        """The pages nearest to a line, best first.

        `following` are the lines behind it, for signatures of several lines; `is_cut` says that there are none.
        """
        words = words_of(text)[:_MOST_WORDS]
        block = words_of(f"{text}\n{following}")[: 2 * _MOST_WORDS] if following else words
        nominees = []
        for number, score in self._bm25(self._query(words, _LINE_BOOSTS), limit):
            key, best, extra = self._best_alignment(self._entries[number], words, block, is_cut)
            nominees.append(Nominee(number, score, best.share, key, is_likely=_is_likely(best, extra, is_cut)))
        return sorted(nominees, key=lambda nominee: not nominee.is_likely)

    def ask(self, question: str, limit: int = 5) -> list[Nominee]:
        """The pages nearest to a question in plain words; never likely."""
        words = words_of(_parted(question))[:_MOST_WORDS]
        asked = [word for word in words if word not in _STOP] or words
        query = self._query(asked, _QUESTION_BOOSTS)
        if said := [other for word in asked if self._is_rare(word) for other in SAID.get(word, ())]:
            meant = tantivy.Query.boost_query(self._query(said, _QUESTION_BOOSTS), _SAID_WEIGHT)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Should, query), (tantivy.Occur.Should, meant)])
        return [Nominee(number, score, 0.0, "", is_likely=False) for number, score in self._bm25(query, limit)]

    def _is_rare(self, word: str) -> bool:
        return self._pages_with[word] <= max(2, self._count * _RARE)

    def _query(self, words: Sequence[str], boosts: dict[str, float]) -> tantivy.Query:
        return self._index.parse_query(" ".join(dict.fromkeys(words)), list(boosts), field_boosts=boosts)

    def _bm25(self, query: tantivy.Query, limit: int) -> list[tuple[int, float]]:
        """(entry, score), best first."""
        if not self._count:
            return []
        found = self._searcher.search(query, limit).hits
        ranked = [(int(self._searcher.doc(address)["entry"][0]), float(score)) for score, address in found]
        return sorted(ranked, key=lambda pair: (-pair[1], self._entries[pair[0]].slug))

    def _best_alignment(
        self, entry: Entry, words: Sequence[str], block: Sequence[str], is_cut: bool
    ) -> tuple[str, Alignment, int]:
        """The signature of its own that the line says best, and how many words may stand between."""
        best, key, extra = NOTHING, "", 0
        for signature in entry.signatures:
            if signature.shared:
                continue
            wanted = words_of(_plain(signature))
            program = _PROGRAM.match(signature.text)
            given = block if "\n" in signature.text else words
            given = _without_stump(given, wanted) if is_cut else given
            found = align(wanted, given, self.weight, words_of(program[0]) if program else ())
            if found.share - found.conflict - found.lead > best.share - best.conflict - best.lead:
                best, key = found, signature.key
                extra = _MOST_EXTRA + _MOST_IN_VALUE * len(_PLACEHOLDER.findall(signature.text))
        return key, best, extra


def _without_stump(words: Sequence[str], wanted: Sequence[str]) -> Sequence[str]:
    """The words of a line that was cut, without a last one that is the beginning of a wanted one."""
    last = words[-1] if words else ""
    is_stump = last not in wanted and any(word.startswith(last) for word in wanted)
    return words[:-1] if is_stump else words


def _is_likely(found: Alignment, extra: int, is_cut: bool) -> bool:
    return (
        found.weight >= MIN_WEIGHT
        and (found.common >= FEW_WORDS or (found.common >= MIN_WORDS and found.line_share > _MOST_OF_LINE))
        and (found.has_heaviest or is_cut)
        and found.extra <= extra
        and found.lead <= _lead_allowed(found)
        and found.conflict <= _conflict_allowed(found)
        and found.gap <= _MOST_GAP
        and found.tail <= (_MOST_CUT if is_cut else _MOST_HEAVY_TAIL if found.weight >= _HEAVY else _MOST_TAIL)
    )


_LINE_BOOSTS = {"tool": 1.0, "title": 1.5, "signatures": 1.0, "words": 0.8}
_QUESTION_BOOSTS = {"tool": 4.0, "title": 1.5, "signatures": 1.0, "words": 2.0}
"""A printed line is compared with what is printed; a question names its tool, and speaks as summaries do."""
_SAID_WEIGHT = 0.5
_RARE = 0.01
"""Share of pages up to which a word of a question counts as one that pages do not use: others may be meant by it."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words_of(text: str) -> list[str]:
    """The words that tell one message from another: addresses, paths and digests differ from machine to machine."""
    return [word for word in _WORD.findall(_VOLATILE.sub(" ", text.lower())) if len(word) > 1 or word.isdigit()]


def _all_words(entry: Entry) -> set[str]:
    return set(
        words_of(_parted(f"{entry.slug} {entry.title} {entry.summary} {' '.join(map(_plain, entry.signatures))}"))
    )


def _parted(text: str) -> str:
    """The text, and once more with names such as NullInjector parted into their words."""
    parted = _CAMEL.sub(" ", text)
    return text if parted == text else f"{text} {parted}"


def _joined(text: str) -> str:
    return " ".join(words_of(text))


def _plain(signature: Signature) -> str:
    return _PLACEHOLDER.sub(" ", signature.text) if signature.text else re.sub(r"\\.|[^\w\s]", " ", signature.regex)
