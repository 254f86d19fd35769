"""From a line that nothing answers to the signature that would: what changes from run to run becomes placeholders.

The proposal claims no more than the masked line says: every word that the mask leaves stands in it, and each masked
piece is one placeholder of the narrowest kind that holds it.
"""

from __future__ import annotations

import re
from itertools import groupby

from .cleaning import clean
from .grouping import telling_words
from .ink import Ink
from .masking import mask, pieces
from .records import Signature
from .redaction import redact
from .scanning import verify
from .signature import PLACEHOLDERS, SignatureError, compile_signature, shape

_KINDS = {
    "number": ("num", "version"),
    "url": ("url",),
    "path": ("path",),
    "host": ("host",),
    "address": ("host",),
}
"""Placeholders for a kind of the mask, the narrowest first; `<name>` for the others, which have none of their own."""
_OTHERWISE = "name"
_WITH_NUMBERS = re.compile(r"(?P<value>.+?)(?P<numbers>(?::\d+){1,2}|\(\d+(?:,\d+)?\))", re.DOTALL)
"""`main.c:17:3`, `host:443`: numbers behind a value that are values of their own."""
_QUOTES = re.compile(r"(?P<open>['\"`])(?P<value>.+)(?P<close>['\"`])", re.DOTALL)
_NUMBER = re.compile(r"\d+")
_REDACTED = re.compile(r"\[redacted\]|\*{3,}")
_LOOKS_LIKE_ONE = re.compile(f"<({'|'.join(name.strip('<>') for name in PLACEHOLDERS)})>")
_TOUCHING = re.compile(r"(?:<[a-z]+>){2,}")


class NoProposalError(ValueError):
    """No signature can be made of this line; says why, and what to do instead."""


def propose(example: str) -> str:
    """The text of a signature that finds this line and those that differ from it in what is masked alone."""
    line = _readable(example)
    if not telling_words(mask(line)):
        raise NoProposalError("the line says nothing but that something failed; look for the line that says what")
    text = _TOUCHING.sub("<any>", "".join(_written(kind, piece) for kind, piece in _joined(line))).strip()
    try:
        compile_signature(Signature("proposed", text))
    except SignatureError as problem:
        raise NoProposalError(f"no signature can be made of this line by itself: {problem}") from None
    if not finds(text, example):
        raise NoProposalError(
            "the signature made of this line would not find the line again; begin a page, paste the example into the "
            "lab and write the signature there"
        )
    return text


def finds(text: str, example: str) -> bool:
    """Whether a signature of this text stands in the example."""
    try:
        pattern = compile_signature(Signature("proposed", text))
    except SignatureError:
        return False
    ink = Ink(clean(example.encode("utf-8", "replace")))
    anchor = pattern.literals[pattern.anchor].ink
    at = ink.text.find(anchor)
    while at >= 0 and verify(0, pattern, at, ink) is None:
        at = ink.text.find(anchor, at + 1)
    return at >= 0


def _readable(example: str) -> str:
    """As the engine reads it when it masks: without colours, prefixes of log collectors and secrets. Nor characters
    that nobody sees, of which no signature holds one."""
    cleaned = clean(example.encode("utf-8", "replace")).translate(None, b"\0").decode(errors="replace")
    shown = "".join(char if char.isprintable() else " " for char in cleaned)
    return redact(" ".join(shown.split()))[0]


def _joined(line: str) -> list[tuple[str, str]]:
    """The pieces of the line, what stays between two masked ones as one text."""
    parts = groupby(pieces(line), key=lambda part: part[0] == "")
    found: list[tuple[str, str]] = []
    for is_text, group in parts:
        found += [("", "".join(text for _, text in group))] if is_text else list(group)
    return found


def _written(kind: str, piece: str) -> str:
    if not kind:
        # What looks like a placeholder was printed so; only letters count, so the brackets can go.
        return _REDACTED.sub(f"<{_OTHERWISE}>", _LOOKS_LIKE_ONE.sub(r"\1", piece))
    if kind == "redacted":
        return f"<{_OTHERWISE}>"
    if kind == "quoted" and (quoted := _QUOTES.fullmatch(piece)):
        return f"{quoted['open']}<{_OTHERWISE}>{quoted['close']}"
    if kind in ("path", "host", "address") and (numbered := _WITH_NUMBERS.fullmatch(piece)):
        number = "<num>" if kind == "path" else "<port>"
        return _placeholder(kind, numbered["value"]) + _NUMBER.sub(number, numbered["numbers"])
    return _placeholder(kind, piece)


def _placeholder(kind: str, piece: str) -> str:
    fitting = (name for name in _KINDS.get(kind, ()) if shape(name).fullmatch(piece))
    return f"<{next(fitting, _OTHERWISE)}>"
