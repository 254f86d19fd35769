"""The blast radius of a draft: what would be found differently if it were public."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from pydantic import ValidationError

from kb.admin.desk import portion, show
from kb.models import BlastRadius, Revision, Sample, UnknownError
from kb.rendering.excerpt import excerpt
from kb.services import blast
from kb.services.blast import Change

NOT_YET = "The draft is no whole page yet: mend first what stands beside its fields."


@dataclass(frozen=True, slots=True)
class Row:
    """A change as it is shown."""

    change: Change
    name: SafeString
    address: str
    """Where the text can be looked at; empty once it is gone."""
    line: SafeString


def show_blast(request: HttpRequest, pk: int) -> HttpResponse:
    """What was measured of the draft; a POST begins to measure it."""
    draft = get_object_or_404(Revision.objects.select_related("page"), pk=pk)
    if request.method == "POST":
        return _begin(request, draft)
    row = BlastRadius.objects.filter(revision=draft).select_related("revision__page").first()
    changes = blast.changes_of(row) if row else []
    changes.sort(key=lambda change: (not change.is_bad, change.kind, -change.count))
    listing = portion(request, changes)
    return show(
        request,
        "desk/blast.html",
        f"What {draft} would change",
        draft=draft,
        page=draft.page,
        radius=row,
        is_current=row is not None and _is_current(row),
        rows=_rows(listing["listing"].object_list),
        kept=len(changes),
        **listing,
    )


def _begin(request: HttpRequest, draft: Revision) -> HttpResponse:
    try:
        blast.measure(draft)
    except ValidationError:
        messages.error(request, NOT_YET)
    return redirect("admin:desk-blast", draft.pk)


def _is_current(row: BlastRadius) -> bool:
    try:
        return blast.is_current(row)
    except ValidationError:
        return False


def _rows(changes: list[Change]) -> list[Row]:
    samples = set(_known(Sample, changes, BlastRadius.Phase.SAMPLES))
    unknowns = set(_known(UnknownError, changes, BlastRadius.Phase.UNKNOWNS))
    rows = []
    for change in changes:
        address = ""
        if change.kind == BlastRadius.Phase.SAMPLES and change.pk in samples:
            address = reverse("admin:desk-sample", args=[change.pk])
        elif change.kind == BlastRadius.Phase.UNKNOWNS and change.pk in unknowns:
            address = reverse("admin:desk-unknown", args=[change.pk])
        rows.append(Row(change, excerpt(change.name), address, excerpt(change.text)))
    return rows


def _known(model: type[Sample] | type[UnknownError], changes: list[Change], kind: str) -> list[int]:
    wanted = [change.pk for change in changes if change.kind == kind]
    return list(model.objects.filter(pk__in=wanted).values_list("pk", flat=True))
