"""What the API answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Schema, Swagger
from pydantic import Field

from kb.answers import AnswerDoc, for_program, for_terminal
from kb.api.archive import router as archive
from kb.api.bodies import pasted_text
from kb.api.description import DESCRIPTION, LICENCE, LIST, MATCH, PAGE, DescribedAPI
from kb.api.problems import register, wants_text
from kb.content.document import Role
from kb.queries.browse import cards
from kb.queries.pages import moved_to, published_page, published_pages
from kb.services.clients import address_of
from kb.services.lookups import look_up_document, may_keep
from kb.services.reading import read

MOST_LISTED = 500

api = DescribedAPI(
    title=settings.SITE_NAME,
    version="1",
    description=DESCRIPTION,
    docs=Swagger({"persistAuthorization": False}),
    urls_namespace="api",
    servers=[{"url": settings.SITE_URL}],
    openapi_extra={"info": {"license": LICENCE}},
)
register(api)
api.add_router("/archive", archive)


@api.post("/match", response=AnswerDoc, openapi_extra=MATCH, summary="Match a text to pages", operation_id="match")
def match(request: HttpRequest) -> Any:
    """Pages that the text is about, best first, with the lines that say so.

    With `Accept: text/plain` the answer is for a terminal. The text is not kept; with `X-KB-Store: no` neither is any
    of its error lines, nor a count.
    """
    keep = may_keep(request.headers)
    answer = look_up_document(pasted_text(request), door="api", who=address_of(request), keep=keep)
    if wants_text(request):
        return _uncached(HttpResponse(for_terminal(answer), content_type="text/plain; charset=utf-8"))
    return _uncached(HttpResponse(for_program(answer), content_type="application/json"))


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


class PageItem(Schema):
    slug: Annotated[str, Field(description="`<tool>/<slug>`: never changes")]
    title: str
    tool: Annotated[str, Field(description="Display name")]
    role: Role
    summary: Annotated[str, Field(description="Markdown")]
    url: str
    updated: dt.date


class PageList(Schema):
    items: list[PageItem]
    count: Annotated[int, Field(description="Of the whole list")]
    next: Annotated[str | None, Field(description="Address of the next portion")]


class Listing(Schema):
    limit: Annotated[int, Field(ge=1, description=f"At most {MOST_LISTED}; a larger one is clamped")] = 50
    offset: Annotated[int, Field(ge=0, description="How many to leave out at the beginning")] = 0
    tool: Annotated[str, Field(max_length=64, description="Slug of a tool: its pages alone")] = ""
    q: Annotated[str, Field(max_length=200, description="Words, each of which title, summary or address holds")] = ""


@api.get("/pages", response=PageList, openapi_extra=LIST, summary="List pages", operation_id="listPages")
def pages(request: HttpRequest, listing: Query[Listing]) -> Any:
    """Published pages by address; `q` keeps those whose title, summary or address holds each of its words."""
    limit = min(listing.limit, MOST_LISTED)
    found = published_pages(tool=listing.tool, q=listing.q)
    count = found.count()
    start = min(listing.offset, count)  # no database counts as far as a client can
    end = start + limit
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
            for card in cards(found[start:end])
        ],
        "count": count,
        "next": _next(listing, limit, end) if end < count else None,
    }


def _next(listing: Listing, limit: int, offset: int) -> str:
    query = {"limit": limit, "offset": offset, "tool": listing.tool, "q": listing.q}
    return f"/api/v1/pages?{urlencode({name: value for name, value in query.items() if value != ''})}"


@api.get(
    "/pages/{slug:tool}/{slug:slug}",
    response=dict[str, Any],
    openapi_extra=PAGE,
    summary="One page, whole",
    operation_id="getPage",
)
def page(request: HttpRequest, tool: str, slug: str) -> Any:
    """The page's document: the same fields as its `page.yaml`, with its slug and address, and how far what it says
    stands today. An old address is followed."""
    found = published_page(tool, slug) or moved_to(tool, slug)
    if found is None:
        raise Http404(f"No page is at {tool}/{slug}. GET /api/v1/pages lists them.")
    return read(found).as_json(f"{settings.SITE_URL}{found.get_absolute_url()}")
