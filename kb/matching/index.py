"""The index: every published signature and page, compiled into one immutable value that many threads may search."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import ahocorasick_rs

from .likeness import Messages
from .records import Entry, LookAlike, Signature
from .retrieval import Retriever
from .signature import Pattern, SignatureError, compile_signature
from .words import Vocabulary


class BrokenEntry(ValueError):
    """A page that cannot be indexed; names the page and the signature at fault."""

    def __init__(self, slug: str, key: str, problem: str) -> None:
        super().__init__(f"{slug}, signature {key}: {problem}")
        self.slug = slug
        self.key = key
        self.problem = problem


@dataclass(frozen=True)
class Index:
    entries: tuple[Entry, ...]
    patterns: tuple[Pattern, ...]
    owner: tuple[int, ...]
    """For each pattern, the index of its entry."""
    signatures: tuple[Signature, ...]
    """For each pattern, the signature that it was compiled from."""
    lifters: tuple[tuple[tuple[str, Pattern], ...], ...]
    """For each pattern, the texts that lift its page above the owner of a shared text, compiled."""
    anchors: tuple[tuple[int, ...], ...]
    """For each anchor of the automaton, the patterns that it may belong to."""
    automaton: ahocorasick_rs.BytesAhoCorasick
    messages: Messages
    retriever: Retriever

    @cached_property
    def by_slug(self) -> dict[str, int]:
        return {entry.slug: at for at, entry in enumerate(self.entries)}

    @cached_property
    def version(self) -> str:
        """The same for the same pages, in every process."""
        digest = hashlib.sha256()
        for entry in self.entries:
            digest.update(repr(entry).encode())
        return digest.hexdigest()[:12]

    @cached_property
    def _sharers(self) -> dict[str, tuple[LookAlike, ...]]:
        found: dict[str, dict[str, LookAlike]] = defaultdict(dict)
        for entry in self.entries:
            for owner in {signature.shared for signature in entry.signatures if signature.shared}:
                tell = next((known.tell for known in entry.look_alikes if known.slug == owner), entry.summary)
                found[owner][entry.slug] = LookAlike(entry.slug, tell)
        return {owner: tuple(sharers.values()) for owner, sharers in found.items()}

    def look_alikes(self, entry: Entry) -> tuple[LookAlike, ...]:
        """The pages mistaken for this one that the index holds: those that it names, then those that share its text."""
        known = [known for known in entry.look_alikes if known.slug in self.by_slug]
        named = {known.slug for known in known}
        return (*known, *(sharer for sharer in self._sharers.get(entry.slug, ()) if sharer.slug not in named))


def build(entries: Iterable[Entry]) -> Index:
    """Compile an index. Raises BrokenEntry for the first page whose signature cannot work."""
    ordered = tuple(sorted(entries, key=lambda entry: entry.slug))
    patterns: list[Pattern] = []
    owner: list[int] = []
    signatures: list[Signature] = []
    of_anchor: dict[bytes, list[int]] = {}
    for at, entry in enumerate(ordered):
        for signature in entry.signatures:
            pattern = _compile(entry, signature)
            of_anchor.setdefault(pattern.literals[pattern.anchor].ink, []).append(len(patterns))
            patterns.append(pattern)
            owner.append(at)
            signatures.append(signature)
    vocabulary = Vocabulary(ordered)
    return Index(
        entries=ordered,
        patterns=tuple(patterns),
        owner=tuple(owner),
        signatures=tuple(signatures),
        lifters=tuple(_lifters(ordered[at], signature) for at, signature in zip(owner, signatures, strict=True)),
        anchors=tuple(map(tuple, of_anchor.values())),
        automaton=ahocorasick_rs.BytesAhoCorasick(list(of_anchor)),
        messages=Messages(ordered, vocabulary),
        retriever=Retriever(ordered, vocabulary),
    )


def _lifters(entry: Entry, signature: Signature) -> tuple[tuple[str, Pattern], ...]:
    return tuple((text, _compile(entry, Signature(signature.key, text))) for text in signature.with_)


def _compile(entry: Entry, signature: Signature) -> Pattern:
    try:
        return compile_signature(signature)
    except SignatureError as problem:
        raise BrokenEntry(entry.slug, signature.key, str(problem)) from None
