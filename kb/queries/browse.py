"""What the screens for browsing show: tools with their counts, and pages as cards."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from django.db.models import Max, Q
from django.db.models.functions import Lower

from kb.content.document import QuickFix, Role
from kb.matching.records import Entry
from kb.models import Fix, Page, Tool
from kb.models.page import PageQuerySet

NEAR_WORDS, NEAR_ENOUGH = 8, 0.75
"""Words of a question that are compared with the names of tools, and how much alike they must be."""


@dataclass(frozen=True, slots=True)
class ToolShelf:
    """A tool and how many public pages it has."""

    slug: str
    name: str
    category: str
    home: str
    pages: int

    @property
    def url(self) -> str:
        return f"/errors/{self.slug}/"


@dataclass(frozen=True, slots=True)
class Card:
    """What a list tells of a page."""

    slug: str
    title: str
    summary: str
    role: Role
    tool: str
    tool_name: str
    updated: dt.date
    quick_fix: QuickFix | None

    @property
    def url(self) -> str:
        return f"/errors/{self.slug}/"

    @property
    def is_symptom(self) -> bool:
        return self.role is Role.SYMPTOM


@dataclass(frozen=True, slots=True)
class PlatformFix:
    """A fix of a page for the platform on which a text was printed."""

    title: str
    url: str


def tools() -> list[ToolShelf]:
    """Every tool that has public pages, by category and name."""
    return [
        _shelf(tool)
        for tool in Tool.objects.with_published_pages().order_by(Lower("category"), "category", Lower("name"), "slug")
    ]


def tool(slug: str) -> ToolShelf | None:
    """This tool, if it has public pages."""
    found = Tool.objects.with_published_pages().filter(slug=slug).first()
    return None if found is None else _shelf(found)


def tools_named(words: str, limit: int) -> list[ToolShelf]:
    """Tools that one of these words names."""
    asked = set(re.findall(r"[\w.+#-]{2,}", words.lower()))
    if not asked:
        return []
    named = Tool.objects.annotate(lower=Lower("name")).filter(Q(slug__in=asked) | Q(lower__in=asked))
    return [_shelf(tool) for tool in named.with_published_pages().order_by("slug")[:limit]]


def tools_near(words: str, limit: int) -> list[ToolShelf]:
    """Tools whose name looks like one of these words: for who mistyped it."""
    shelves = {name: shelf for shelf in tools() for name in (shelf.slug, shelf.name.lower())}
    asked = re.findall(r"[\w.+#-]{3,}", words.lower())[:NEAR_WORDS]
    found = (shelves[name] for word in asked for name in get_close_matches(word, shelves, limit, NEAR_ENOUGH))
    return list(dict.fromkeys(found))[:limit]


def listed() -> PageQuerySet:
    """Public pages with what a card needs, in one query."""
    return (
        Page.objects.published()
        .select_related("tool", "live_revision")
        .only(
            *("slug", "tool__slug", "tool__name", "live_revision__title", "live_revision__summary"),
            *("live_revision__role", "live_revision__updated", "live_revision__quick_fix"),
        )
    )


def listed_with_dates() -> PageQuerySet:
    """The same with the days on which each page was written and published."""
    pages = Page.objects.published().select_related("tool", "live_revision")
    return pages.only(
        *("slug", "tool__slug", "tool__name", "live_revision__title", "live_revision__summary"),
        *("live_revision__created", "live_revision__updated", "live_revision__published_at"),
    )


def newest_by_tool() -> dict[str, dt.date]:
    """The day on which a page of each tool was last changed."""
    newest = Page.objects.published().order_by().values_list("tool_id").annotate(Max("live_revision__updated"))
    return dict(newest)


def of_tool(tool: str) -> PageQuerySet:
    return listed().of_tool(tool).order_by("live_revision__title", "slug")


def by_slug(slugs: Collection[str]) -> dict[str, Card]:
    """The cards of these pages; one that is not public is left out."""
    if not slugs:
        return {}
    return {card.slug: card for card in cards(listed().among(slugs))}


def from_index(entries: Iterable[Entry]) -> dict[str, Card]:
    """Cards made of what the index knows by heart: for a time without a database."""
    return {
        entry.slug: Card(
            slug=entry.slug,
            title=entry.title,
            summary=entry.summary,
            role=Role(entry.role),
            tool=entry.slug.partition("/")[0],
            tool_name=entry.slug.partition("/")[0],
            updated=dt.date.min,  # not known, and not told beside an answer
            quick_fix=None,
        )
        for entry in entries
    }


def fixes_on(platform: str, slugs: Collection[str]) -> dict[str, list[PlatformFix]]:
    """The fixes that these pages have for a platform, by page; one query."""
    if not platform or not slugs:
        return {}
    pages = Page.objects.published().among(slugs)
    fixes = Fix.objects.filter(revision__live_page__in=pages, platform__icontains=platform)
    found: dict[str, list[PlatformFix]] = {}
    for fix in fixes.select_related("revision__page"):
        slug = fix.revision.page.full_slug
        found.setdefault(slug, []).append(PlatformFix(fix.title, f"/errors/{slug}/#fix-{fix.key}"))
    return found


def cards(pages: Iterable[Page]) -> list[Card]:
    return [_card(page) for page in pages]


def _shelf(tool: Tool) -> ToolShelf:
    pages: int = tool.published_pages  # type: ignore[attr-defined]
    return ToolShelf(tool.slug, tool.name, tool.category, tool.home, pages)


def _card(page: Page) -> Card:
    revision = page.live_revision
    assert revision is not None, "only published pages are listed"
    return Card(
        slug=page.full_slug,
        title=revision.title,
        summary=revision.summary,
        role=Role(revision.role),
        tool=page.tool_id,
        tool_name=page.tool.name,
        updated=revision.updated,
        quick_fix=QuickFix.model_validate(revision.quick_fix) if revision.quick_fix else None,
    )
