"""While the database is away nobody waits for it: what needs none is answered, the rest is told so at once.

Matching goes on from the index, and pages that were built before are shown. Each of the others would hold a thread
until its connection fails, and soon there would be none left for what could be answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from kb.services.indexing import live
from kb.views.failures import unavailable

NEED_NO_DATABASE = frozenset(
    ("match-answer", "match-preview", "api:match", "healthz", "readyz", "metrics", "about-about", "about-privacy")
)


class OutageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if live.has_database or (match is not None and match.view_name in NEED_NO_DATABASE):
            return None
        return unavailable(request)
