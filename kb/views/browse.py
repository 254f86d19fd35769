"""Browsing: all tools by category, and the pages of one tool."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kb.queries import browse
from kb.views.head import index_head, tool_head
from kb.views.revalidation import public

PAGES_AT_ONCE = 100


@public
def index(request: HttpRequest) -> HttpResponse:
    """Every tool with public pages, by category."""
    tools = browse.tools()
    page_count = sum(tool.pages for tool in tools)
    context = {"head": index_head(tools, page_count), "tools": tools, "page_count": page_count}
    return render(request, "errors/index.html", context)


@public
def tool(request: HttpRequest, tool: str) -> HttpResponse:
    """The pages of one tool by title. A tool without public pages has no screen."""
    shelf = browse.tool(tool)
    if shelf is None:
        raise Http404(f"no tool {tool}")
    listing = Paginator(browse.of_tool(tool), PAGES_AT_ONCE).get_page(request.GET.get("page"))
    cards = browse.cards(listing)
    head = tool_head(shelf, cards, listing.number)
    context = {"head": head, "tool": shelf, "total": shelf.pages, "cards": cards, "listing": listing}
    return render(request, "errors/tool.html", context)
