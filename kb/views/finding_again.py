"""From an address at which nothing is to the page that was meant."""

from __future__ import annotations

import difflib
import re

from django.urls import Resolver404, resolve

from kb.models import Page
from kb.queries import browse
from kb.queries.browse import Card
from kb.queries.pages import moved_to, published_page
from kb.services.finding import find

OFFERED = 5
LONGEST = 200
"""Of an address so many characters are read."""
COMPARED = 2_000
"""Of a tool's pages so many are compared letter by letter."""

_PAGES = "/errors/"
_TRAILING = re.compile(r"(?:[\s.,;:!?'\"<>()\[\]{}*…]|%20)+$")
_WORDS = re.compile(r"[a-z0-9]+")


def respelt(path: str) -> str:
    """The address that this one is but for case, marks that a sentence left behind, or slashes; empty if none is."""
    bare = _tidied(path[:LONGEST])
    addresses = (address for address in (f"{bare}/", bare) if address != path)
    return next((address for address in addresses if _leads_somewhere(address)), "")


def words_of(path: str) -> str:
    """The words of an address that was meant to be a page's."""
    if not path.lower().startswith(_PAGES):
        return ""
    return " ".join(_WORDS.findall(path[len(_PAGES) : LONGEST].lower()))


def likely_pages(path: str) -> list[Card]:
    """Pages whose address is nearly the same, else those that the words of this one lead to."""
    words = words_of(path)
    if not words:
        return []
    slugs = _nearly(path[:LONGEST].lower()) or [one.slug for one in find(words, OFFERED)]
    known = browse.by_slug(slugs)
    return [known[slug] for slug in slugs if slug in known][:OFFERED]


def _tidied(path: str) -> str:
    """In lower case, without what a sentence or another site adds, and without the last slash."""
    address = re.sub("/{2,}", "/", _TRAILING.sub("", path).lower())
    address = re.sub(r"(?:/index)?\.html?$", "", address.rstrip("/"))
    return re.sub(r"/(\.\w+)$", r"\1", address)


def _leads_somewhere(address: str) -> bool:
    try:
        found = resolve(address)
    except Resolver404:
        return False
    if found.url_name is None:  # the administration takes any address, and says then that nothing is there
        return False
    tool, slug = found.kwargs.get("tool", ""), found.kwargs.get("slug", "")
    if slug:
        return published_page(tool, slug) is not None or moved_to(tool, slug) is not None
    return not tool or browse.tool(tool) is not None


def _nearly(path: str) -> list[str]:
    """Pages of the same tool whose name differs in a few letters."""
    tool, _, slug = path.removeprefix(_PAGES).strip("/").partition("/")
    if not slug or "\x00" in tool:  # which PostgreSQL takes for a mistake of ours
        return []
    names = Page.objects.published().of_tool(tool).order_by().values_list("slug", flat=True)[:COMPARED]
    return [f"{tool}/{name}" for name in difflib.get_close_matches(slug, list(names), OFFERED, cutoff=0.75)]
