"""The sitemap (sitemaps.org): an index, the lists in one file, the pages in files of a bounded size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.core.paginator import EmptyPage
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kb.models import Page
from kb.queries import browse
from kb.views.revalidation import public

ADDRESSES_A_FILE = 10_000
"""The protocol allows 50,000; smaller files are read again sooner."""


class _OfThisSite(Sitemap):  # type: ignore[type-arg]  # it is generic for the type checker only
    """Addresses begin with KB_SITE_URL, whichever way the request came."""

    limit = ADDRESSES_A_FILE

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def location(self, item: tuple[str, dt.date | None]) -> str:
        return item[0]

    def lastmod(self, item: tuple[str, dt.date | None]) -> dt.date | None:
        return item[1]


class _Lists(_OfThisSite):
    """The home page, all errors, and the list of each tool: as new as the newest page that they show."""

    def items(self) -> list[tuple[str, dt.date | None]]:
        newest = browse.newest_by_tool()
        latest = max(newest.values(), default=None)
        tools = [(f"/errors/{tool}/", updated) for tool, updated in sorted(newest.items())]
        return [("/", latest), ("/errors/", latest), *tools, ("/about", None), ("/privacy", None)]


class _Pages(_OfThisSite):
    """Every page, the oldest first: a new one changes the last file only."""

    def items(self) -> Any:
        rows = Page.objects.published().order_by("pk")
        return rows.values_list("tool_id", "slug", "live_revision__updated")

    def location(self, item: Any) -> str:
        return f"/errors/{item[0]}/{item[1]}/"

    def lastmod(self, item: Any) -> dt.date | None:
        updated: dt.date = item[2]
        return updated


@public
def index(request: HttpRequest) -> HttpResponse:
    """All files, each with the day of its last change."""
    files = [_entry("lists", max((changed for _, changed in _Lists().items() if changed), default=None))]
    rows = _Pages().items()
    for number, start in enumerate(range(0, rows.count(), ADDRESSES_A_FILE), start=1):
        chunk = rows[start : start + ADDRESSES_A_FILE]
        files.append(_entry(f"pages-{number}", chunk.aggregate(newest=Max("live_revision__updated"))["newest"]))
    return render(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")


@public
def lists(request: HttpRequest) -> HttpResponse:
    return _urlset(request, _Lists().get_urls())


@public
def pages(request: HttpRequest, number: int) -> HttpResponse:
    if not request.path.endswith(f"-{number}.xml"):  # 001 is 1 as well: else any number of addresses were kept built
        raise Http404(f"file {number} of pages has one address")
    try:
        return _urlset(request, _Pages().get_urls(number))
    except EmptyPage as problem:
        raise Http404(f"no file {number} of pages") from problem


def _entry(name: str, changed: dt.date | None) -> SitemapIndexItem:
    address = f"{settings.SITE_URL}/sitemap-{name}.xml"
    return SitemapIndexItem(address, changed)  # type: ignore[arg-type]  # the stub says bool


def _urlset(request: HttpRequest, urls: Sequence[Any]) -> HttpResponse:
    return render(request, "sitemap.xml", {"urlset": urls}, content_type="application/xml")
