"""Search for words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb.queries import browse
from kb.services.lookups import search_words

QUERY_MAX = 400
"""Characters of a query that are read; what is longer is a paste, and belongs into the box."""
FOUND_MAX = 50


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Pages that hold these words, best first."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_MAX]
    cards = _found(query) if query else []
    return render(request, "search/results.html", {"query": query, "cards": cards})


def _found(query: str) -> list[browse.Card]:
    """What the words lead to; or else, for a piece of a word or a mere sign, what holds it as it stands."""
    slugs = search_words(query, FOUND_MAX)
    known = browse.by_slug(slugs)
    return [known[slug] for slug in slugs if slug in known] or browse.containing(query, FOUND_MAX)
