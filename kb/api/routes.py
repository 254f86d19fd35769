"""What the API answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Schema, Swagger
from pydantic import Field

from kb.answers import AnswerDoc, for_terminal
from kb.api.bodies import pasted_text
from kb.api.problems import register, wants_text
from kb.content.document import Role
from kb.queries.browse import cards
from kb.queries.pages import moved_to, published_page, published_pages
from kb.services.lookups import look_up_document
from kb.services.page_files import folder_of

MOST_LISTED = 500

api = NinjaAPI(
    title="Fixpoint",
    version="1",
    description="Send an error message or a whole log, get the pages about it.",
    docs=Swagger({"persistAuthorization": False}),
    urls_namespace="api",
)
register(api)

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "An error message or a whole log, up to 10 MiB of decoded text; gzip is accepted.",
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "application/json": {
                "schema": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
            },
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
        },
    }
}


@api.post("/match", response=AnswerDoc, openapi_extra=_BODY, summary="Match a text to pages")
def match(request: HttpRequest) -> Any:
    """Pages that the text is about, best first, with the lines that say so.

    With `Accept: text/plain` the answer is for a terminal. The text is not kept.
    """
    answer = look_up_document(pasted_text(request), door="api")
    if wants_text(request):
        return _uncached(HttpResponse(for_terminal(answer), content_type="text/plain; charset=utf-8"))
    return _uncached(HttpResponse(answer.model_dump_json(), content_type="application/json"))


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


class PageItem(Schema):
    slug: str
    title: str
    tool: str
    role: Role
    summary: str
    url: str
    updated: dt.date


class PageList(Schema):
    items: list[PageItem]
    count: int
    next: str | None


class Listing(Schema):
    limit: Annotated[int, Field(ge=1, description=f"At most {MOST_LISTED}; a larger one is clamped")] = 50
    offset: Annotated[int, Field(ge=0)] = 0
    tool: Annotated[str, Field(max_length=64)] = ""
    q: Annotated[str, Field(max_length=200)] = ""


@api.get("/pages", response=PageList, summary="List pages")
def pages(request: HttpRequest, listing: Query[Listing]) -> Any:
    """Published pages by address; `q` keeps those whose title, summary or address holds each of its words."""
    limit = min(listing.limit, MOST_LISTED)
    found = published_pages(tool=listing.tool, q=listing.q)
    count = found.count()
    end = listing.offset + limit
    return {
        "items": [
            PageItem(
                slug=card.slug,
                title=card.title,
                tool=card.tool_name,
                role=card.role,
                summary=card.summary,
                url=f"{settings.SITE_URL}{card.url}",
                updated=card.updated,
            )
            for card in cards(found[listing.offset : end])
        ],
        "count": count,
        "next": _next(listing, limit, end) if end < count else None,
    }


def _next(listing: Listing, limit: int, offset: int) -> str:
    query = {"limit": limit, "offset": offset, "tool": listing.tool, "q": listing.q}
    return f"/api/v1/pages?{urlencode({name: value for name, value in query.items() if value != ''})}"


@api.get("/pages/{tool}/{slug}", response=dict[str, Any], summary="One page, whole")
def page(request: HttpRequest, tool: str, slug: str) -> Any:
    """The page's document: the same fields as its `page.yaml`, with its slug and address. An old address is
    followed."""
    found = published_page(tool, slug) or moved_to(tool, slug)
    if found is None:
        raise Http404(f"No page is at {tool}/{slug}. GET /api/v1/pages lists them.")
    return folder_of(found).as_json(f"{settings.SITE_URL}{found.get_absolute_url()}")
