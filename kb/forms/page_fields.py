"""The fields of the editor, read off the page document's models: what is added there can be edited here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints

from kb.content.document import KEY, PageDoc, Verbatim
from kb.content.trees import HANGS_ON_PAGE


class Widget(StrEnum):
    LINE = "line"
    TEXT = "text"
    CODE = "code"
    """Copied or compared letter by letter, over several lines."""
    DATE = "date"
    CHOICE = "choice"
    LINES = "lines"
    """A list with an entry on each line."""
    CAUSES = "causes"
    """Some of the causes of the page."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, or several short ones in one box."""

    name: str
    label: str
    help: str
    widget: Widget
    is_required: bool = False
    choices: Sequence[str] = ()
    suggestions: str = ""
    """Name of the list of words that are offered: `parts` or `pages`."""

    @property
    def is_list(self) -> bool:
        return self.widget in (Widget.LINES, Widget.CAUSES)


@dataclass(frozen=True, slots=True)
class Group:
    """A record of its own fields."""

    name: str
    label: str
    help: str
    fields: Sequence[Field]
    is_optional: bool
    """Without any text it is not there."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of records, or of texts that may take several lines: then `fields` holds the one text, without a name."""

    name: str
    label: str
    help: str
    fields: Sequence[Field]

    @property
    def is_texts(self) -> bool:
        return isinstance(self.fields[0], Leaf) and not self.fields[0].name

    @property
    def one(self) -> str:
        """What one of them is called."""
        return ONE.get(self.name, self.label)


Field = Leaf | Group | Rows

ONE: Mapping[str, str] = {
    "signatures": "signature",
    "causes": "cause",
    "fixes": "fix",
    "steps": "step",
    "checks": "check",
    "avoid": "advice not to follow",
    "faq": "question",
    "related": "look-alike",
    "changes": "change",
    "outcomes": "outcome",
    "with": "text",
}
_LABELS: Mapping[str, str] = {
    "Avoid.why": "Why not",
    "Outcome.go": "Leads to",
    "Outcome.when": "What is seen",
    "Probe.expect": "What it prints",
    "PageDoc.avoid": "What not to try",
    "PageDoc.checks": "Checks by platform",
    "PageDoc.faq": "Questions",
    "PageDoc.meaning": "What it means",
    "PageDoc.prevention": "Keep it from coming back",
    "PageDoc.related": "Look-alikes",
    "PageDoc.why": "Why it happens",
    "Fix.for": "Ends these causes",
    "Fix.long": "Long code",
    "Signature.shared": "Shared with its owner",
    "Signature.with": "Lifted by",
    "Signature.regex": "Regular expression",
}
"""Where the field's own name does not say it."""
_SUGGESTIONS: Mapping[str, str] = {
    "Outcome.go": "parts",
    "Related.page": "pages",
    "Signature.shared": "pages",
}


def fields_of(model: type[BaseModel], without: Sequence[str] = ()) -> tuple[Field, ...]:
    """A field for each of the model's, in its order."""
    return tuple(
        _field(model.__name__, info.alias or name, info, _annotated(info))
        for name, info in model.model_fields.items()
        if name not in without
    )


def _annotated(info: Any) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _field(model: str, name: str, info: Any, annotation: Any) -> Field:
    known = f"{model}.{name}"
    label = _LABELS.get(known, name.replace("_", " ").capitalize())
    kind, notes = _unwrapped(annotation)
    told = (name, label, info.description or "")
    if get_origin(kind) is tuple:
        return _list(told, get_args(kind)[0])
    if issubclass(kind, BaseModel):
        return Group(*told, fields=fields_of(kind), is_optional=info.default is None)
    choices = [str(word.value) for word in kind] if issubclass(kind, Enum) else ()
    return Leaf(
        *told,
        widget=_widget(kind, notes),
        is_required=info.is_required(),
        choices=choices,
        suggestions=_SUGGESTIONS.get(known, ""),
    )


def _list(told: tuple[str, str, str], item: Any) -> Field:
    kind, notes = _unwrapped(item)
    if issubclass(kind, BaseModel):
        return Rows(*told, fields=fields_of(kind))
    if _pattern(notes) == KEY:
        return Leaf(*told, widget=Widget.CAUSES)
    if _widget(kind, notes) is Widget.LINE:
        return Leaf(*told, widget=Widget.LINES)
    return Rows(*told, fields=(Leaf("", told[1], "", _widget(kind, notes)),))


def _unwrapped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type itself and what is noted beside it; of a union that allows nothing as well, what else it allows."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        kind, notes = _unwrapped(arguments[0])
        return kind, (*notes, *arguments[1:])
    if origin in (Union, UnionType):
        return _unwrapped(next(one for one in arguments if one is not NoneType))
    return annotation, ()


def _widget(kind: type, notes: Sequence[Any]) -> Widget:
    if issubclass(kind, Enum):
        return Widget.CHOICE
    if issubclass(kind, dt.date):
        return Widget.DATE
    if _pattern(notes):
        return Widget.LINE
    return Widget.CODE if Verbatim in notes else Widget.TEXT


def _pattern(notes: Sequence[Any]) -> str:
    found = (note.pattern for note in notes if isinstance(note, StringConstraints))
    return next((str(pattern) for pattern in found if pattern), "")


PAGE_FIELDS = fields_of(PageDoc, without=HANGS_ON_PAGE)
