"""The desk's exchange: pages go out as an archive of their files, and come in from one that was looked at first."""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from kb.admin.desk import person, show
from kb.content.archives import Archive, Kind, read_archive
from kb.content.comparing import Difference
from kb.forms.exchange import ExportForm, ImportForm, UploadForm
from kb.rendering.controls import named
from kb.services import exchange as deeds
from kb.services.exchange import Change, Coming, ImportRefusedError, Plan
from kb.services.page_files import UnknownPagesError

KEPT_S = 30 * 60
"""So long an archive that was looked at can be imported without choosing it again."""
PAGES_SHOWN, DIFFERENCES_SHOWN, TEXT_SHOWN = 300, 40, 300
TYPES = {Kind.ZIP: "application/zip", Kind.TAR_GZ: "application/gzip"}
MAY_IMPORT = "kb.publish_revision"


@dataclass(frozen=True, slots=True)
class Row:
    """A page of an archive as the screen shows it."""

    page: Coming
    label: str
    changed: Sequence[tuple[str, str, str]]
    """What reads otherwise: its name, before and after."""
    unshown: int


def exchange(request: HttpRequest) -> HttpResponse:
    """Both ways on one screen."""
    return _screen(request)


def bring_in(request: HttpRequest) -> HttpResponse:
    """What comes in is shown first and written then."""
    if request.method != "POST":
        return redirect("admin:desk-exchange")
    return _imported(request) if request.POST.get("deed") == "import" else _planned(request)


def export(request: HttpRequest) -> HttpResponseBase:
    """The archive, made while it is sent."""
    form = ExportForm(request.GET)
    if not form.is_valid():
        return _screen(request, export=form)
    kind = Kind(form.cleaned_data["kind"])
    try:
        blocks = deeds.export(kind, form.cleaned_data["pages"])
    except UnknownPagesError as refusal:
        form.add_error("pages", str(refusal))
        return _screen(request, export=form)
    response = StreamingHttpResponse(blocks, content_type=TYPES[kind])
    name = f"pages-{timezone.localdate().isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _planned(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _screen(request, upload=form)
    token = secrets.token_urlsafe(24)
    cache.set(_key(request, token), form.packed, KEPT_S)
    return _of_plan(request, deeds.plan(form.archive), ImportForm(initial={"token": token}))


def _imported(request: HttpRequest) -> HttpResponse:
    form, upload = ImportForm(request.POST), UploadForm()
    archive = _kept(request, form.cleaned_data["token"]) if form.is_valid() else None
    if archive is None:
        upload = UploadForm(request.POST, request.FILES)
        upload.errors["file"] = upload.error_class([f"It was kept for {KEPT_S // 60} minutes; choose it again."])
        return _screen(request, upload=upload)
    planned = deeds.plan(archive)
    try:
        done = deeds.carry_out(planned, person(request), publish=form.cleaned_data["publish"])
    except ImportRefusedError as refusal:
        form.add_error(None, str(refusal))
        return _of_plan(request, planned, form)
    cache.delete(_key(request, form.cleaned_data["token"]))
    return _of_plan(request, done, None)


def _key(request: HttpRequest, token: str) -> str:
    return f"import-{request.user.pk}-{token}"


def _kept(request: HttpRequest, token: str) -> Archive | None:
    data = cache.get(_key(request, token)) if token.isascii() and token.isprintable() and " " not in token else None
    return read_archive(io.BytesIO(data)) if data else None


def _of_plan(request: HttpRequest, plan: Plan, form: ImportForm | None) -> HttpResponse:
    """What would change, or what did where there is no form to import it."""
    rows = [_row(page, is_done=form is None) for page in plan.pages[:PAGES_SHOWN]]
    return show(
        request,
        "desk/import.html",
        "What would change" if form else "What was imported",
        plan=plan,
        rows=rows,
        unshown=max(0, len(plan.pages) - PAGES_SHOWN),
        form=form,
        most=deeds.MOST_AT_ONCE,
    )


def _row(page: Coming, *, is_done: bool) -> Row:
    shown = page.differences[:DIFFERENCES_SHOWN]
    return Row(page, _label(page, is_done=is_done), [_told(it) for it in shown], len(page.differences) - len(shown))


def _label(page: Coming, *, is_done: bool) -> str:
    """A page that comes in new is a draft at first as well; only a published one is `created` when all is done."""
    if page.change is Change.CREATED and not is_done:
        return "new"
    return "changed" if page.change is Change.UPDATED and not is_done else page.change.value


def _told(difference: Difference) -> tuple[str, str, str]:
    name = " · ".join(filter(None, (difference.part, difference.field)))
    return named(name), _cut(difference.before), _cut(difference.after)


def _cut(text: str) -> str:
    return named(text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]} …")


def _screen(request: HttpRequest, **forms: Any) -> HttpResponse:
    context = {"export": ExportForm(), "upload": UploadForm(), **forms}
    return show(
        request,
        "desk/exchange.html",
        "Import and export",
        may_import=request.user.has_perm(MAY_IMPORT),
        **context,
    )
