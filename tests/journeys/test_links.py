"""Every link on every public page of the shipped pages leads somewhere, to its anchor if it names one."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from kb.content.tools import read_tools
from kb.services import page_files
from tests.corpus.shipped import FIXTURES, shipped

STARTS = ("/", "/sitemap-lists.xml", "/sitemap-pages-1.xml", "/search?q=denied", "/llms.txt")
NOT_OURS = ("/admin/", "/api/v1/docs", "/healthz")


class Page(HTMLParser):
    """The links of a page, and the places in it that links can name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.links.add(value)
            if name == "id" and value:
                self.places.add(value)


class Crawl:
    def __init__(self) -> None:
        self._client = Client(headers={"Accept": "text/html"})
        self.pages: dict[str, Page | None] = {}
        self.broken: list[str] = []

    def run(self, starts: tuple[str, ...]) -> None:
        """Look at every address that can be reached, once."""
        waiting = [(start, "") for start in starts]
        named: set[tuple[str, str, str]] = set()
        while waiting:
            address, origin = waiting.pop()
            if address in self.pages:
                continue
            self.pages[address] = page = self._look(address, origin)
            if page is None:
                continue
            for path, place in self._ours(page, address):
                waiting.append((path, address))
                if place:
                    named.add((path, place, address))
        self.broken += [
            f"{origin}: {path}#{place}: no such place"
            for path, place, origin in sorted(named)
            if (page := self.pages.get(path)) is not None and unquote(place) not in page.places
        ]

    def _look(self, address: str, origin: str) -> Page | None:
        path = urlsplit(address).path
        if path.startswith(settings.STATIC_URL):
            if finders.find(path.removeprefix(settings.STATIC_URL)) is None:
                self.broken.append(f"{origin}: {address}: no such file")
            return None
        response = self._client.get(address)
        if response.status_code != 200 and (response.status_code, path) not in ALLOWED:
            self.broken.append(f"{origin}: {address}: {response.status_code}")
        html = response.get("Content-Type", "").startswith("text/html")
        return Page(response.content.decode()) if html else None

    def _ours(self, page: Page, address: str) -> Iterator[tuple[str, str]]:
        for link in page.links:
            whole = urlsplit(urljoin(f"{settings.SITE_URL}{address}", link))
            is_ours = f"{whole.scheme}://{whole.netloc}" == settings.SITE_URL
            if is_ours and not whole.path.startswith(NOT_OURS):
                yield whole.path + (f"?{whole.query}" if whole.query else ""), whole.fragment


ALLOWED = {(302, "/match"), (302, "/feedback"), (302, "/favicon.ico")}
"""Addresses of forms, which are only posted to, and one that leads to a file."""


@pytest.mark.slow
@pytest.mark.django_db
def test_every_link_of_the_shipped_pages_leads_somewhere() -> None:
    page_files.load(shipped().reading.folders, read_tools(FIXTURES / "tools.yaml"))
    crawl = Crawl()
    crawl.run(STARTS)
    assert crawl.broken == []
    reached = {address for address in crawl.pages if crawl.pages[address] is not None}
    assert {f"/errors/{folder.full_slug}/" for folder in shipped().reading.folders} <= reached
