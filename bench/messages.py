"""Messages that programs print, out of the gettext catalogues (`.mo`) that packages bring along; and as signatures."""

from __future__ import annotations

import gettext
import hashlib
import re
import struct
from collections.abc import Iterator
from pathlib import Path

MESSAGES = Path("/usr/share/locale")
"""Where a Linux system keeps them."""


def messages_in(path: Path) -> Iterator[str]:
    """The English messages of one line in a catalogue; nothing where it is broken."""
    try:
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
    except (OSError, ValueError, IndexError, struct.error):  # a broken catalogue tells nothing
        return
    for key in catalogue._catalog:  # type: ignore[attr-defined]  # noqa: SLF001  # the only way to a catalogue's keys
        message = (key if isinstance(key, str) else key[0]).rpartition("\x04")[2].strip()
        if message and message.isprintable():
            yield message


_DIRECTIVE = re.compile(
    r"%(?:\d+\$)?(?:\((?P<python>\w+)\))?[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|j|z|t|L)?(?P<kind>[a-zA-Z%])"
)
_NUMBERS = frozenset("diouxX")
_PLACEHOLDERS = re.compile(r"<(?:name|num|any)>")
_TOUCHING = re.compile(r"<(?:name|num|any)>(?:<(?:name|num|any)>)+")


def as_signature(message: str) -> str:
    """A message with placeholders in place of printf's directives."""
    return _TOUCHING.sub("<any>", _DIRECTIVE.sub(_placeholder, message))


def _placeholder(match: re.Match[str]) -> str:
    kind = match["kind"]
    return "%" if kind == "%" else "<num>" if kind in _NUMBERS else "<name>"


def ink_length(text: str) -> int:
    """How many letters and digits of its own the signature has."""
    return sum(map(str.isalnum, _PLACEHOLDERS.sub("", text)))


def by_chance(text: str) -> bytes:
    """An order in which messages of all programs are mixed, and always the same."""
    return hashlib.sha256(text.encode()).digest()
