"""Stage three: pages near a question or near lines that nothing claims.

BM25 (tantivy) always finds something; what it finds is a suggestion and claims nothing. What it finds for a question is
ranked once more by how much of the question each page holds: BM25 measures a page by the length of all others, so that
many short pages would push the real ones down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

import tantivy

from .records import Entry
from .synonyms import SAID
from .words import STOP, Vocabulary, is_code, parted, plain, stem, words_of

_MOST_WORDS = 60
_LINE_BOOSTS = {"tool": 1.0, "title": 1.5, "signatures": 1.0, "words": 0.8}
_QUESTION_BOOSTS = {"tool": 4.0, "title": 1.5, "signatures": 1.0, "words": 2.0}
"""A printed line is compared with what is printed; a question names its tool, and speaks as summaries do."""
_SAID_WEIGHT = 0.5
_CODE_WEIGHT = 2.0
"""Of a number of three digits and more: who asks about 407 knows what he asks about."""
_MOST_OF_A_TOOL = 5
_NOMINEES = 100
"""Pages found for a question that are ranked once more."""
_FIELDS_KEPT = 2000
"""Pages whose words stay at hand, 20 KB each: the same few are found for most questions."""
_BM25_SHARE, _TOOL_BOOST, _HELD_BOOSTS, _LENGTH_POWER = 0.15, 1.2, (2.0, 2.0, 4.0), 0.45
"""Boosts of the tool, whose name counts once however many words it has, and of title, signatures and other words."""


class Retriever:
    """The pages as documents. Immutable; may be searched from many threads."""

    def __init__(self, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
        self._entries = entries
        self._vocabulary = vocabulary
        self._fields_of = lru_cache(_FIELDS_KEPT)(lambda entry: _fields_of(entries[entry]))
        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("entry", stored=True)
        for field in _LINE_BOOSTS:
            schema.add_text_field(field, tokenizer_name="en_stem")
        self._index = tantivy.Index(schema.build())
        if entries:
            self._add(entries)
        self._searcher = self._index.searcher()

    def _add(self, entries: Sequence[Entry]) -> None:
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for number, entry in enumerate(entries):
            tool, _, error = entry.slug.partition("/")
            document = tantivy.Document(
                entry=number,
                tool=tool,
                title=parted(f"{error} {entry.title}"),
                signatures=parted(" ".join(map(plain, entry.signatures))),
                words=parted(f"{entry.summary} {entry.words}"),
            )
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def near(self, line: str, limit: int) -> list[tuple[int, float]]:
        """(entry, score) of the pages nearest to a printed line, best first."""
        return self._bm25(self._query(words_of(line)[:_MOST_WORDS], _LINE_BOOSTS), limit)

    def ask(self, question: str, limit: int) -> list[tuple[int, float]]:
        """(entry, score) of the pages nearest to a question in plain words, best first."""
        words = words_of(parted(question))[:_MOST_WORDS]
        asked = dict.fromkeys([word for word in words if word not in STOP] or words)
        said = [other for word in asked if self._vocabulary.is_rare(word) for other in SAID.get(word, ())]
        found = self._bm25(self._question(asked, said), _NOMINEES)
        weights = self._vocabulary.question_weights
        telling = [(stem(word), weights[word] * (_CODE_WEIGHT if is_code(word) else 1)) for word in asked]
        telling += [(stem(word), weights[word] * _SAID_WEIGHT) for word in said]
        held = {entry: self._held(entry, telling) for entry, _ in found}
        most = max(held.values(), default=0.0) or 1.0
        best = found[0][1] if found else 1.0
        score = {entry: _BM25_SHARE * bm25 / best + (1 - _BM25_SHARE) * held[entry] / most for entry, bm25 in found}
        ranked = sorted(score, key=lambda entry: (-score[entry], self._entries[entry].slug))
        return [(entry, best * score[entry]) for entry in islice(self._of_several_tools(ranked), limit)]

    def _of_several_tools(self, ranked: Iterable[int]) -> Iterator[int]:
        """Without what would be one more of the same tool: a question that five pages of it do not answer is about
        another one."""
        of_tool: Counter[str] = Counter()
        for entry in ranked:
            tool = self._entries[entry].slug.partition("/")[0]
            of_tool[tool] += 1
            if of_tool[tool] <= _MOST_OF_A_TOOL:
                yield entry

    def _question(self, asked: Iterable[str], said: Iterable[str]) -> tantivy.Query:
        query = self._query(asked, _QUESTION_BOOSTS)
        if not said:
            return query
        meant = tantivy.Query.boost_query(self._query(said, _QUESTION_BOOSTS), _SAID_WEIGHT)
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query), (tantivy.Occur.Should, meant)])

    def _held(self, entry: int, telling: Iterable[tuple[str, float]]) -> float:
        """How much of a question a page holds, by field; a long field holds more by chance."""
        tool, *others = self._fields_of(entry)
        held = _TOOL_BOOST * max((weight for word, weight in telling if word in tool), default=0.0)
        for boost, field in zip(_HELD_BOOSTS, others, strict=True):
            held += boost * sum(weight for word, weight in telling if word in field) / (1 + len(field)) ** _LENGTH_POWER
        return held

    def _query(self, words: Iterable[str], boosts: dict[str, float]) -> tantivy.Query:
        """Leniently: the index drops words that are too long, and to the strict one a query of none is an error."""
        query, _ = self._index.parse_query_lenient(" ".join(dict.fromkeys(words)), list(boosts), field_boosts=boosts)
        return query

    def _bm25(self, query: tantivy.Query, limit: int) -> list[tuple[int, float]]:
        if not self._entries:
            return []
        found = self._searcher.search(query, limit).hits
        ranked = [(int(self._searcher.doc(address)["entry"][0]), float(score)) for score, address in found]
        return sorted(ranked, key=lambda pair: (-pair[1], self._entries[pair[0]].slug))


def _fields_of(entry: Entry) -> tuple[frozenset[str], ...]:
    """The stems of tool, title, signatures and other words."""
    tool, _, error = entry.slug.partition("/")
    printed = " ".join(map(plain, entry.signatures))
    texts = (tool, f"{error} {entry.title}", printed, f"{entry.summary} {entry.words}")
    return tuple(frozenset(map(stem, words_of(parted(text)))) for text in texts)
