"""Drafts and pages at the desk: what is open, what a page consists of, how a new one begins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from kb.admin.desk import person, portion, show
from kb.content.comparing import differences_of_trees
from kb.forms.pages import NewPageForm
from kb.models import Page, PageAlias, Revision, Sample, UnknownError
from kb.queries import drafts
from kb.queries.drafts import Queue, wording_of
from kb.services import belongings, drafting, reviewing
from kb.views.history import changed_parts

QUEUES = {
    Queue.ALL: "All",
    Queue.TO_REVIEW: "To review",
    Queue.MINE: "Mine",
}
ELSEWHERE = (
    ("Evidence", "desk-page-evidence", "kb.view_evidence"),
    ("What readers said", "desk-page-readers", "kb.change_feedback"),
)
"""What else the desk has on a page, each on a screen of its own, for those who may see it."""
UNKNOWNS_SHOWN = 20


def queue(request: HttpRequest) -> HttpResponse:
    """Drafts and revisions in review."""
    wanted = next((one for one in Queue if one.value == request.GET.get("show")), Queue.ALL)
    return show(
        request,
        "desk/drafts.html",
        "Drafts",
        queues=[(one.value, label, one is wanted) for one, label in QUEUES.items()],
        **portion(request, drafts.queue(wanted, person(request))),
    )


def new_page(request: HttpRequest) -> HttpResponse:
    form = NewPageForm(request.POST or None, initial={"tool": request.GET.get("tool")})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            draft = drafting.start_page(told["tool"], told["slug"], person(request))
        except IntegrityError:
            form.add_error("slug", "Somebody began a page at this address just now.")
        else:
            messages.success(request, f"{draft.page} has begun: readers see nothing of it until it is published.")
            return redirect("admin:desk-draft", draft.pk)
    return show(request, "desk/new_page.html", "New page", status=400 if form.errors else 200, form=form)


def page_at(tool: str, slug: str) -> Page:
    return get_object_or_404(Page.objects.select_related("tool", "live_revision"), tool=tool, slug=slug)


def page(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    """One page as the desk sees it."""
    found = page_at(tool, slug)
    context: dict[str, Any] = {
        "page": found,
        "open_drafts": drafts.open_on(found),
        "samples": Sample.objects.filter(page=found).defer("text"),
        "aliases": PageAlias.objects.filter(page=found),
        "elsewhere": [
            (label, reverse(f"admin:{name}", args=(tool, slug)))
            for label, name, permission in ELSEWHERE
            if request.user.has_perm(permission)
        ],
        "unknowns": UnknownError.objects.filter(page=found).order_by("-last_seen", "pk")[:UNKNOWNS_SHOWN],
        "may_write": request.user.has_perm(reviewing.WRITE),
        "may_change": belongings.may_change(person(request), found),
    }
    return show(
        request, "desk/page.html", found.full_slug, **context, **portion(request, drafts.revisions_of(found), 20)
    )


@require_POST
def begin(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    """A draft of what the page says now, or of an earlier wording."""
    page = page_at(tool, slug)
    number = request.POST.get("revision", "")
    if number.isascii() and number.isdecimal() and len(number) < 19:
        revision = get_object_or_404(Revision.objects.filter(page=page), pk=int(number))
        draft = drafting.bring_back(revision, person(request), f"Brings back revision {revision.pk}.")
        messages.success(request, f"This draft says what revision {revision.pk} said.")
    else:
        draft = drafting.start_draft(page, person(request))
        messages.success(request, "This draft says what the page says now; readers see it once it is published.")
    return redirect("admin:desk-draft", draft.pk)


def compare(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    """Two revisions of a page, `?from=…&to=…`, field by field."""
    found = page_at(tool, slug)
    numbers = [request.GET.get(name, "") for name in ("from", "to")]
    if not all(number.isascii() and number.isdecimal() and len(number) < 19 for number in numbers):
        messages.warning(request, "Choose two revisions to compare.")
        return redirect("admin:desk-page", tool, slug)
    revisions = drafts.revisions_of(found).defer(None).in_bulk([int(number) for number in numbers])
    if missing := [number for number in numbers if int(number) not in revisions]:
        raise Http404(f"{found} has no revision {missing[0]}")
    before, after = (revisions[int(number)] for number in numbers)
    return show(
        request,
        "desk/compare.html",
        f"{found}: from revision {before.pk} to {after.pk}",
        page=found,
        before=before,
        after=after,
        changed=changed_parts(differences_of_trees(wording_of(before), wording_of(after))),
    )


def compare_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What a revision changed: from what it was based on, else from what is live."""
    revision = get_object_or_404(Revision.objects.select_related("page"), pk=pk)
    former = revision.based_on_id or revision.page.live_revision_id or revision.pk
    address = reverse("admin:desk-page-compare", args=(revision.page.tool_id, revision.page.slug))
    return redirect(f"{address}?from={former}&to={pk}")
