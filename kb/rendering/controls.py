"""Characters that nobody sees, written out."""

from __future__ import annotations

from kb.matching.invisible import INVISIBLE

__all__ = ["INVISIBLE", "name_of", "named"]


def name_of(character: str) -> str:
    return f"U+{ord(character):04X}"


def named(text: str) -> str:
    """The text with its invisible characters written out: `[U+202E]`."""
    return INVISIBLE.sub(lambda found: f"[{name_of(found.group())}]", text)
