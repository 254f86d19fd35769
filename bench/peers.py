"""Other ways to get from an error to its page, and ours, on the same cases in the same run.

    .venv/bin/python -m bench.peers [--catalogue DIR]

All of them know the same pages: those of a catalogue, or those of this repository.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import re2
import tantivy

if not __package__:  # run by its path: the project lies one folder up
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.catalogue import BadCatalogueError, pages_of, read_catalogue
from bench.catalogue_site import CASES, CLEAN, PAGES, read_log
from kb.content.entries import entry_of
from kb.content.files import read_tree
from kb.content.problems import ProblemsFound
from kb.matching import engine
from kb.matching.cleaning import clean
from kb.matching.errorlines import error_lines
from kb.matching.index import build
from kb.matching.masking import mask
from kb.matching.records import Entry, Role
from kb.matching.signature import Placeholder

_PLACEHOLDER = re.compile(f"<(?:{'|'.join(Placeholder)})>")
_WORD = re.compile(r"\w+")
_MOST_LINES = 300
_MOST_WORDS = 60
_TOP = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What a way answers: the pages it claims, and those that it offers, both best first."""

    claimed: list[str]
    offered: list[str]


class Way(Protocol):
    """One way to find pages."""

    name: str

    def learn(self, entries: Sequence[Entry]) -> None:
        """Prepare to find these."""

    def find(self, text: bytes) -> Found:
        """The pages that this text is about."""
        ...


# --- the ways ---------------------------------------------------------------------------------------------------------


class Ours:
    name = "this engine"

    def learn(self, entries: Sequence[Entry]) -> None:
        self._index = build(entries)

    def find(self, text: bytes) -> Found:
        answer = engine.search(text, self._index)
        claimed = [match.slug for match in answer.matches]
        return Found(claimed, [*claimed, *(one.slug for one in answer.suggestions if one.slug not in claimed)])


class Bm25:
    """Tantivy alone: every error line asks, the best score over all lines wins, and there is always an answer."""

    name = "BM25 (tantivy)"

    def learn(self, entries: Sequence[Entry]) -> None:
        self._slugs = [entry.slug for entry in entries]
        schema = tantivy.SchemaBuilder().add_integer_field("entry", stored=True).add_text_field("body").build()
        self._index = tantivy.Index(schema)
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        for number, entry in enumerate(entries):
            writer.add_document(tantivy.Document(entry=number, body=" ".join(_words(_document(entry)))))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def find(self, text: bytes) -> Found:
        return _always_the_first(self._scores(words) for words in _asked(text))

    def _scores(self, words: Sequence[str]) -> Iterator[tuple[str, float]]:
        query = self._index.parse_query(" ".join(words), ["body"])
        for score, address in self._searcher.search(query, _TOP).hits:
            yield self._slugs[self._searcher.doc(address)["entry"][0]], score


class Fts5:
    """SQLite's full-text index, asked in the same way."""

    name = "SQLite FTS5"

    def learn(self, entries: Sequence[Entry]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE page USING fts5 (slug UNINDEXED, body)")
        rows = [(entry.slug, " ".join(_words(_document(entry)))) for entry in entries]
        self._database.executemany("INSERT INTO page VALUES (?, ?)", rows)

    def find(self, text: bytes) -> Found:
        return _always_the_first(self._scores(words) for words in _asked(text))

    def _scores(self, words: Sequence[str]) -> Iterator[tuple[str, float]]:
        asked = " OR ".join(f'"{word}"' for word in words)
        query = "SELECT slug, -bm25(page) FROM page WHERE page MATCH ? ORDER BY 2 DESC LIMIT ?"
        yield from self._database.execute(query, (asked, _TOP))


class Expressions:
    """A list of regular expressions, as Jenkins' Build Failure Analyzer keeps one: line by line, in its order."""

    name = "list of regular expressions"

    def learn(self, entries: Sequence[Entry]) -> None:
        self._expressions = [
            (entry.slug, re2.compile(_expression(signature.text, signature.regex)))
            for entry in entries
            for signature in entry.signatures
        ]

    def find(self, text: bytes) -> Found:
        said = text.decode(errors="replace")
        found = dict.fromkeys(slug for slug, expression in self._expressions if expression.search(said))
        return Found(list(found), list(found))


def _expression(text: str, regex: str) -> str:
    """The signature's longest line with `.+` for what varies."""
    if regex:
        return regex
    line = max(text.split("\n"), key=lambda line: len(_PLACEHOLDER.sub("", line))).strip()
    return ".+".join(re2.escape(literal) for literal in _PLACEHOLDER.split(line))


def _always_the_first(scores_of_lines: Iterable[Iterable[tuple[str, float]]]) -> Found:
    best: dict[str, float] = {}
    for scores in scores_of_lines:
        for slug, score in scores:
            best[slug] = max(best.get(slug, 0.0), score)
    ranked = sorted(best, key=lambda slug: (-best[slug], slug))
    return Found(ranked[:1], ranked)


def _document(entry: Entry) -> str:
    signatures = (_PLACEHOLDER.sub(" ", signature.text or signature.regex) for signature in entry.signatures)
    return "\n".join((entry.title, *signatures, entry.summary, entry.words))


def _asked(text: bytes) -> list[list[str]]:
    """What a text asks an index for: its error lines, cleaned as for our engine; all of it where there is none."""
    view = clean(text)
    lines: dict[str, str] = {}
    for start, end in error_lines(view):
        line = view[start:end].translate(None, b"\0").decode(errors="replace")
        lines.setdefault(mask(line), line)
    chosen = list(lines.values())[-_MOST_LINES:] or [view.translate(None, b"\0").decode(errors="replace")[-2000:]]
    return [words for line in chosen if (words := list(dict.fromkeys(_words(line)))[:_MOST_WORDS])]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


# --- the comparison ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Score:
    """What one way made of all cases, counted as the scorecard counts."""

    name: str
    asked: dict[str, int] = field(default_factory=dict)
    good: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    """By kind, the cases whose page came first, claimed or only offered."""
    clean: int = 0
    clean_alarms: int = 0
    learning_s: float = 0.0
    finding_s: float = 0.0

    def count(self, case: dict[str, Any], found: Found, symptoms: set[str]) -> None:
        kind = case["kind"]
        self.asked[kind] = self.asked.get(kind, 0) + 1
        self.good[kind] = self.good.get(kind, 0) + _is_good(case, found, symptoms)
        self.shown[kind] = self.shown.get(kind, 0) + (found.offered[:1] in [[slug] for slug in _right(case)])

    def share(self, *kinds: str) -> float:
        """Of the cases of these kinds, those that are good."""
        return self._share(self.good, kinds)

    def share_shown(self, *kinds: str) -> float:
        """Of the cases of these kinds, those whose page a reader sees first, whatever is said of it."""
        return self._share(self.shown, kinds)

    def _share(self, counts: dict[str, int], kinds: Iterable[str]) -> float:
        asked = sum(self.asked.get(kind, 0) for kind in kinds)
        return sum(counts.get(kind, 0) for kind in kinds) / asked if asked else 0.0


def compare(
    entries: Sequence[Entry], cases: Iterable[dict[str, Any]], clean_logs: Sequence[bytes], ways: Iterable[Way]
) -> list[Score]:
    """The score of every way on the cases that these pages cover, and on logs of builds that passed."""
    slugs = {entry.slug for entry in entries}
    covered = [case for case in cases if case["slug"] is None or case["slug"] in slugs]
    return [_score(way, entries, covered, clean_logs) for way in ways]


def _score(way: Way, entries: Sequence[Entry], cases: Iterable[dict[str, Any]], clean_logs: Sequence[bytes]) -> Score:
    score = Score(way.name)
    symptoms = {entry.slug for entry in entries if entry.role is Role.SYMPTOM}
    began = time.perf_counter()
    way.learn(entries)
    score.learning_s = time.perf_counter() - began
    began = time.perf_counter()
    for case in cases:
        found = way.find(case["text"].encode("utf-8", "replace"))
        score.count(case, found, symptoms)
    for log in clean_logs:
        score.clean_alarms += bool(way.find(log).claimed)
    score.clean = len(clean_logs)
    score.finding_s = time.perf_counter() - began
    return score


def _is_good(case: dict[str, Any], found: Found, symptoms: set[str]) -> bool:
    if case["slug"] is None:
        return not [slug for slug in found.claimed if slug not in symptoms and slug not in case.get("accept", [])]
    if case["kind"] == "question":
        return any(slug in _right(case) for slug in found.offered[:3])
    return bool(found.claimed) and found.claimed[0] in _right(case)


def _right(case: dict[str, Any]) -> list[str]:
    return list(case.get("accept") or [case["slug"]])


COLUMNS = (
    "logs: shown first",
    "lines: shown first",
    "questions in three",
    "false alarms",
    "clean alarms",
    "logs: claimed",
    "lines: claimed",
    "learns",
    "all cases",
)


def table(scores: Sequence[Score]) -> str:
    rows = [("", *COLUMNS), ("---", *("---:" for _ in COLUMNS)), *(_row(score) for score in scores)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(score: Score) -> tuple[str, ...]:
    return (
        score.name,
        f"{score.share_shown('log'):.1%}",
        f"{score.share_shown('line'):.1%}",
        f"{score.share('question'):.1%}",
        f"{1 - score.share('negative', 'negative-question'):.1%}",
        f"{score.clean_alarms} of {score.clean}",
        f"{score.share('log'):.1%}",
        f"{score.share('line'):.1%}",
        f"{score.learning_s:.2f} s",
        f"{score.finding_s:.1f} s",
    )


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    try:
        pages = pages_of(read_catalogue(options.catalogue)).pages if options.catalogue else read_tree(PAGES)
        cases = [json.loads(line) for line in options.cases.read_text(encoding="utf-8").splitlines()]
        logs = [read_log(path) for folder in options.clean for path in sorted(folder.glob("*.log*"))]
    except (BadCatalogueError, ProblemsFound, OSError) as problem:
        sys.exit(f"peers: {problem}")
    scores = compare([entry_of(page) for page in pages], cases, logs, [Bm25(), Fts5(), Expressions(), Ours()])
    asked = scores[0].asked
    print(
        f"{len(pages)} pages; " + ", ".join(f"{asked[kind]} {kind}" for kind in asked) + f", {len(logs)} clean logs\n"
    )
    print(table(scores))
    if options.json:
        figures = [{**_figures(score), "name": score.name} for score in scores]
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _figures(score: Score) -> dict[str, Any]:
    return {
        "log_at1": score.share_shown("log"),
        "line_at1": score.share_shown("line"),
        "log_claimed": score.share("log"),
        "line_claimed": score.share("line"),
        "question_at3": score.share("question"),
        "false_alarms": 1 - score.share("negative", "negative-question"),
        "clean_alarms": score.clean_alarms,
        "learning_s": score.learning_s,
        "finding_s": score.finding_s,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="peers", description="Compare ways to find the page of an error.")
    add = parser.add_argument
    add("--catalogue", type=Path, nargs="+", metavar="DIR", help="folders of .jsonl files; else the pages of fixtures/")
    add("--cases", type=Path, default=CASES, metavar="FILE", help="labelled texts")
    add("--clean", type=Path, nargs="+", default=[CLEAN], metavar="DIR", help="folders of logs of builds that passed")
    add("--json", type=Path, metavar="FILE", help="write the figures to this file")
    return parser


if __name__ == "__main__":
    main()
