"""Markdown to plain text, and texts cut to a length: what titles, descriptions and programs read."""

from __future__ import annotations

import html

import nh3

from kb.rendering.prose import prose


def plain(markdown: str) -> str:
    """What a reader sees of the Markdown text, in one line without markup."""
    return " ".join(html.unescape(nh3.clean(prose(markdown), tags=set())).split())


def cut(text: str, longest: int) -> str:
    """The text, or as many of its first words as fit before an ellipsis."""
    if len(text) <= longest:
        return text
    at_word = text[:longest].rpartition(" ")[0]
    # One endless word is cut inside rather than dropped.
    kept = at_word if len(at_word) > longest // 2 else text[: longest - 1]
    return f"{kept.rstrip(' ,;:–-')}…"
