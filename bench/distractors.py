"""Distractor pages: real messages of programs that no page is about, which must never get in the way of a real page.

They are the English messages of gettext catalogues (`.mo`), which Debian's packages bring along. Left out are messages
of tools that have a page, messages too short to mean anything, and messages that stand in a text of the measurement,
compared as letters and digits: those would be right there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import ahocorasick_rs

from bench.catalogue import minimal_page
from bench.messages import as_signature, by_chance, ink_length, messages_in
from kb.content.document import PageFolder, Signature
from kb.content.entries import signature_of
from kb.content.tools import Tool
from kb.matching.ink import ink_of
from kb.matching.signature import Pattern, SignatureError, compile_signature

TOOL = Tool(slug="distractor", name="Distractor", category="Benchmark")
LEAST_INK = 24
"""Letters and digits."""
_LONGEST = 1000
"""Characters: a longer message is a help text."""

_DOMAINS = (
    (r"git(?:-gui|k)?", "git"),
    (r"postgres|pg_.*|pgscripts|psql|plpgsql|initdb|libpq\d*|ecpg.*|plp\w+", "postgres"),
    (r"apt.*|libapt.*|python-apt|dpkg.*", "apt"),
    (r"systemd", "systemd"),
    (r"make", "make"),
    (r"ld|bfd|gold|gcc.*|cpp.*|cpplib.*", "c-cpp"),
    (r"libc", "linux"),
    (r"mysql.*|mariadb.*", "mysql"),
    (r"django.*", "django"),
    (r"php.*", "php"),
    (r"python[\d.]*", "python"),
    (r"ruby.*", "ruby"),
)
"""Which gettext domains hold messages of a tool that may have a page."""


@dataclass(frozen=True, slots=True)
class Distractors:
    pages: tuple[PageFolder, ...]
    short: int
    """Messages of fewer letters and digits than `LEAST_INK`, or as long as a help text."""
    of_tools: int
    """Messages of tools that have a page."""
    standing: int
    """Messages that stand in a text of the measurement, or that a page has already."""
    refused: int
    """Messages that make no signature."""
    spare: int
    """Messages that were not needed."""

    def __str__(self) -> str:
        return (
            f"{len(self.pages):,} pages; left out: {self.standing:,} messages that stand in a case or a clean log"
            f" or are a page's text, {self.of_tools:,} of tools that have a page, {self.short:,} too short or too long,"
            f" {self.refused:,} that make no signature; {self.spare:,} to spare"
        )


def distractors(
    wanted: int, roots: Iterable[Path], tools: set[str], texts: Iterable[str], owned: Collection[bytes] = ()
) -> Distractors:
    """So many distractor pages, or as many as there are; always the same ones from the same catalogues.

    `texts` are those of the measurement; `owned` is what is printed of the texts that pages have already.
    """
    free, of_tools = _messages(roots, tools)
    usable = sorted(filter(_is_long_enough, free), key=by_chance)
    patterns = {text: pattern for text in usable if (pattern := _compiled(text)) is not None}
    distinct = {_literals(pattern): text for text, pattern in reversed(patterns.items())}
    unowned = [text for literals, text in distinct.items() if literals not in owned]
    kept = _standing_nowhere(sorted(unowned, key=by_chance), patterns, texts)
    return Distractors(
        tuple(_page(number, text) for number, text in enumerate(kept[:wanted], start=1)),
        short=len(free) - len(usable),
        of_tools=of_tools,
        standing=len(distinct) - len(kept),
        refused=len(usable) - len(distinct),
        spare=max(0, len(kept) - wanted),
    )


def _page(number: int, text: str) -> PageFolder:
    signature = Signature(key="main", text=text)
    title = " ".join(text.split())[:200]
    return minimal_page(f"{TOOL.slug}/message-{number:06}", title, "A message of another program.", [signature])


# --- messages ---------------------------------------------------------------------------------------------------------


def _messages(roots: Iterable[Path], tools: set[str]) -> tuple[set[str], int]:
    """Messages of programs without a page, as signatures; and how many others there are."""
    free, taken = set[str](), set[str]()
    for root in roots:
        for path in sorted(root.rglob("LC_MESSAGES/*.mo")):
            if not path.name.startswith("iso_"):  # names of countries and languages
                (taken if _has_page(path.stem, tools) else free).update(map(as_signature, messages_in(path)))
    return free - taken, len(taken)


def _has_page(domain: str, tools: set[str]) -> bool:
    name = re.sub(r"[-.]?\d[\d.]*$", "", domain)
    return name in tools or any(tool in tools and re.fullmatch(names, name) for names, tool in _DOMAINS)


def _is_long_enough(text: str) -> bool:
    return len(text) <= _LONGEST and ink_length(text) >= LEAST_INK


# --- what stands in the texts of the measurement ----------------------------------------------------------------------


def _compiled(text: str) -> Pattern | None:
    try:
        return compile_signature(signature_of(Signature(key="main", text=text)))
    except (SignatureError, ValueError):
        return None


def _literals(pattern: Pattern) -> bytes:
    return b"\0".join(literal.ink for literal in pattern.literals)


def _standing_nowhere(messages: list[str], patterns: dict[str, Pattern], texts: Iterable[str]) -> list[str]:
    """The messages of which no text holds all literals in their order."""
    if not messages:
        return []
    anchors: dict[bytes, list[str]] = {}
    for message in messages:
        pattern = patterns[message]
        anchors.setdefault(pattern.literals[pattern.anchor].ink, []).append(message)
    automaton, names = ahocorasick_rs.BytesAhoCorasick(list(anchors)), list(anchors)
    standing = set[str]()
    for text in texts:
        ink = ink_of(text)
        seen = {number for number, _, _ in automaton.find_matches_as_indexes(ink, overlapping=True)}
        standing.update(
            message for number in seen for message in anchors[names[number]] if _stands_in(patterns[message], ink)
        )
    return [message for message in messages if message not in standing]


def _stands_in(pattern: Pattern, ink: bytes) -> bool:
    at = 0
    for literal in pattern.literals:
        found = ink.find(literal.ink, at)
        if found < 0:
            return False
        at = found + len(literal.ink)
    return True
