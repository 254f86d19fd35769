"""The form with which lists are narrowed and sorted: plain GET fields, and one canonical address for each choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from kb.content.document import Role
from kb.content.platforms import PLATFORMS
from kb.content.versions import is_version
from kb.queries.listings import Facets, Sort, Wanted

SORTS = {Sort.TITLE: "by title", Sort.RECENT: "recently changed", Sort.ASKED: "most asked for"}
ROLES = {Role.CAUSE: "causes", Role.SYMPTOM: "symptoms, which hide another error"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a select, or a link with a count."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FilterForm:
    """What a reader chose. Whatever is not a choice counts as none: an old or mistyped address still shows a list."""

    wanted: Wanted
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, Any], tool: str = "", categories: Collection[str] = ()) -> FilterForm:
        names = ("category", "platform", "version", "page")
        category, platform, version, number = (str(given.get(name, "")).strip() for name in names)
        wanted = Wanted(
            tool=tool,
            category=category if category in categories else "",
            platform=platform if platform in PLATFORMS else "",
            version=version if tool and is_version(version) else "",
            role=next((role for role in Role if role.value == given.get("role")), None),
            reproduced=given.get("reproduced") == "1",
            sort=next((sort for sort in Sort if sort.value == given.get("sort")), Sort.TITLE),
        )
        return cls(wanted, int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1)

    @property
    def is_chosen(self) -> bool:
        """Narrowed or sorted otherwise than usual: a view of a list that has an address of its own without it."""
        return self.wanted.is_narrowed or self.wanted.sort is not Sort.TITLE

    @property
    def query(self) -> str:
        """The canonical query of this list: what is chosen, in one order, without what is usual."""
        return self._query(self.page)

    @property
    def pager_query(self) -> str:
        """What stands before the number of a portion."""
        query = self._query(1)
        return f"{query}&" if query else ""

    def at(self, page: int) -> FilterForm:
        return replace(self, page=page)

    def platforms(self, facets: Facets) -> list[Choice]:
        return [
            Choice(key, f"{PLATFORMS[key]} ({count})", key == self.wanted.platform)
            for key, count in facets.platforms.items()
        ]

    def roles(self, facets: Facets) -> list[Choice]:
        return [
            Choice(role.value, f"{label} ({facets.roles[role]})", role is self.wanted.role)
            for role, label in ROLES.items()
        ]

    def sorts(self) -> list[Choice]:
        return [Choice(sort.value, label, sort is self.wanted.sort) for sort, label in SORTS.items()]

    def _query(self, page: int) -> str:
        chosen = (
            ("category", self.wanted.category),
            ("platform", self.wanted.platform),
            ("version", self.wanted.version),
            ("role", self.wanted.role.value if self.wanted.role else ""),
            ("reproduced", "1" if self.wanted.reproduced else ""),
            ("sort", "" if self.wanted.sort is Sort.TITLE else self.wanted.sort.value),
            ("page", str(page) if page > 1 else ""),
        )
        return urlencode([(name, value) for name, value in chosen if value])
