"""Finding pages by what somebody types: first the very signs, then the words, each with the reason why it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from kb.matching.engine import Limits, search
from kb.matching.index import Index
from kb.matching.records import Entry, Role
from kb.matching.wordings import Wording
from kb.rendering.plain import plain
from kb.services.indexing import live

FOUND_MAX = 200
"""Pages that a search shows: who wants more adds a word."""
LOOKED_AT = 5_000
"""Pages that hold the very signs and are put into order."""
WORDS_MAX, WORDS_BESIDE = 40, 10
"""Pages that only share words: further down they are noise, the more so below pages that hold the very signs."""
QUOTED = re.compile(r"[\"“„]([^\"“”„]+)[\"”“]")
WORD = re.compile(r"\w{2,}")
Span = tuple[int, int]


class Why(StrEnum):
    """Why a page was found; shown beside it."""

    TITLE = "its title holds these words"
    MESSAGE = "it prints this"
    TYPED = "its message stands in what you typed"
    WORDS = "it holds these words"
    NEAR = "it speaks of much the same"


@dataclass(frozen=True, slots=True)
class Found:
    """A page, why it was found, and the text of it that says so with the places in it."""

    slug: str
    why: Why
    text: str
    spans: tuple[Span, ...] = ()


def find(query: str, most: int = FOUND_MAX) -> list[Found]:
    """The pages that hold these signs as they stand, then those that the words lead to; each once, best first.

    Words between quotation marks must stand there as they are, so that nothing else is looked for.
    """
    index = live.current()
    found = {one.slug: one for one in _exact(query, index)}
    phrases = QUOTED.findall(query)
    if not found and phrases:
        rest = QUOTED.sub(" ", query).split()
        found = {one.slug: one for one in _holding_all([*phrases, *rest], index)}
    if len(found) < most and not phrases:
        for one in _by_words(query, index, min(most, WORDS_BESIDE if found else WORDS_MAX)):
            found.setdefault(one.slug, one)
    return list(found.values())[:most]


def _exact(query: str, index: Index) -> Iterator[Found]:
    wordings = _first(index.wordings.holding(query), LOOKED_AT)
    wanted = re.compile(r"\s+".join(map(re.escape, query.split())), re.IGNORECASE)
    for wording in sorted(wordings, key=lambda wording: _nearness(wording, wanted, index.entries[wording.entry])):
        yield _found(wording, index, [wanted])


def _nearness(wording: Wording, wanted: re.Pattern[str], entry: Entry) -> tuple[bool, bool, bool, int, str]:
    """A whole text before a part of one, whole words before pieces of words, causes before symptoms."""
    at = wanted.search(wording.text)
    is_whole = at is not None and at.span() == (0, len(wording.text))
    has_edges = at is not None and not (_joins(wording.text, at.start()) or _joins(wording.text, at.end()))
    return not is_whole, not has_edges, entry.role is not Role.CAUSE, len(wording.text), entry.slug


def _joins(text: str, at: int) -> bool:
    """Whether a word goes on across this place."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _holding_all(pieces: Sequence[str], index: Index) -> Iterator[Found]:
    """Pages that hold each of these pieces somewhere, by the text that holds the first of them."""
    first, *others = pieces
    left = [{wording.entry for wording in index.wordings.holding(piece)} for piece in others]
    wanted = [re.compile(r"\s+".join(map(re.escape, piece.split())), re.IGNORECASE) for piece in pieces]
    for wording in index.wordings.holding(first):
        if all(wording.entry in entries for entries in left):
            yield _found(wording, index, wanted)


def _found(wording: Wording, index: Index, wanted: Sequence[re.Pattern[str]]) -> Found:
    spans = tuple(found.span() for one in wanted for found in one.finditer(wording.text))
    why = Why.TITLE if wording.is_title else Why.MESSAGE
    return Found(index.entries[wording.entry].slug, why, wording.text, spans)


def _by_words(query: str, index: Index, most: int) -> Iterator[Found]:
    answer = search(query, index, Limits(bytes=settings.TEXT_LIMIT, suggestions=most))
    for match in answer.matches:
        line = match.lines[0]
        yield Found(match.slug, Why.TYPED, line.text, line.spans)
    words = set(WORD.findall(query.lower()))
    for near in answer.suggestions:
        if near.slug in index.by_slug:
            yield _sharing(index.entries[index.by_slug[near.slug]], words)


def _sharing(entry: Entry, words: set[str]) -> Found:
    """The text of the page that has most of these words; its summary, where it only has others for them."""
    messages = [signature.text for signature in entry.signatures]
    texts = [entry.summary, entry.title, *messages, *entry.words.split("\n")]
    told = [len({place[0].lower() for place in _places(text, words)}) for text in texts]
    best = told.index(max(told))
    text = texts[best] if texts[best] in (entry.title, *messages) else plain(texts[best])
    return Found(
        entry.slug, Why.WORDS if told[best] else Why.NEAR, text, tuple(at.span() for at in _places(text, words))
    )


def _places(text: str, words: set[str]) -> list[re.Match[str]]:
    return [place for place in WORD.finditer(text) if place[0].lower() in words]


def _first(wordings: Iterator[Wording], most: int) -> list[Wording]:
    return [wording for wording, _ in zip(wordings, range(most), strict=False)]
