"""How a page became what it is: its published wordings, and what is different between two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kb.content.comparing import Difference, differences
from kb.models import Page
from kb.queries.history import Wording, documents_of, wordings
from kb.queries.pages import moved_to, published_page
from kb.rendering.differences import Run, runs
from kb.views.revalidation import public


@dataclass(frozen=True, slots=True)
class ChangedField:
    name: str
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class ChangedPart:
    name: str
    fields: list[ChangedField]


@public
def show(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    """The published wordings; with two numbers, `?from=1&to=2`, what changed from one to the other."""
    page = published_page(tool, slug)
    if page is None:
        if successor := moved_to(tool, slug):
            return redirect(f"/errors/{successor.full_slug}/history/", permanent=True)
        raise Http404(f"no page {tool}/{slug}")
    known = wordings(page)
    by_number = {str(wording.number): wording for wording in known}
    after = by_number.get(request.GET.get("to", ""), known[-1])
    before = by_number.get(request.GET.get("from", ""), by_number.get(str(after.number - 1)))
    context = {
        "page": page,
        "wordings": known[::-1],
        "before": before,
        "after": after,
        "changed": [] if before is None else _changed(page, before, after),
    }
    return render(request, "errors/history.html", context)


def _changed(page: Page, before: Wording, after: Wording) -> list[ChangedPart]:
    return changed_parts(differences(*documents_of(page, before, after)))


def changed_parts(found: Iterable[Difference]) -> list[ChangedPart]:
    """The differences as `errors/_changed.html` shows them."""
    return [
        ChangedPart(part, [ChangedField(one.field, runs(one.before, one.after)) for one in fields])
        for part, fields in groupby(found, key=lambda one: one.part)
    ]
