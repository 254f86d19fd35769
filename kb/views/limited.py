"""In front of the views: who asks too much, or sends what is not read, is refused before anything is done for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from kb.body_guard import REFUSED
from kb.services.clients import address_of
from kb.services.limits import Refusal, take
from kb.services.tokens import token_of
from kb.views import failures

KINDS = {
    "match-answer": "match",
    "match-preview": "match",
    "search-results": "search",
    "search-hints": "hints",
    "pages-history": "search",  # with two numbers it compares two wordings
    "api:match": "match",
}
"""What a request to this address counts as. All else of the API counts as `api`; kept pages cost nothing."""
API = "api"

Respond = Callable[[HttpRequest], HttpResponse]


class RefusedBodiesMiddleware:
    """The guard in front of Django has refused the body: this says so, in the dress of the site."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        status = getattr(request, "scope", {}).get(REFUSED)
        if status is None:
            return self.get_response(request)
        response = failures.too_slow(request) if status == 408 else failures.too_large(request)
        response["Cache-Control"] = "no-store"
        response["Connection"] = "close"  # the rest of the body is not read
        return response


class LimitsMiddleware:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        refusal = _bytes(request) or _request(request)
        return failures.too_many(request, refusal) if refusal else None


def _bytes(request: HttpRequest) -> Refusal | None:
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    return take("bytes", address_of(request), sent) if sent else None


def _request(request: HttpRequest) -> Refusal | None:
    kind = _kind(request)
    if not kind:
        return None
    token = token_of(request)
    return take("token", f"token {token.pk}") if token else take(kind, address_of(request))


def _kind(request: HttpRequest) -> str:
    found = request.resolver_match
    if found is None:
        return ""
    return KINDS.get(found.view_name, API if API in found.namespaces else "")
