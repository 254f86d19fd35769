"""Arbitrary values of the page document's models, made by walking their fields."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints

from kb.content.document import UNWRITABLE, Source, is_on_web

Model = TypeVar("Model", bound=BaseModel)

_CHARACTERS = st.characters(codec="utf-8") | st.sampled_from(" :#-'\"\\{}[],&*!|>%@`?~=\t<>é漢")
_AMBIGUOUS = ("3.10", "no", "Yes", "null", "~", "2026-11-20", "0x1F", "0o17", "1e3", ".5", "1_000", "12:30:45")
_MARKS = ("=", "<<", "---", "...", "!x", "[x]", "é", "🦀")
_AWKWARD = (
    "- x",
    "a: b",
    "a #b",
    "it's",
    'say "x"',
    'it\'s "x"',
    "{{ host }}",
    "  two",
    "x\n\n  y",
    "\n x",
    "\tx",
    "x \ny",
    "",
)
_LONG = ("word " * 40 + "end", "a" * 200, "two  blanks " * 20 + "end", "x\n" + "long line " * 20 + "\ny")
_SPECIAL = st.sampled_from([*_AMBIGUOUS, *_MARKS, *_AWKWARD, *_LONG])
TEXTS = _SPECIAL | st.text(_CHARACTERS, max_size=60) | st.text(st.sampled_from("ab :#'\"\n\t-"), max_size=40)


def models(model: type[Model]) -> st.SearchStrategy[Model]:
    """Valid values of the model."""
    return _trees(model).flatmap(lambda tree: st.just(model.model_validate(tree)))


def _trees(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {info.alias or name: (info, name) for name, info in model.model_fields.items() if not info.exclude}
    required = {key: _values(_annotation(info)) for key, (info, _) in fields.items() if info.is_required()}
    optional = {key: _values(_annotation(info)) for key, (info, _) in fields.items() if not info.is_required()}
    trees = st.fixed_dictionaries(required, optional=optional)
    return trees.map(_sound) if model is Source else trees


def _sound(source: dict[str, Any]) -> dict[str, Any]:
    """Only an own observation may have a name for an address."""
    return source if is_on_web(source["address"]) else {**source, "kind": "observation"}


def _annotation(info: Any) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _values(annotation: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _constrained(arguments[0], arguments[1:])
    if origin is tuple:
        return st.lists(_values(arguments[0]), min_size=1, max_size=2)
    if origin in (Union, UnionType):
        return st.one_of([_values(argument) for argument in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if annotation is NoneType:
        return st.none()
    return _plain(annotation)


def _plain(annotation: Any) -> st.SearchStrategy[Any]:
    if issubclass(annotation, BaseModel):
        return _trees(annotation)
    if issubclass(annotation, Enum):
        return st.sampled_from([member.value for member in annotation])
    if issubclass(annotation, dt.date):
        return st.dates().map(dt.date.isoformat)
    return TEXTS


def _constrained(annotation: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if annotation is not str:
        return _values(annotation)
    patterns = [one.pattern for one in metadata if isinstance(one, StringConstraints)]
    if not patterns:
        return TEXTS.map(_writable)
    least = max(one.min_length or 0 for one in metadata if isinstance(one, StringConstraints))
    if patterns[0] in (None, r"^[^\n]*$"):
        texts = TEXTS.map(_writable)
        one_line = texts.map(lambda text: text.replace("\n", " ")) if patterns[0] else texts
        return one_line.map(lambda text: text if text.strip() or not least else "text")
    return st.from_regex(str(patterns[0]).removesuffix("$") + r"\Z").filter(
        lambda text: _writable(text) == text and len(text) < 60
    )


def _writable(text: str) -> str:
    """Without the characters that no document may hold."""
    return UNWRITABLE.sub("", "".join(one for one in text if one.isprintable() or one in "\n\t\xa0　"))
