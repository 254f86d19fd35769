"""The one canonical form of a page file: a function of the document alone, the same bytes from file and database.

Fields stand in the order of the model, and those that say nothing but their default are left out. Texts of several
lines are literal blocks; prose of one long line is folded; what people copy or compare letter by letter is never
wrapped. Quotes stand only where an ordinary YAML tool would read something else than this text.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache
from typing import Annotated, Any, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kb.content.document import Verbatim

WIDTH = 110
INDENT = "  "

_TRAILING_BLANK = re.compile(r"[ \t]$", re.MULTILINE)
_OTHER_ELSEWHERE = re.compile(r"[yYnN]|[-+]?(?:0o[0-7]+|(?:\.\d+|\d+\.?\d*)(?:[eE][-+]?\d+)?)")
"""What PyYAML takes for text, and another YAML tool for a number or a yes."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def write_yaml(part: BaseModel) -> str:
    """One document in canonical form."""
    return "\n".join(_top_level(part)) + "\n"


def write_yaml_list(parts: Sequence[BaseModel]) -> str:
    """A list of records in canonical form."""
    return "\n".join(_items(parts, "", is_verbatim=False)) + "\n" if parts else "[]\n"


def _top_level(part: BaseModel) -> Iterator[str]:
    """A blank line sets off every field that takes more than one line."""
    was_long = False
    for position, lines in enumerate(_field_blocks(part, "")):
        is_long = len(lines) > 1
        if position and (is_long or was_long):
            yield ""
        yield from lines
        was_long = is_long


def _field_blocks(part: BaseModel, indent: str) -> Iterator[list[str]]:
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        if info.exclude or value == info.get_default():
            continue
        yield list(_field(info.alias or name, value, indent, is_verbatim=_is_verbatim(info)))


def _field(key: str, value: Any, indent: str, *, is_verbatim: bool) -> Iterator[str]:
    head = f"{indent}{key}:"
    if isinstance(value, BaseModel):
        yield head
        for lines in _field_blocks(value, indent + INDENT):
            yield from lines
    elif not isinstance(value, tuple):
        yield from _scalar(head, _text_of(value), indent + INDENT, is_verbatim=is_verbatim)
    elif flow := _flow_list(head, value, is_verbatim=is_verbatim):
        yield flow
    else:
        yield head
        yield from _items(value, indent + INDENT, is_verbatim=is_verbatim)


def _items(values: Sequence[Any], indent: str, *, is_verbatim: bool) -> Iterator[str]:
    for value in values:
        if isinstance(value, BaseModel):
            lines = [line for block in _field_blocks(value, indent + INDENT) for line in block]
            yield f"{indent}- {lines[0].lstrip(' ')}"
            yield from lines[1:]
        else:
            yield from _scalar(f"{indent}-", _text_of(value), indent + INDENT, is_verbatim=is_verbatim)


def _flow_list(head: str, values: Sequence[Any], *, is_verbatim: bool) -> str:
    """A list of short names stands on one line."""
    if is_verbatim or not values or any(isinstance(value, BaseModel) for value in values):
        return ""
    texts = [_one_line(_text_of(value), in_flow=True) for value in values]
    line = f"{head} [{', '.join(texts)}]"
    return line if len(line) <= WIDTH else ""


def _text_of(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value.value if isinstance(value, Enum) else value)


@cache
def _marks_verbatim(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return Verbatim in annotation.__metadata__
    return any(_marks_verbatim(argument) for argument in get_args(annotation))


def _is_verbatim(info: FieldInfo) -> bool:
    annotation: Any = info.annotation
    return Verbatim in info.metadata or _marks_verbatim(annotation)


# --- one text ---------------------------------------------------------------------------------------------------------


def _scalar(head: str, text: str, indent: str, *, is_verbatim: bool) -> Iterator[str]:
    if "\n" in text and _fits_a_block(text):
        yield from _literal(head, text, indent)
        return
    bare = _one_line(text)
    if len(f"{head} {bare}") > WIDTH and not is_verbatim and _may_fold(text):
        yield f"{head} >-"
        yield from _folded(text, indent)
    elif bare.startswith('"') and "\\" in bare and "\t" not in text and _fits_a_block(text):
        yield from _literal(head, text, indent)  # easier to read than escapes, but would hide a tab
    else:
        yield f"{head} {bare}"


def _fits_a_block(text: str) -> bool:
    return not _TRAILING_BLANK.search(text)


def _literal(head: str, text: str, indent: str) -> Iterator[str]:
    """A block whose first line is indented must say how far the block itself is."""
    is_indented = text.lstrip("\n").startswith((" ", "\t"))
    yield f"{head} |{len(INDENT) if is_indented else ''}-"
    for line in text.split("\n"):
        yield indent + line if line else ""


def _may_fold(text: str) -> bool:
    return "\n" not in text and text[:1] not in (" ", "\t") and _fits_a_block(text) and _has_a_break(text)


def _has_a_break(text: str) -> bool:
    return next(_breaks(text), None) is not None


def _breaks(text: str) -> Iterator[int]:
    """Where a single blank stands between words: only there does folding give back the same text."""
    for found in re.finditer(r"(?<=[^ \t]) (?=[^ \t])", text):
        yield found.start()


def _folded(text: str, indent: str) -> Iterator[str]:
    start, last = 0, -1
    for position in (*_breaks(text), len(text)):
        if last > start and position - start + len(indent) > WIDTH:
            yield indent + text[start:last]
            start = last + 1
        last = position
    yield indent + text[start:]


def _one_line(text: str, *, in_flow: bool = False) -> str:
    if _is_plain(text, in_flow=in_flow):
        return text
    if "'" not in text and "\n" not in text and "\t" not in text:
        return f"'{text}'"
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


@cache
def _emitter() -> yaml.emitter.Emitter:
    return yaml.emitter.Emitter(io.StringIO(), allow_unicode=True)


@cache
def _resolver() -> yaml.resolver.Resolver:
    return yaml.resolver.Resolver()


def _is_plain(text: str, *, in_flow: bool) -> bool:
    """Whether the bare text is read as this text by any YAML tool, old or new."""
    if not text or "\n" in text or "\t" in text or _OTHER_ELSEWHERE.fullmatch(text):
        return False
    analysis = _emitter().analyze_scalar(text)
    if not (analysis.allow_flow_plain if in_flow else analysis.allow_block_plain):
        return False
    tag = _resolver().resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag == "tag:yaml.org,2002:str")
