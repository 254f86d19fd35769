"""Entries and indexes for tests of the engine, said in a line."""

from __future__ import annotations

from kb.matching.index import Index, build
from kb.matching.records import Entry, LookAlike, Role, Signature


def entry(
    slug: str,
    *texts: str | Signature,
    title: str = "",
    role: Role = Role.CAUSE,
    summary: str = "",
    words: str = "",
    look_alikes: tuple[LookAlike, ...] = (),
) -> Entry:
    """A page with these signatures, keyed `s0`, `s1`, …"""
    signatures = tuple(
        text if isinstance(text, Signature) else Signature(f"s{number}", text) for number, text in enumerate(texts)
    )
    return Entry(slug, title or slug, role, signatures, summary, words, look_alikes)


def index_of(*texts: str) -> Index:
    """An index of one page a text: `t/p0`, `t/p1`, …"""
    return build(entry(f"t/p{number}", text) for number, text in enumerate(texts))
