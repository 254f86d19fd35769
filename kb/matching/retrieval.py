"""Stage three: pages near a question or near lines that nothing claims.

BM25 (tantivy) always finds something; what it finds is a suggestion and claims nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from .records import Entry
from .synonyms import SAID
from .words import STOP, Vocabulary, parted, plain, words_of

_MOST_WORDS = 60
_LINE_BOOSTS = {"tool": 1.0, "title": 1.5, "signatures": 1.0, "words": 0.8}
_QUESTION_BOOSTS = {"tool": 4.0, "title": 1.5, "signatures": 1.0, "words": 2.0}
"""A printed line is compared with what is printed; a question names its tool, and speaks as summaries do."""
_SAID_WEIGHT = 0.5


class Retriever:
    """The pages as documents. Immutable; may be searched from many threads."""

    def __init__(self, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
        self._slugs = [entry.slug for entry in entries]
        self._vocabulary = vocabulary
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
            document = tantivy.Document()
            document.add_unsigned("entry", number)
            document.add_text("tool", tool)
            document.add_text("title", parted(f"{error} {entry.title}"))
            document.add_text("signatures", parted(" ".join(map(plain, entry.signatures))))
            document.add_text("words", parted(f"{entry.summary} {entry.words}"))
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
        asked = [word for word in words if word not in STOP] or words
        query = self._query(asked, _QUESTION_BOOSTS)
        if said := [other for word in asked if self._vocabulary.is_rare(word) for other in SAID.get(word, ())]:
            meant = tantivy.Query.boost_query(self._query(said, _QUESTION_BOOSTS), _SAID_WEIGHT)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Should, query), (tantivy.Occur.Should, meant)])
        return self._bm25(query, limit)

    def _query(self, words: Sequence[str], boosts: dict[str, float]) -> tantivy.Query:
        return self._index.parse_query(" ".join(dict.fromkeys(words)), list(boosts), field_boosts=boosts)

    def _bm25(self, query: tantivy.Query, limit: int) -> list[tuple[int, float]]:
        if not self._slugs:
            return []
        found = self._searcher.search(query, limit).hits
        ranked = [(int(self._searcher.doc(address)["entry"][0]), float(score)) for score, address in found]
        return sorted(ranked, key=lambda pair: (-pair[1], self._slugs[pair[0]]))
