"""Files that programs look for at fixed addresses: robots.txt, llms.txt, OpenSearch, security.txt, an icon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone

from kb.queries import browse
from kb.queries.browse import Card
from kb.views.head import PROMISE
from kb.views.revalidation import public

TEXT = "text/plain; charset=utf-8"
NOT_FOR_CRAWLERS = ("/match", "/search", "/admin/", "/api/v1/match")
"""Answers to a request, and what readers never see."""
PAGES_LISTED = 2_000
"""Of a larger site llms.txt names the tools, and where their pages are listed."""
SHORT_NAME_MAX = 16
"""OpenSearch allows no longer name."""
VALID_FOR = dt.timedelta(days=180)
"""RFC 9116 asks that security.txt is looked at again within a year; it is made anew each day that it is asked for."""


@public
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read, and where the sitemap is."""
    rules = [f"Disallow: {path}" for path in NOT_FOR_CRAWLERS] if settings.CRAWLERS == "allow" else ["Disallow: /"]
    lines = ["User-agent: *", *rules]
    if settings.CRAWLERS == "allow":
        lines += ["", f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join([*lines, ""]), content_type=TEXT)


@public
def opensearch(request: HttpRequest) -> HttpResponse:
    """How a browser searches the pages from its address bar."""
    context = {"short_name": settings.SITE_NAME[:SHORT_NAME_MAX].strip(), "site_url": settings.SITE_URL}
    kind = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "machines/opensearch.xml", context, content_type=kind)


@public
def llms(request: HttpRequest) -> HttpResponse:
    """An index of all pages in Markdown (llmstxt.org), each with the address of its own Markdown."""
    return HttpResponse("\n".join(_llms()), content_type="text/markdown; charset=utf-8")


def _llms() -> Iterator[str]:
    tools = browse.tools()
    yield from (f"# {settings.SITE_NAME}", "", f"> {PROMISE}", "")
    yield "Every page is also Markdown and JSON: put `.md` or `.json` in place of the last slash of its address."
    yield f"To match a log, POST it to {settings.SITE_URL}/api/v1/match: see {settings.SITE_URL}/api/v1/openapi.json."
    is_listed = sum(tool.pages for tool in tools) <= PAGES_LISTED
    for tool in tools:
        yield from ("", f"## {tool.name}", "")
        if is_listed:
            yield from (_llms_entry(card) for card in browse.cards(browse.of_tool(tool.slug)))
        else:
            yield f"- [{tool.pages} pages]({settings.SITE_URL}/api/v1/pages?tool={tool.slug}&limit=500): as JSON"
    yield ""


def _llms_entry(card: Card) -> str:
    title = card.title.replace("[", "\\[").replace("]", "\\]")
    return f"- [{title}]({settings.SITE_URL}/errors/{card.slug}.md): {' '.join(card.summary.split())}"


def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116); nothing where nobody said whom to ask."""
    if not settings.CONTACT:
        raise Http404("KB_CONTACT is not set")
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.CONTACT}",
        f"Expires: {(today + VALID_FOR).isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    )
    return HttpResponse("\n".join(lines), content_type=TEXT, headers={"Cache-Control": "max-age=86400"})


def icon(request: HttpRequest) -> HttpResponse:
    """Programs that do not read the page ask here."""
    return redirect(static("icon.svg"))
