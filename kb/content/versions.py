"""Versions of a tool as numbers that a database compares, and the span of versions that one written short takes in."""

from __future__ import annotations

import re
from typing import NamedTuple

VERSION = r"^[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}$"
"""Up to four numbers of up to four digits: `2`, `10.5`, `131.0.6778.204`."""

_PARTS = 4
_DIGITS = 4
_READ = re.compile(VERSION)


class Span(NamedTuple):
    """From the first to the last version, both of it; each number of a version is four digits of one whole number."""

    first: int
    last: int


EVERY = Span(0, 10 ** (_PARTS * _DIGITS) - 1)


def is_version(text: str) -> bool:
    return _READ.fullmatch(text) is not None


def taken_in(version: str) -> Span:
    """All that the version may mean: `10.5` takes in 10.5.0 to 10.5.9999. Nothing given takes in every version."""
    if not version:
        return EVERY
    parts = version.split(".")
    missing = _PARTS - len(parts)
    return Span(_number([*parts, *["0"] * missing]), _number([*parts, *["9" * _DIGITS] * missing]))


def between(since: str, until: str) -> Span:
    """From the first version that `since` takes in to the last that `until` does; each may be empty."""
    return Span(taken_in(since).first, taken_in(until).last)


def _number(parts: list[str]) -> int:
    return int("".join(part.rjust(_DIGITS, "0") for part in parts))
