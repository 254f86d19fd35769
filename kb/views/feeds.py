"""Atom feeds: what is new, what has changed, and what has changed about one tool."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from kb.models import Page
from kb.queries import browse
from kb.queries.browse import ToolShelf
from kb.rendering.plain import plain
from kb.rendering.structured_data import CONTENT_LICENCE
from kb.views.browse import moved
from kb.views.revalidation import public

ENTRIES = 50


class _Pages(Feed):  # type: ignore[type-arg]  # it is generic for the type checker only
    """Pages as entries; every address is absolute, so that none depends on the request."""

    feed_type = Atom1Feed
    feed_copyright = CONTENT_LICENCE

    def author_name(self) -> str:
        return settings.SITE_NAME

    def author_link(self) -> str:
        return f"{settings.SITE_URL}/"

    def item_title(self, item: Page) -> str:
        assert item.live_revision is not None, "only published pages are listed"
        return item.live_revision.title

    def item_description(self, item: Page) -> str:
        assert item.live_revision is not None, "only published pages are listed"
        return escape(plain(item.live_revision.summary))  # Django calls it HTML

    def item_link(self, item: Page) -> str:
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_categories(self, item: Page) -> tuple[str]:
        return (item.tool.name,)

    def item_pubdate(self, item: Page) -> dt.datetime:
        assert item.live_revision is not None, "only published pages are listed"
        return dt.datetime.combine(item.live_revision.created, dt.time(), dt.UTC)

    def item_updateddate(self, item: Page) -> dt.datetime:
        assert item.live_revision is not None, "only published pages are listed"
        return item.live_revision.published_at or self.item_pubdate(item)


class _New(_Pages):
    subtitle = "Pages about errors, the newest first"

    def title(self) -> str:
        return f"{settings.SITE_NAME}: new pages"

    def link(self) -> str:
        return f"{settings.SITE_URL}/errors/"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}/feeds/new.atom"

    def items(self) -> Any:
        return browse.listed_with_dates().order_by("-live_revision__created", "-pk")[:ENTRIES]


class _Changed(_New):
    subtitle = "Pages about errors that were written or changed last"

    def title(self) -> str:
        return f"{settings.SITE_NAME}: changed pages"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}/feeds/changed.atom"

    def items(self) -> Any:
        return browse.listed_with_dates().order_by("-live_revision__updated", "-live_revision__published_at")[:ENTRIES]


class _OfTool(_Pages):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> ToolShelf:
        shelf = browse.tool(kwargs["tool"])
        assert shelf is not None, "the view has looked"
        return shelf

    def title(self, shelf: ToolShelf) -> str:
        return f"{settings.SITE_NAME}: {shelf.name} errors"

    def subtitle(self, shelf: ToolShelf) -> str:
        return f"Pages about errors of {shelf.name} that were written or changed last"

    def link(self, shelf: ToolShelf) -> str:
        return f"{settings.SITE_URL}{shelf.url}"

    def feed_url(self, shelf: ToolShelf) -> str:
        return f"{settings.SITE_URL}{shelf.url}feed.atom"

    def items(self, shelf: ToolShelf) -> Any:
        pages = browse.listed_with_dates().of_tool(shelf.slug)
        return pages.order_by("-live_revision__updated", "-live_revision__published_at")[:ENTRIES]


@public
def new(request: HttpRequest) -> HttpResponse:
    return _New()(request)


@public
def changed(request: HttpRequest) -> HttpResponse:
    return _Changed()(request)


@public
def of_tool(request: HttpRequest, tool: str) -> HttpResponse:
    if browse.tool(tool) is None:
        return moved(tool, "feed.atom")
    return _OfTool()(request, tool=tool)
