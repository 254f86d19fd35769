"""Two wordings that began as the same one, brought together: what only one of them changed is taken from that one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kb.content.trees import Branch
from kb.content.yaml_reading import Tree

_NAMES = ("key", "page", "when")
"""What tells the records of a list apart, whatever else they say."""


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both changed, and differently; a text that is not there is None."""

    name: str
    """`causes.expired-token.title`"""
    base: str | None
    ours: str | None
    theirs: str | None


@dataclass(slots=True)
class Merge:
    """What the two say together. Where they contradict each other it is what was chosen, else ours."""

    tree: Branch
    conflicts: list[Conflict]


def merge(base: Branch, ours: Branch, theirs: Branch, choices: Mapping[str, str] | None = None) -> Merge:
    """Bring together what became of `base` on two sides; `choices` says by a conflict's name which side holds."""
    merging = _Merging(choices or {})
    return Merge(merging.branches(base, ours, theirs, ()), merging.conflicts)


@dataclass(slots=True)
class _Merging:
    choices: Mapping[str, str]
    conflicts: list[Conflict] = field(default_factory=list)

    def branches(self, base: Branch, ours: Branch, theirs: Branch, where: tuple[str, ...]) -> Branch:
        merged: Branch = {}
        for name in dict.fromkeys([*ours, *theirs]):
            value = self._value(base.get(name), ours.get(name), theirs.get(name), (*where, name))
            if value is not None:
                merged[name] = value
        return merged

    def _value(self, base: Tree | None, ours: Tree | None, theirs: Tree | None, where: tuple[str, ...]) -> Tree | None:
        base, ours, theirs = base or None, ours or None, theirs or None  # what is empty says nothing
        if ours == theirs or theirs == base:
            return ours
        if ours == base:
            return theirs
        if isinstance(ours, dict) and isinstance(theirs, dict):
            return self.branches(base if isinstance(base, dict) else {}, ours, theirs, where)
        if isinstance(ours, list) and isinstance(theirs, list):
            known = base if isinstance(base, list) else []
            if _are_told_apart(known) and _are_told_apart(ours) and _are_told_apart(theirs):
                return self._lists(_by_name(known), _by_name(ours), _by_name(theirs), where)
        return self._contradiction(base, ours, theirs, where)

    def _lists(
        self, base: dict[str, Tree], ours: dict[str, Tree], theirs: dict[str, Tree], where: tuple[str, ...]
    ) -> Tree:
        merged = {
            name: self._value(base.get(name), ours.get(name), theirs.get(name), (*where, name))
            for name in _order(list(base), list(ours), list(theirs))
        }
        return [value for value in merged.values() if value is not None]

    def _contradiction(
        self, base: Tree | None, ours: Tree | None, theirs: Tree | None, where: tuple[str, ...]
    ) -> Tree | None:
        name = ".".join(where)
        self.conflicts.append(Conflict(name, _text(base), _text(ours), _text(theirs)))
        return theirs if self.choices.get(name) == Side.THEIRS else ours


def _name(item: Tree) -> str:
    if isinstance(item, dict):
        return next((str(item[name]) for name in _NAMES if item.get(name)), json.dumps(item, sort_keys=True))
    return str(item)


def _by_name(items: Sequence[Tree]) -> dict[str, Tree]:
    return {_name(item): item for item in items}


def _are_told_apart(items: Sequence[Tree]) -> bool:
    return len(_by_name(items)) == len(items)


def _order(base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    """Of two orders the one that somebody chose; what only the other side has follows what it followed there."""
    stayed = [name for name in base if name in ours]
    is_untouched = stayed == [name for name in ours if name in base]
    lead, other = (theirs, ours) if is_untouched else (ours, theirs)
    ordered = list(lead)
    for place, name in enumerate(other):
        if name not in ordered:
            before = next((ordered.index(one) for one in reversed(other[:place]) if one in ordered), -1)
            ordered.insert(before + 1, name)
    return ordered


def _text(value: Tree | None) -> str | None:
    """A value as people read it."""
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_text(inner)}" for name, inner in value.items() if inner)
    if isinstance(value, list):
        return "\n".join(_text(item) or "" for item in value)
    return value
