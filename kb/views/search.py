"""Search for signs and words: a page of results, and a short list for whoever is still typing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kb.matching.invisible import INVISIBLE
from kb.queries import browse, listings
from kb.rendering.excerpt import excerpt
from kb.services.finding import FOUND_MAX, Found, Why, find

QUERY_MAX = 400
"""Characters of a query; what is longer is a paste, and belongs into the box."""
RESULTS_AT_ONCE = 20
HINTS = 8
HINTS_KEPT_S = 60
"""A browser asks once for what is typed, deleted and typed again."""
TOOLS_NAMED = 4
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Result:
    card: browse.Card
    why: Why
    text: SafeString
    """The text of the page that was found, its places marked."""
    is_title: bool

    @property
    def is_printed(self) -> bool:
        return self.why in (Why.MESSAGE, Why.TYPED)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Pages that hold these signs or words, best first, each with the reason."""
    given = _given(request)
    query = given[:QUERY_MAX].strip()
    context: dict[str, Any] = {
        "query": query,
        "too_long": len(given) > QUERY_MAX,
        "given": given,
        "query_max": QUERY_MAX,
    }
    context["limit_mb"] = settings.TEXT_LIMIT // MEBIBYTE
    if not query:
        return render(request, "search/results.html", {**context, "asked": listings.most_asked_of_all(HINTS)})
    found = [] if context["too_long"] else find(query)
    portion = Paginator(found, RESULTS_AT_ONCE).get_page(request.GET.get("page"))
    context |= {
        "results": _results(list(portion)),
        "listing": portion,
        "total": len(found),
        "is_cut": len(found) == FOUND_MAX,
        "pager_query": f"{urlencode({'q': query})}&",
        "named": browse.tools_named(query, TOOLS_NAMED) if found else browse.tools_near(query, TOOLS_NAMED),
    }
    return render(request, "search/results.html", context)


@require_safe
@cache_control(max_age=HINTS_KEPT_S)
def hints(request: HttpRequest) -> HttpResponse:
    """The best few, as options of a list box."""
    query = _given(request)[:QUERY_MAX].strip()
    found = find(query) if query else []
    context: dict[str, Any] = {"query": query, "total": len(found), "results": _results(found[:HINTS])}
    return render(request, "search/_hints.html", context)


def _given(request: HttpRequest) -> str:
    return INVISIBLE.sub("", str(request.GET.get("q", ""))).strip()


def _results(found: list[Found]) -> list[Result]:
    cards = browse.by_slug({one.slug for one in found})
    return [
        Result(card, one.why, excerpt(one.text, one.spans), is_title=one.text == card.title)
        for one in found
        if (card := cards.get(one.slug))
    ]
