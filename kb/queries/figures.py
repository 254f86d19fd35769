"""What the site says of itself in numbers, counted when asked."""

from __future__ import annotations

from dataclasses import dataclass

from kb.models import Page, Reproduction, Source, Tool


@dataclass(frozen=True, slots=True)
class Figures:
    pages: int
    tools: int
    reproduced: int
    """Pages whose error was printed by the real tool here."""
    verified: int
    """Those of them on which the fix was tried as well."""
    sources: int


def figures() -> Figures:
    pages = Page.objects.published()
    runs = Reproduction.objects.successful().filter(page__in=pages)
    return Figures(
        pages=pages.count(),
        tools=Tool.objects.with_published_pages().count(),
        reproduced=runs.values("page").distinct().count(),
        verified=runs.filter(fix_verified=True).values("page").distinct().count(),
        sources=Source.objects.filter(citations__page__in=pages).distinct().count(),
    )
