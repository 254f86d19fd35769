"""The index: every published signature and page, compiled into one immutable value that many threads may search."""

from __future__ import annotations

import gc
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

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


class Automaton(Protocol):
    """Finds anchors: (number of the anchor, start, end) of each place."""

    def find_matches_as_indexes(self, haystack: bytes, overlapping: bool = ...) -> list[tuple[int, int, int]]: ...


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
    automaton: Automaton
    longest_anchor: int
    """Bytes."""
    messages: Messages
    vocabulary: Vocabulary
    retriever: Retriever
    wordings: Wordings
    by_slug: Mapping[str, int]
    sharers: Mapping[str, tuple[LookAlike, ...]]
    """For each page that others share a text with, those others."""
    version: str
    """The same for the same pages, in every process."""

    def among(self, slug: str) -> tuple[Entry, ...]:
        """The page with this slug, if the index holds it."""
        at = self.by_slug.get(slug)
        return () if at is None else (self.entries[at],)

    def anchored_in(self, ink: bytes) -> Iterator[int]:
        """The patterns whose anchor stands in this ink: among them those that say the same."""
        for anchor in {anchor for anchor, _, _ in self.automaton.find_matches_as_indexes(ink, overlapping=True)}:
            yield from self.anchors[anchor]

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
    of_anchor = _by_anchor(patterns)
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
        messages=Messages.of(ordered, vocabulary),
        vocabulary=vocabulary,
        retriever=Retriever(ordered, vocabulary),
        wordings=Wordings(ordered),
        by_slug={entry.slug: at for at, entry in enumerate(ordered)},
        sharers=_sharers(ordered),
        version=_version(ordered),
    )


def alone(index: Index, entry: Entry) -> Index:
    """The entry with the weights it has in this index, and no other page: where it finds nothing then, it finds nothing
    among the others either, and this is known much sooner.
    """
    weights = index.vocabulary.message_weights(index.among(entry.slug), entry)
    lone = with_entry(_EMPTY, entry)
    return replace(lone, messages=_EMPTY.messages.with_entry(0, entry, weights))


def with_entry(index: Index, entry: Entry) -> Index:
    """The index with this entry in it, in the place of the one with its slug: to try a page before it is published, and
    to find it the moment it is.

    Made in a hundredth of the time of a whole index: a small automaton stands beside the large one. What claims is what
    a whole index would claim, to the last bit for exact matches; for likely ones the other pages keep the weights of
    their words. Suggestions and searches for words, which claim nothing, are those of the index as it was.
    """
    at = index.by_slug.get(entry.slug, len(index.entries))
    entries = (*index.entries[:at], entry, *index.entries[at + 1 :])
    patterns = [_compile(entry, signature) for signature in entry.signatures]
    of_anchor = _by_anchor(patterns, first=len(index.patterns))
    retired = frozenset(number for number, owner in enumerate(index.owner) if owner == at)
    anchors = [
        numbers if retired.isdisjoint(numbers) else tuple(number for number in numbers if number not in retired)
        for numbers in index.anchors
    ]
    weights = index.vocabulary.message_weights(index.among(entry.slug), entry)
    return replace(
        index,
        entries=entries,
        patterns=(*index.patterns, *patterns),
        owner=(*index.owner, *[at] * len(patterns)),
        signatures=(*index.signatures, *entry.signatures),
        lifters=(*index.lifters, *(_lifters(entry, signature) for signature in entry.signatures)),
        anchors=(*anchors, *map(tuple, of_anchor.values())),
        automaton=_Beside(index.automaton, len(anchors), ahocorasick_rs.BytesAhoCorasick(list(of_anchor))),
        longest_anchor=max([index.longest_anchor, *map(len, of_anchor)]),
        messages=index.messages.with_entry(at, entry, weights),
        by_slug={**index.by_slug, entry.slug: at},
        sharers=_sharers(entries),
        version=f"{index.version}+{_version([entry])}",
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """Two automata as one: the anchors of the second are counted on from those of the first."""

    first: Automaton
    anchors: int
    """Of the first."""
    second: Automaton

    def find_matches_as_indexes(self, haystack: bytes, overlapping: bool = False) -> list[tuple[int, int, int]]:
        found = self.first.find_matches_as_indexes(haystack, overlapping=overlapping)
        for anchor, start, end in self.second.find_matches_as_indexes(haystack, overlapping=overlapping):
            found.append((self.anchors + anchor, start, end))
        return found


def _by_anchor(patterns: Sequence[Pattern], first: int = 0) -> dict[bytes, list[int]]:
    """The patterns by the ink of their anchor, counted from `first`."""
    numbers: dict[bytes, list[int]] = {}
    for number, pattern in enumerate(patterns, first):
        numbers.setdefault(pattern.literals[pattern.anchor].ink, []).append(number)
    return numbers


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


_EMPTY = build(())
