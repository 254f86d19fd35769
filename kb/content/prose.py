"""What of a page is prose, what of it is code, and where each passage stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from kb.content.document import PageDoc
from kb.content.problems import Where

_PROSE = frozenset(
    {"summary", "text", "title", "detail", "meaning", "why", "body", "long", "expect", "what", "question", "answer"}
    | {"prevention", "background", "tell", "note", "when", "platform"}
)
_NOT_PROSE = frozenset({"signatures", "sources", "samples", "changes"})
_FENCE = re.compile(r"^ {0,3}(`{3,}+|~{3,}+)[^\n]*\n(.*?)(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n\s*\n|\n\s*(?:[-*|#>]|\d+\.)\s*")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def passages(doc: PageDoc) -> Iterator[tuple[Where, str]]:
    """Every text that somebody wrote for readers, with its place."""
    for name in type(doc).model_fields:
        if name not in _NOT_PROSE:
            yield from _within(getattr(doc, name), (name,))


def _within(value: object, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _within(getattr(value, name), (*where, info.alias or name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _within(item, (*where, index))
    elif isinstance(value, str) and value and where[-1] in _PROSE:
        yield where, value


def code_blocks(markdown: str) -> list[str]:
    """The fenced blocks of a Markdown text."""
    return [found[2] for found in _FENCE.finditer(markdown)]


def without_code(markdown: str) -> str:
    """The text without its fenced blocks."""
    return _FENCE.sub("\n\n", markdown)


def sentences(markdown: str) -> Iterator[str]:
    """The sentences of a Markdown text, code left out."""
    for sentence in _SENTENCE_END.split(without_code(markdown)):
        if sentence.strip():
            yield " ".join(sentence.split())


def words(text: str) -> list[str]:
    """The words of a text in lower case, marks left out."""
    return [word.lower() for word in _WORD.findall(text)]


def links(markdown: str) -> Iterator[str]:
    """The targets of Markdown links outside code."""
    for found in _LINK.finditer(without_code(markdown)):
        yield found[1]
