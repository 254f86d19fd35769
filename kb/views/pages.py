"""One error: its page, the same as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from kb.forms.feedback import FeedbackForm
from kb.models import Page
from kb.queries import browse, listings, provenance, readers
from kb.queries.pages import moved_to, published_page
from kb.rendering.page_markdown import page_markdown
from kb.services.reading import Reading, read
from kb.views.head import page_head
from kb.views.page_screen import Surroundings, page_screen, slugs_named, source_state
from kb.views.revalidation import public

NEIGHBOURS = 6
"""Pages of a kind that are named at the foot of a page."""

Answer = Callable[[HttpRequest, Page, Reading], HttpResponse]


@public
def show(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    return _answer(request, tool, slug, "/", _screen)


@public
def markdown(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    return _answer(request, tool, slug, ".md", _markdown)


@public
def json(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    return _answer(request, tool, slug, ".json", _json)


def _answer(request: HttpRequest, tool: str, slug: str, ending: str, answer: Answer) -> HttpResponse:
    """The page at this address; an old address leads to where the page stands now, in the same form."""
    page = published_page(tool, slug)
    if page is not None:
        return answer(request, page, read(page))
    successor = moved_to(tool, slug)
    if successor is None:
        raise Http404(f"no page {tool}/{slug}")
    return redirect(f"/errors/{successor.full_slug}{ending}", permanent=True)


def _screen(request: HttpRequest, page: Page, reading: Reading) -> HttpResponse:
    context = {"head": page_head(reading.folder, page.tool.name), **page_context(page, reading)}
    return render(request, "errors/page.html", context)


def page_context(page: Page, reading: Reading) -> dict[str, Any]:
    """What `errors/page.html` shows, whichever wording of the page was read."""
    folder = reading.folder
    causes = listings.causes_of(folder.full_slug, NEIGHBOURS)
    named = {*slugs_named(folder.doc), *causes}
    around = Surroundings(
        tool_name=page.tool.name,
        titles={slug: card.title for slug, card in browse.by_slug(named).items()},
        source_checks=reading.checks,
        freshness=reading.freshness,
        reproduction=provenance.reproduced(page),
        silence=provenance.silence(page),
        said=readers.tallies(page),
        causes=causes,
        most_asked=listings.most_asked(folder.tool, NEIGHBOURS, without=[folder.full_slug, *named]),
    )
    return {"doc": folder.doc, "screen": page_screen(folder, around), "form": FeedbackForm()}


def _markdown(request: HttpRequest, page: Page, reading: Reading) -> HttpResponse:
    fresh = reading.freshness
    told = {"Last verified": str(fresh.last_verified or ""), "Needs review": "; ".join(map(str, fresh.reasons))}
    states = {
        source.address: source_state(source, reading.checks.get(source.address))
        for source in reading.folder.doc.sources
    }
    text = page_markdown(reading.folder, page.tool.name, told, states, fresh.unsupported)
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=_canonical(page))


def _json(request: HttpRequest, page: Page, reading: Reading) -> HttpResponse:
    body = reading.as_json(f"{settings.SITE_URL}{page.get_absolute_url()}")
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False}, headers=_canonical(page))


def _canonical(page: Page) -> dict[str, str]:
    """Other forms of a page name the page that people should be led to (RFC 6596)."""
    return {"Link": f'<{settings.SITE_URL}{page.get_absolute_url()}>; rel="canonical"'}
