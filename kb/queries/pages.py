"""Published pages, as screens and the API list and look them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import Q

from kb.models import Page
from kb.models.page import PageQuerySet

BATCH = 500

LONG_TEXTS = ("applies_to", "changes", "meaning", "why", "prevention", "background", "leads_to", "unfinished")
"""Fields of a revision that no list shows."""


def published_page(tool: str, slug: str) -> Page | None:
    """The public page at this address with its tool and live revision, or nothing."""
    found = Page.objects.published().filter(tool=tool, slug=slug)
    return found.select_related("tool", "live_revision").first()


def moved_to(tool: str, slug: str) -> Page | None:
    """The public page that took over this old address, or nothing."""
    return Page.objects.published().filter(aliases__address=f"{tool}/{slug}").first()


def tool_moved_to(tool: str) -> str:
    """The tool whose pages took over the addresses of this one; empty if there is none, or several."""
    now = Page.objects.published().filter(aliases__address__startswith=f"{tool}/")
    tools = list(now.order_by().values_list("tool_id", flat=True).distinct()[:2])
    return tools[0] if len(tools) == 1 else ""


def published_pages(tool: str = "", q: str = "") -> PageQuerySet:
    """Public pages by address, each with its tool and what lists show of its live revision.

    `q` keeps the pages whose title, summary or address holds each of its words.
    """
    pages = Page.objects.published().select_related("tool", "live_revision")
    pages = pages.defer(*(f"live_revision__{field}" for field in LONG_TEXTS))
    if tool:
        pages = pages.of_tool(tool.replace("\x00", ""))
    for word in q.replace("\x00", "").split():
        pages = pages.filter(
            Q(live_revision__title__icontains=word)
            | Q(live_revision__summary__icontains=word)
            | Q(slug__icontains=word)
            | Q(tool__slug__icontains=word)
            | Q(tool__name__icontains=word)
        )
    return pages


def pages_at(full_slugs: Iterable[str]) -> Iterator[Page]:
    """The pages at any of these addresses, public or not; however many, in batches that every database takes."""
    rest = iter(full_slugs)
    while batch := list(islice(rest, BATCH)):
        yield from Page.objects.among(batch)


def published_addresses() -> set[str]:
    """`<tool>/<slug>` of every public page."""
    return {f"{tool}/{slug}" for tool, slug in Page.objects.published().order_by().values_list("tool_id", "slug")}
