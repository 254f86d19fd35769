"""What the rules look at: one page, and all the pages and healthy logs around it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kb.content.document import PageDoc, PageFolder, Signature
from kb.content.entries import entry_of, signature_of
from kb.content.problems import Finding, Problem, Where
from kb.content.prose import passages, sentences, words
from kb.content.scripts import Scripts
from kb.content.yaml_reading import read_yaml
from kb.content.yaml_writing import write_yaml
from kb.matching import engine, index
from kb.matching.records import Answer, Match
from kb.matching.signature import Placeholder, SignatureError, compile_signature

SENTENCE_WORDS = 8
_PLACEHOLDER = re.compile(f"<(?:{'|'.join(Placeholder)})>")


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
    def owners_of_text(self) -> Mapping[str, tuple[str, ...]]:
        """Which pages claim a printed text as their own, by its ink."""
        found: dict[str, set[str]] = defaultdict(set)
        for page in self.pages:
            for signature in page.doc.signatures:
                if not signature.shared:
                    found[ink(signature)].add(page.full_slug)
        return {text: tuple(sorted(slugs)) for text, slugs in found.items()}

    @cached_property
    def index(self) -> index.Index:
        """The pages as the engine searches them, without those whose signatures cannot work."""
        return index.build([entry_of(page) for page in self.pages if not any(broken_signatures(page.doc))])

    @cached_property
    def alarms(self) -> Mapping[str, tuple[tuple[str, Match], ...]]:
        """For each page that fires on healthy logs: on which, and how."""
        found: dict[str, list[tuple[str, Match]]] = defaultdict(list)
        for path, text in self.clean.items():
            for match in self.search(text).matches:
                found[match.slug].append((path, match))
        return {slug: tuple(alarms) for slug, alarms in found.items()}

    def search(self, text: bytes) -> Answer:
        return engine.search(text, self.index)


def ink(signature: Signature) -> str:
    """What of a signature is compared: letters and digits in lower case, and that something varies, not what."""
    text = _PLACEHOLDER.sub("\0", signature.text) or signature.regex
    return "".join(character for character in text.lower() if character.isalnum() or character == "\0")


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
        yield from _broken(signature, (*where, "regex" if signature.regex else "text"))
        for index_, text in enumerate(signature.with_):
            yield from _broken(Signature(key=signature.key, text=text), (*where, "with", index_))


def _broken(signature: Signature, where: Where) -> Iterator[tuple[Where, str]]:
    if signature.text and signature.regex:
        yield where, "the signature has a text and a regular expression: keep one, or make two signatures"
        return
    try:
        compile_signature(signature_of(signature))
    except SignatureError as error:
        yield where, str(error)
