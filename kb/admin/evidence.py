"""The evidence desk: sources and what they support, pages and what supports them, and what is due for a review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from kb.admin.desk import portion, show
from kb.forms.evidence import (
    ChosenForm,
    DueFilter,
    EvidenceEditForm,
    EvidenceForm,
    MergeForm,
    PageForm,
    SourceFilter,
    SourceForm,
)
from kb.models import Evidence, EvidenceState, Page, Source, User
from kb.queries import evidence as queries
from kb.queries import freshness
from kb.services import evidence as deeds
from kb.services import merging, source_checks, sources

BAD = 400


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _demand(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _again(request: HttpRequest) -> HttpResponse:
    """The same screen, with the same filters, as it is now."""
    return redirect(request.get_full_path())


# --- sources ----------------------------------------------------------------------------------------------------------


def listed(request: HttpRequest) -> HttpResponse:
    """All sources with their evidence."""
    to_page = PageForm(request.GET if "to" in request.GET else None)
    if to_page.is_valid():
        page = to_page.cleaned_data["to"]
        return redirect("admin:desk-page-evidence", page.tool_id, page.slug)
    chosen = _chosen(request)
    if chosen.is_bound and chosen.is_valid():
        _do(request, chosen)
        return _again(request)
    form = SourceFilter(request.GET)
    wanted = form.wanted()
    context = portion(request, queries.sources(wanted))
    rows = queries.rows(context["listing"], wanted.evidence)
    status = BAD if chosen.errors else 200
    forms = {"form": form, "chosen": chosen, "to_page": to_page}
    return show(request, "desk/evidence.html", "Evidence", status, **forms, rows=rows, **context)


def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: what it is, what it supports, and all that happened to it."""
    found = get_object_or_404(Source, pk=pk)
    forms: dict[str, Any] = {
        "described": SourceForm(source=found, prefix="described"),
        "merged": MergeForm(source=found, prefix="merged"),
        "chosen": ChosenForm(),
    }
    if request.method == "POST":
        _demand(request, "kb.change_evidence" if "deed" in request.POST else "kb.change_source")
        if answer := _change(request, found, forms):
            return answer
    context = portion(request, found.evidence.select_related("page").order_by("page", "position", "pk"))
    shown = list(context["listing"])
    parts = queries.parts_supported(shown)
    return show(
        request,
        "desk/source.html",
        found.title,
        BAD if request.method == "POST" else 200,
        source=found,
        forms=forms,
        supported=[(piece, parts[piece.pk]) for piece in shown],
        aliases=found.aliases.all(),
        alike=queries.perhaps_the_same(found),
        changes=queries.changes_of_source(found),
        evidence_changes=queries.changes_of_evidence(source=found.pk),
        **context,
    )


def _change(request: HttpRequest, found: Source, forms: dict[str, Any]) -> HttpResponse | None:
    """What was asked for, if that can be done; else the form that says why not takes its place among the forms."""
    if "deed" in request.POST:
        forms["chosen"] = chosen = ChosenForm(request.POST)
        return _done(request, chosen)
    match request.POST.get("change"):
        case "check":
            source_checks.ask([found], _actor(request))
            messages.success(request, "Asked for a check; the worker begins as soon as it is its host's turn.")
        case "text":
            source_checks.accept_text(found, _actor(request))
            messages.success(request, "Accepted: its text as it is now supports the pages that cite it.")
        case "describe":
            forms["described"] = described = SourceForm(request.POST, source=found, prefix="described")
            if not described.is_valid() or described.document is None:
                return None
            sources.describe(found, described.document, _actor(request))
            messages.success(request, "Described anew, on every page that cites it.")
        case "merge":
            forms["merged"] = merged = MergeForm(request.POST, source=found, prefix="merged")
            return _merged(request, found, merged)
    return _again(request)


def _merged(request: HttpRequest, found: Source, form: MergeForm) -> HttpResponse | None:
    if not form.is_valid() or form.document is None:
        return None
    try:
        kept = merging.merge_address(found, form.document, form.cleaned_data["keep"] == "other", _actor(request))
    except merging.MergeRefusedError as refusal:
        for reason in refusal.reasons:
            form.add_error("address", f"{reason}.")
        return None
    messages.success(request, "Merged: pages cite this address, and the other is a former one.")
    return redirect("admin:desk-source", kept.pk)


# --- what is ticked in a list -----------------------------------------------------------------------------------------


def _chosen(request: HttpRequest) -> ChosenForm:
    return ChosenForm(request.POST) if request.method == "POST" else ChosenForm()


def _done(request: HttpRequest, chosen: ChosenForm) -> HttpResponse | None:
    if not chosen.is_valid():
        return None
    _do(request, chosen)
    return _again(request)


def _do(request: HttpRequest, chosen: ChosenForm) -> None:
    deed, told = chosen.cleaned_data["deed"], chosen.cleaned_data
    if deed == ChosenForm.CHECK:
        _demand(request, "kb.change_source")
        asked = source_checks.ask(told["source"], _actor(request))
        messages.success(request, f"Asked for {asked} checks; the worker begins at once, one at a time for each host.")
        return
    _demand(request, "kb.change_evidence")
    state = ChosenForm.DEEDS[deed]
    refusals = deeds.decide_all(told["evidence"], state, _actor(request), told["reason"])
    for refusal in refusals:
        messages.error(request, refusal)
    if decided := len(told["evidence"]) - len(refusals):
        messages.success(request, f"{decided} now {state.value}.")


# --- the evidence of a page -------------------------------------------------------------------------------------------


def page(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    """Everything that supports a page, part by part, and more of it."""
    found = get_object_or_404(Page, tool=tool, slug=slug)
    form = EvidenceForm(page=found, initial={"supports": request.GET.get("supports", "")})
    chosen = ChosenForm()
    if request.method == "POST" and "deed" in request.POST:
        _demand(request, "kb.change_evidence")
        chosen = ChosenForm(request.POST)
        if answer := _done(request, chosen):
            return answer
    elif request.method == "POST":
        _demand(request, "kb.add_evidence")
        form = EvidenceForm(request.POST, page=found)
        if form.is_valid():
            return _proposed(request, found, form)
    return show(
        request,
        "desk/page_evidence.html",
        f"Evidence of {found}",
        BAD if request.method == "POST" else 200,
        page=found,
        form=form,
        chosen=chosen,
        groups=queries.support_of(found),
        fresh=freshness.of_page(found, timezone.localdate()),
        changes=queries.changes_of_evidence(page=found.pk),
    )


def _proposed(request: HttpRequest, found: Page, form: EvidenceForm) -> HttpResponse:
    told = form.cleaned_data
    assert form.document is not None
    with_acceptance = request.POST.get("add") == "accepted"
    if with_acceptance:
        _demand(request, "kb.change_evidence")
    piece = deeds.propose(found, _actor(request), form.document, told["supports"], told["note"])
    if with_acceptance:
        deeds.decide(piece, EvidenceState.ACCEPTED, _actor(request))
    messages.success(request, "Added and accepted." if with_acceptance else "Proposed; readers see it once accepted.")
    return redirect("admin:desk-page-evidence", found.tool_id, found.slug)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of one piece of evidence, and the part that it supports."""
    piece = get_object_or_404(Evidence.objects.select_related("page", "source"), pk=pk)
    form = EvidenceEditForm(request.POST if request.method == "POST" else None, evidence=piece)
    if form.is_bound and form.is_valid():
        deeds.edit(piece, _actor(request), form.cleaned_data["supports"], form.cleaned_data["note"])
        messages.success(request, "Saved.")
        return redirect("admin:desk-page-evidence", piece.page.tool_id, piece.page.slug)
    status = BAD if form.is_bound else 200
    return show(request, "desk/evidence_edit.html", "Edit evidence", status, piece=piece, form=form)


# --- what is due ------------------------------------------------------------------------------------------------------


def due(request: HttpRequest) -> HttpResponse:
    """Pages that somebody should look at again, and why; those most asked for first."""
    form, today = DueFilter(request.GET), timezone.localdate()
    # Numbers first: sorted with all that their revisions say, thousands of pages take twice as long.
    numbers = freshness.due(today, form.chosen("rule"), form.chosen("tool")).values_list("pk", flat=True)
    context = portion(request, numbers)
    shown = list(context["listing"])
    pages = Page.objects.select_related("live_revision", "listing").in_bulk(shown)
    fresh = freshness.of_pages(shown, today)
    # A page may have been mended between two of these queries.
    rows = [(pages[number], fresh[number]) for number in shown if number in pages and number in fresh]
    return show(request, "desk/due.html", "Due for review", form=form, rows=rows, **context)
