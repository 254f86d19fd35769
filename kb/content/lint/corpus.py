"""What the rules look at: one page, and what lies around it: the other pages, and healthy logs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol

from kb.content.document import PageDoc, PageFolder, Signature
from kb.content.entries import entry_of, signature_of
from kb.content.problems import Finding, Problem, Where
from kb.content.prose import passages, sentences, words
from kb.content.scripts import Scripts
from kb.content.yaml_reading import read_yaml
from kb.content.yaml_writing import write_yaml
from kb.matching import engine, records
from kb.matching.engine import ONLY_CLAIMS
from kb.matching.index import Index, build
from kb.matching.ink import ink_of
from kb.matching.records import Answer, Entry, Match
from kb.matching.signature import Placeholder, SignatureError, compile_signature

SENTENCE_WORDS = 8
_PLACEHOLDER = re.compile(f"<(?:{'|'.join(Placeholder)})>")
_NO_INK = re.compile(r"[^\w\0]|_")
Alarms = Mapping[str, tuple[tuple[str, Match], ...]]
"""For each page that fires on healthy logs: on which, and how."""


@dataclass(frozen=True)
class Subject:
    """One page under examination."""

    folder: PageFolder
    path: str = ""
    """Where its files are, for people; the slug where there are none."""
    files: Mapping[str, bytes] | None = None
    """Its files as they are; None for a page out of the database."""
    read_lines: Mapping[Where, int] | None = None

    @property
    def scripts(self) -> Scripts | None:
        """The scripts beside the page; a page out of the database has none."""
        return Scripts.among(self.files or {})

    @property
    def is_reproduced(self) -> bool:
        """Whether the scripts, as they stand here, made the real tool print the error."""
        record = self.folder.reproduction
        return record is not None and record.is_proof

    @property
    def doc(self) -> PageDoc:
        return self.folder.doc

    @property
    def slug(self) -> str:
        return self.folder.full_slug

    @cached_property
    def lines(self) -> Mapping[Where, int]:
        """The line of every part; of a page without files, the line that it would have."""
        if self.read_lines is not None:
            return self.read_lines
        return read_yaml(write_yaml(self.doc).encode()).lines

    def problem(self, finding: Finding) -> Problem:
        """The finding as something that a person can go to."""
        match finding.where:
            case ("fixes", int(number), "long"):
                finding = finding.in_code_file(self.doc.fixes[number].key)
        return finding.in_folder(self.path or self.slug, self.lines)


class Ground(Protocol):
    """What proves a page: the index as it is with the page in it, and healthy logs."""

    @property
    def index(self) -> Index: ...

    @property
    def alarms(self) -> Alarms: ...


@dataclass(frozen=True)
class Trial:
    """The ground for one page that is not public yet, or not as it is proved here."""

    index: Index
    alone: Index
    """The page without all others."""
    clean: Mapping[str, bytes]

    @cached_property
    def alarms(self) -> Alarms:
        fires = {path for path, text in self.clean.items() if engine.search(text, self.alone, ONLY_CLAIMS).matches}
        return _alarms(self.index, {path: self.clean[path] for path in sorted(fires)})


@dataclass(frozen=True)
class Corpus:
    """All pages and all healthy logs, with what several rules need of them, worked out once."""

    pages: Sequence[PageFolder]
    today: date
    clean: Mapping[str, bytes]
    """Healthy logs by the path that people know them by."""

    @cached_property
    def slugs(self) -> frozenset[str]:
        return frozenset(page.full_slug for page in self.pages) | {
            alias for page in self.pages for alias in page.doc.aliases
        }

    @cached_property
    def pages_of_sentence(self) -> Mapping[str, frozenset[str]]:
        """On which pages each longer sentence stands, by its words."""
        found: dict[str, set[str]] = defaultdict(set)
        for page in self.pages:
            for _, sentence in long_sentences(page.doc):
                found[sentence].add(page.full_slug)
        return {sentence: frozenset(slugs) for sentence, slugs in found.items()}

    @cached_property
    def index(self) -> Index:
        """The pages as the engine searches them, without the signatures that cannot work."""
        return build(map(workable_entry, self.pages))

    @cached_property
    def alarms(self) -> Alarms:
        return _alarms(self.index, self.clean)

    def search(self, text: bytes) -> Answer:
        return engine.search(text, self.index)


def _alarms(searched: Index, clean: Mapping[str, bytes]) -> Alarms:
    found: dict[str, list[tuple[str, Match]]] = defaultdict(list)
    for path, text in clean.items():
        for match in engine.search(text, searched, ONLY_CLAIMS).matches:
            found[match.slug].append((path, match))
    return {slug: tuple(alarms) for slug, alarms in found.items()}


def owners_of(signature: Signature, searched: Index) -> tuple[str, ...]:
    """Which pages of an index claim this printed text as their own."""
    said = ink(signature)
    letters = ink_of(_PLACEHOLDER.sub("", signature.text) or signature.regex)
    found = {
        searched.entries[searched.owner[number]].slug
        for number in searched.anchored_in(letters)
        if not searched.signatures[number].shared and ink(searched.signatures[number]) == said
    }
    return tuple(sorted(found))


def ink(signature: Signature | records.Signature) -> str:
    """What of a signature is compared: letters and digits in lower case, and that something varies, not what."""
    text = _PLACEHOLDER.sub("\0", signature.text) or signature.regex
    return _NO_INK.sub("", text.lower())


def workable_entry(folder: PageFolder) -> Entry:
    """The page as an entry of an index, without the signatures that cannot work."""
    broken = {where[1] for where, _ in broken_signatures(folder.doc)}
    entry = entry_of(folder)
    kept = (signature for number, signature in enumerate(entry.signatures) if number not in broken)
    return replace(entry, signatures=tuple(kept))


def long_sentences(doc: PageDoc) -> Iterator[tuple[Where, str]]:
    """Sentences long enough to be somebody's own, with their place, by their words."""
    for where, text in passages(doc):
        for sentence in sentences(text):
            if len(found := words(sentence)) >= SENTENCE_WORDS:
                yield where, " ".join(found)


def broken_signatures(doc: PageDoc) -> Iterator[tuple[Where, str]]:
    """Signatures that cannot work, with the reason; the texts of `with` are signatures too."""
    for number, signature in enumerate(doc.signatures):
        where = ("signatures", number)
        yield from why_broken(signature, (*where, "regex" if signature.regex else "text"))
        for index_, text in enumerate(signature.with_):
            yield from why_broken(Signature(key=signature.key, text=text), (*where, "with", index_))


def why_broken(signature: Signature, where: Where = ()) -> Iterator[tuple[Where, str]]:
    """Why this signature cannot work, if it cannot."""
    if signature.text and signature.regex:
        yield where, "the signature has a text and a regular expression: keep one, or make two signatures"
        return
    try:
        compile_signature(signature_of(signature))
    except SignatureError as error:
        yield where, str(error)
