"""Captured values in a fix's commands: `docker run -p {{ port }}:80` becomes one that can be pasted into a shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from .redaction import MASK
from .signature import shape

_SLOT = re.compile(r"(?<!\$)\{\{ ?([a-z]+(?:_\d+)?) ?\}\}")
_MOST = 200
"""Characters: nobody wants to paste a longer value unread."""


@dataclass(frozen=True, slots=True)
class Filled:
    text: str
    """The command, with the values that were safe to fill in; the other slots read as `HOST`."""
    filled: bool
    """Whether every slot got a value."""


def fill(command: str, captures: Mapping[str, str]) -> Filled:
    """Fill the slots of a POSIX command, each value quoted for a shell."""
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        captured = captures.get(match[1], "")
        if _is_safe(match[1], captured):
            return shlex.quote(captured)
        missing = True
        return match[1].upper()

    return Filled(_SLOT.sub(value, command), not missing)


def slots(command: str) -> tuple[str, ...]:
    """The capture names that a command uses."""
    return tuple(dict.fromkeys(_SLOT.findall(command)))


def _is_safe(name: str, value: str) -> bool:
    """Whether a value has its placeholder's shape and holds nothing secret, unprintable or quote-like."""
    if (
        not value
        or len(value) > _MOST
        or MASK in value
        or not value.isprintable()
        or any(sign in value for sign in "'\"`")
    ):
        return False
    try:
        return shape(name).fullmatch(value) is not None
    except ValueError:
        return False
