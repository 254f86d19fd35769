"""The index: every published signature and page, compiled into one immutable value that many threads may search."""

from __future__ import annotations

import gc
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import ahocorasick_rs

from .likeness import Messages
from .records import Entry, LookAlike, Signature
from .retrieval import Retriever
from .signature import Pattern, SignatureError, compile_signature
from .wordings import Wordings
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
    longest_anchor: int
    """Bytes."""
    messages: Messages
    retriever: Retriever
    wordings: Wordings
    by_slug: Mapping[str, int]
    sharers: Mapping[str, tuple[LookAlike, ...]]
    """For each page that others share a text with, those others."""
    version: str
    """The same for the same pages, in every process."""

    def look_alikes(self, entry: Entry) -> tuple[LookAlike, ...]:
        """The pages mistaken for this one that the index holds: those that it names, then those that share its text."""
        known = [known for known in entry.look_alikes if known.slug in self.by_slug]
        named = {known.slug for known in known}
        return (*known, *(sharer for sharer in self.sharers.get(entry.slug, ()) if sharer.slug not in named))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Without Python's search for cycles, which would walk over all that is built again and again, and find nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collecting()
def build(entries: Iterable[Entry]) -> Index:
    """Compile an index. Raises BrokenEntry for the first page whose signature cannot work.

    All that a search needs is made here, so that the first one after a swap is as quick as any.
    """
    ordered = tuple(sorted(entries, key=lambda entry: entry.slug))
    owner: list[int] = []
    signatures: list[Signature] = []
    for at, entry in enumerate(ordered):
        owner += [at] * len(entry.signatures)
        signatures += entry.signatures
    patterns = [_compile(ordered[at], signature) for at, signature in zip(owner, signatures, strict=True)]
    of_anchor: dict[bytes, list[int]] = {}
    for number, pattern in enumerate(patterns):
        of_anchor.setdefault(pattern.literals[pattern.anchor].ink, []).append(number)
    vocabulary = Vocabulary(ordered)
    return Index(
        entries=ordered,
        patterns=tuple(patterns),
        owner=tuple(owner),
        signatures=tuple(signatures),
        lifters=tuple(_lifters(ordered[at], signature) for at, signature in zip(owner, signatures, strict=True)),
        anchors=tuple(map(tuple, of_anchor.values())),
        automaton=ahocorasick_rs.BytesAhoCorasick(list(of_anchor)),
        longest_anchor=max(map(len, of_anchor), default=0),
        messages=Messages(ordered, vocabulary),
        retriever=Retriever(ordered, vocabulary),
        wordings=Wordings(ordered),
        by_slug={entry.slug: at for at, entry in enumerate(ordered)},
        sharers=_sharers(ordered),
        version=_version(ordered),
    )


def _sharers(entries: Sequence[Entry]) -> dict[str, tuple[LookAlike, ...]]:
    found: dict[str, dict[str, LookAlike]] = defaultdict(dict)
    for entry in entries:
        for owner in {signature.shared for signature in entry.signatures if signature.shared}:
            tell = next((known.tell for known in entry.look_alikes if known.slug == owner), entry.summary)
            found[owner][entry.slug] = LookAlike(entry.slug, tell)
    return {owner: tuple(sharers.values()) for owner, sharers in found.items()}


def _version(entries: Sequence[Entry]) -> str:
    digest = hashlib.sha256()
    for entry in entries:
        says = [entry.slug, entry.role, entry.title, entry.summary, entry.words, *entry.leads_to]
        says += [part for one in entry.signatures for part in (one.key, one.text, one.regex, one.shared, *one.with_)]
        says += [part for known in entry.look_alikes for part in (known.slug, known.tell)]
        digest.update("\0".join(says).encode("utf-8", "replace"))
    return digest.hexdigest()[:12]


def _lifters(entry: Entry, signature: Signature) -> tuple[tuple[str, Pattern], ...]:
    return tuple((text, _compile(entry, Signature(signature.key, text))) for text in signature.with_)


def _compile(entry: Entry, signature: Signature) -> Pattern:
    try:
        return compile_signature(signature)
    except SignatureError as problem:
        raise BrokenEntry(entry.slug, signature.key, str(problem)) from None
