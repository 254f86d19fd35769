"""Characters that nobody sees and that change what everybody sees."""

from __future__ import annotations

import re

INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters; tab, line feed and carriage return are laid out
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls show a command in another order than it runs
    "\u2028\u2029\ufeff"
    "]"
)
"""What is named instead of being printed."""


def name_of(character: str) -> str:
    return f"U+{ord(character):04X}"


def named(text: str) -> str:
    """The text with its invisible characters written out: `[U+202E]`."""
    return INVISIBLE.sub(lambda found: f"[{name_of(found.group())}]", text)
