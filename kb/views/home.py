"""The home page: one large box, and what is there to browse."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kb.queries import browse
from kb.queries.home import most_needed, newly_proved, recent
from kb.views.head import home_head
from kb.views.revalidation import public

SHOWN = 6
"""Pages in each of the short lists."""


@public
def show(request: HttpRequest) -> HttpResponse:
    return home_page(request)


def home_page(request: HttpRequest, notice: str = "", status: int = 200) -> HttpResponse:
    """The home page, with a sentence beside the box when there is something to say."""
    tools = browse.tools()
    proved = newly_proved(SHOWN)
    context = {
        "head": None if notice else home_head(),  # an answer to a request, not a page for search engines
        "notice": notice,
        "tools": tools,
        "page_count": sum(tool.pages for tool in tools),
        "proved": proved,
        "needed": most_needed(SHOWN),
        "recent": recent(SHOWN, beside={entry.card.slug for entry in proved}),
        "site_url": settings.SITE_URL,
    }
    return render(request, "home/show.html", context, status=status)
