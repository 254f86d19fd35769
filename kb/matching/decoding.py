"""Bytes of any encoding to text: what was received, as UTF-8, before anything else is done to it."""

from __future__ import annotations

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PROBE = 4096
_MOSTLY_NOT_UTF8 = 0.01
"""Share of undecodable characters above which a text was never UTF-8, but a one-byte encoding."""


def decode(data: bytes, charset: str = "") -> str:
    """The text in `data`. A byte order mark wins over `charset`; no input raises.

    Without either: UTF-16 is known by its zero bytes, UTF-8 by being valid; the rest is read as Windows-1252, in which
    every Latin-1 log reads right.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    guess = _utf16_without_mark(data)
    if guess:
        return data.decode(guess, "replace")
    if charset and _is_one_byte(charset):
        return data.decode(charset, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    if text.count("\ufffd") > _MOSTLY_NOT_UTF8 * len(text):
        return data.decode("cp1252", "replace")
    return text


def _utf16_without_mark(data: bytes) -> str:
    """PowerShell's `>` writes UTF-16; cut from the middle of such a file there is no mark."""
    probe = data[:_PROBE]
    pairs = len(probe) // 2
    if pairs < 4:
        return ""
    low, high = probe[0::2].count(0), probe[1::2].count(0)
    if high > 0.7 * pairs and low < 0.1 * pairs:
        return "utf-16-le"
    if low > 0.7 * pairs and high < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _is_one_byte(charset: str) -> bool:
    """Whether the sender names an encoding that its bytes cannot be told from: Latin-1 and its like, not UTF-8."""
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return False
    return name.startswith(("iso8859", "cp", "koi8", "mac"))
