"""Characters that nobody sees and that change what everybody sees, or what a terminal does."""

from __future__ import annotations

import json
import re

INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters; tab, line feed and carriage return are laid out
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls show a command in another order than it runs
    "\xad\u034f\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff"  # nothing, between two letters of a command
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters that are drawn as nothing
    "\u2028\u2029\ufff9-\ufffb"
    "\ud800-\udfff"  # halves of characters
    "\U000e0000-\U000e0fff"  # a second alphabet that is drawn as nothing
    "]"
)
"""What is named instead of being printed. The selectors between a black and a coloured sign (U+FE0E, U+FE0F) are not
among them: they stand in every other log, and change no letter."""


def name_of(character: str) -> str:
    return f"U+{ord(character):04X}"


def named(text: str) -> str:
    """The text with its invisible characters written out: `[U+202E]`."""
    return INVISIBLE.sub(lambda found: f"[{name_of(found[0])}]", text)


def named_on_terminal(text: str) -> str:
    """The same for a terminal, where a carriage return writes over what stands there."""
    return named(text).replace("\r", "[U+000D]")


def escaped(document: str) -> str:
    """A JSON document with its invisible characters as `\\u202e`: the same to a program, harmless on a terminal."""
    return INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], document)
