"""What became different between two wordings of a page, field by field and part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kb.content.document import PageDoc, PageFolder
from kb.content.trees import Branch, branches, tree_of

KINDS = {
    "signatures": "Message",
    "causes": "Cause",
    "fixes": "Fix",
    "steps": "Step",
    "checks": "Check",
    "avoid": "What not to try",
    "faq": "Question",
    "related": "Look-alike",
    "changes": "Change",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that reads otherwise: of the page, or of one of its parts."""

    part: str
    """`Cause expired-token`; empty for a field of the page itself."""
    field: str
    before: str
    after: str


def differences(before: PageDoc, after: PageDoc) -> list[Difference]:
    """Every field that changed, in the order in which the page has them."""
    return differences_of_trees(tree_of(before), tree_of(after))


def differences_of_folders(before: PageFolder, after: PageFolder) -> list[Difference]:
    """Every field that changed, and what changed of that which a page has beside its wordings."""
    beside = [
        Difference(kind, name, old.get(name, ""), new.get(name, ""))
        for (kind, old), (_, new) in zip(_beside(before), _beside(after), strict=True)
        for name in [*new, *(name for name in old if name not in new)]
        if old.get(name, "") != new.get(name, "")
    ]
    return [*differences(before.doc, after.doc), *beside]


def _beside(folder: PageFolder) -> Iterator[tuple[str, dict[str, str]]]:
    content = folder.doc
    yield "Address", dict.fromkeys(content.aliases, "leads here")
    yield "Sample", {sample.file: sample.text for sample in folder.samples}
    yield "Sample's origin", {sample.file: f"{sample.origin}: {sample.note}" for sample in content.samples}
    yield "Source", {source.address: _line(source.model_dump(mode="json")) for source in content.sources}
    evidence = {f"{part.source} for {part.supports}": f"{part.state}: {part.note}" for part in content.evidence}
    yield "Evidence", evidence


def differences_of_trees(before: Branch, after: Branch) -> list[Difference]:
    """The same for wordings that may be unfinished."""
    old, new = _fields(before), _fields(after)
    order = [*new, *(name for name in old if name not in new)]
    return [
        Difference(*name, old.get(name, ""), new.get(name, ""))
        for name in order
        if old.get(name, "") != new.get(name, "")
    ]


def _fields(tree: Branch) -> dict[tuple[str, str], str]:
    """The page's texts by part and field."""
    fields: dict[tuple[str, str], str] = {}
    for name, value in tree.items():
        if name in KINDS:
            for number, part in enumerate(branches(value), start=1):
                fields |= _of_part(f"{KINDS[name]} {_name_of(part, number)}", part)
        else:
            fields |= {("", field): text for field, text in _texts(name.replace("_", " "), value)}
    return fields


def _of_part(name: str, part: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    named = ((key, value) for key, value in part.items() if key != "key")
    return {(name, field): text for key, value in named for field, text in _texts(key, value)}


def _name_of(part: Mapping[str, Any], number: int) -> str:
    return str(part.get("key") or part.get("page") or number)


def _texts(field: str, value: Any) -> Iterator[tuple[str, str]]:
    """A value as texts under readable names: `confirm: run`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(f"{field}: {name}", inner)
    elif isinstance(value, list):
        yield field, "\n".join(_line(item) for item in value)
    elif value is not None:
        yield field, str(value)


def _line(item: Any) -> str:
    if isinstance(item, dict):
        return " · ".join(str(value) for value in item.values() if value)
    return str(item)
