"""Browsing: all tools by category, the pages of one tool, and lists of pages that a reader narrows and sorts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kb.forms.filters import FilterForm
from kb.models import Listing
from kb.queries import browse, listings
from kb.queries.pages import tool_moved_to
from kb.views.head import category_head, index_head, tool_head
from kb.views.revalidation import public

PAGES_AT_ONCE = 50
SHORTLIST = 5
"""Pages that stand above a tool's whole list, most asked for and newest; a list hardly longer needs no such choice."""


@public
def index(request: HttpRequest) -> HttpResponse:
    """Every tool with public pages, by category; or, for who narrows or sorts them, the pages of all tools."""
    tools = browse.tools()
    categories = list(dict.fromkeys(tool.category for tool in tools))
    form = FilterForm.read(request.GET, categories=categories)
    if request.GET.urlencode() != form.query:
        return _canonical(request, form)
    page_count = sum(tool.pages for tool in tools)
    context: dict[str, Any] = {
        "head": index_head(tools, page_count),
        "tools": tools,
        "page_count": page_count,
        "categories": categories,
    }
    if form.query:
        listing = _portion(form)
        if listing.number != form.page:
            return _canonical(request, form.at(listing.number))
        context |= _list(form, listing)
        if category := form.wanted.category:
            context["tools"] = [tool for tool in tools if tool.category == category]
            context["head"] = category_head(category, context["tools"], 1 if form.is_chosen else listing.number)
    return render(request, "errors/index.html", {**context, **_filters(form)})


def moved(tool: str, form: str) -> HttpResponse:
    """A tool whose pages have all moved to another leads there."""
    successor = tool_moved_to(tool)
    if not successor:
        raise Http404(f"no tool {tool}")
    return redirect(f"/errors/{successor}/{form}", permanent=True)


@public
def tool(request: HttpRequest, tool: str) -> HttpResponse:
    """The pages of one tool. A tool without public pages has no screen."""
    shelf = browse.tool(tool)
    if shelf is None:
        return moved(tool, "")
    form = FilterForm.read(request.GET, tool=tool)
    if request.GET.urlencode() != form.query:
        return _canonical(request, form)
    listing = _portion(form)
    if listing.number != form.page:
        return _canonical(request, form.at(listing.number))
    context = {"tool": shelf, "total": shelf.pages, **_list(form, listing), **_filters(form)}
    context["head"] = tool_head(shelf, context["cards"], 1 if form.is_chosen else listing.number)
    if not form.query and shelf.pages > 2 * SHORTLIST:
        context["most_asked"] = listings.most_asked(tool, SHORTLIST)
        context["newest"] = listings.newest(tool, SHORTLIST)
    return render(request, "errors/tool.html", context)


def _canonical(request: HttpRequest, form: FilterForm) -> HttpResponse:
    """A form sends all its fields, also those left empty: each list has one address, which holds what was chosen."""
    return redirect(f"{request.path}?{form.query}" if form.query else request.path)


def _portion(form: FilterForm) -> Page[Listing]:
    """The portion asked for, or the nearest that exists."""
    return Paginator(listings.listed(form.wanted), PAGES_AT_ONCE).get_page(form.page)


def _list(form: FilterForm, listing: Page[Listing]) -> Mapping[str, Any]:
    return {"cards": listings.cards_of(listing), "listing": listing, "pager_query": form.pager_query}


def _filters(form: FilterForm) -> Mapping[str, Any]:
    facets = listings.facets(form.wanted)
    return {
        "form": form,
        "facets": facets,
        "platforms": form.platforms(facets),
        "roles": form.roles(facets),
        "sorts": form.sorts(),
    }
