"""From the tree of texts to the model, and from pydantic's errors to sentences that a writer of pages understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kb.content.document import ADDRESS, KEY, SAMPLE_FILE, SLUG
from kb.content.problems import Finding, Where
from kb.content.yaml_reading import Tree

Model = TypeVar("Model", bound=BaseModel)

_FORMS = {
    KEY: "lower-case letters and digits with single hyphens between them, like `refresh-token`",
    SLUG: "`<tool>/<error>` in lower case with hyphens, like `git/authentication-failed`",
    SAMPLE_FILE: "the name of a sample, like `hit-plain.log` or `near-other-host.log`",
    r"^[^\n]*$": "one line; join the lines, or move the rest to a longer field",
    ADDRESS: "an address that begins with https:// or http:// and holds no blanks or quotes; "
    "an own observation may have a name instead, like `observation:runner-disk-full`",
}

_A_TEXT = ("a text", "write it as one text")
_WANTED = {
    "tuple_type": ("a list", "begin each item on a line of its own with `- `, or leave the field out"),
    "model_type": ("a mapping", "write its fields below it, each as `field: value`"),
    "string_type": _A_TEXT,
    "date_type": _A_TEXT,
}


def validate(model: type[Model], tree: Tree) -> tuple[Model | None, list[Finding]]:
    """The model, or every reason why the tree is none."""
    try:
        return model.model_validate(tree, by_alias=True, by_name=False), []
    except ValidationError as failure:
        by_place: dict[tuple[Where, str], Finding] = {}
        for error in failure.errors(include_url=False):
            if error["type"] == "too_short" and error["input"]:
                continue  # it is short only because its items are wrong, which is said of each of them
            finding = _finding(model, tree, error)
            by_place.setdefault((finding.where, finding.code), finding)
        return None, list(by_place.values())


def _finding(model: type[BaseModel], tree: Tree, error: ErrorDetails) -> Finding:
    kind, where = error["type"], _place(tree, error["loc"])
    if kind == "missing":
        name = str(error["loc"][-1])
        return Finding("KB008", f"{_named(where)} lacks `{name}`; add it", where)
    if kind == "extra_forbidden":
        return Finding("KB007", _unknown(model, where), where)
    if kind in _WANTED:
        wanted, mend = _WANTED[kind]
        return Finding("KB009", f"{_named(where)} is {_described(error['input'])} and not {wanted}; {mend}", where)
    return Finding("KB010", f"{_named(where)} {_form_message(error)}", where)


def _place(tree: Tree, location: Where) -> Where:
    """The part of pydantic's location that stands in the document: it also names members of unions."""
    return tuple(_steps(tree, location))


def _steps(tree: Tree, location: Where) -> Iterator[str | int]:
    for step in location:
        if isinstance(tree, dict) and step in tree:
            tree = tree[str(step)]
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return
        yield step


def _named(where: Where) -> str:
    """`causes[2].title`, counted from 1 as people count."""
    name = ""
    for step in where:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if name else step
    return f"`{name}`" if name else "the document"


def _described(value: Any) -> str:
    if value == "":
        return "empty"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "a mapping"


def _form_message(error: ErrorDetails) -> str:
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(context["error"])
        case "string_pattern_mismatch":
            form = _FORMS.get(context["pattern"], f"a text that matches {context['pattern']}")
            return f"is {_quoted(error['input'])}; it must be {form}"
        case "enum" | "literal_error":
            return f"is {_quoted(error['input'])}; it must be {context['expected']}"
        case "string_too_short" | "too_short":
            return "is empty; write it"
        case "string_too_long":
            return f"is longer than {context['max_length']} characters; shorten it"
    return f"is not valid: {error['msg']}"


def _quoted(value: Any) -> str:
    shown = str(value).replace("\n", "\\n")
    return f"'{shown[:57]}...'" if len(shown) > 60 else f"'{shown}'"


def _unknown(model: type[BaseModel], where: Where) -> str:
    name, parent = str(where[-1]), _model_at(model, where[:-1])
    known = [info.alias or field for field, info in parent.model_fields.items() if not info.exclude]
    nearest = get_close_matches(name, known, n=1, cutoff=0.6)
    mend = f"did you mean `{nearest[0]}`?" if nearest else f"known here: {', '.join(known)}"
    return f"{_named(where)} is not a field of the page format; {mend}"


def _model_at(model: type[BaseModel], where: Where) -> type[BaseModel]:
    for step in where:
        if isinstance(step, str):
            info = next(info for field, info in model.model_fields.items() if (info.alias or field) == step)
            model = _model_within(info.annotation) or model
    return model


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_within(argument) for argument in getattr(annotation, "__args__", ()))
    return next((model for model in found if model), None)
