"""The desk's queue of unknown errors: what people paste that no page answers, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import SafeString

from kb.admin.desk import person, portion, show
from kb.forms.unknowns import AttachForm, DraftForm, IgnoreForm, QueueForm, WithAlike
from kb.matching.records import Role
from kb.models import Revision, UnknownError, UnknownState, User
from kb.queries import browse, unknowns
from kb.queries.browse import Card
from kb.rendering.excerpt import excerpt
from kb.services import lookups
from kb.services import unknowns as deeds

ALIKE_SHOWN = 50
MOST_AT_ONCE = 200
"""So many near duplicates are decided about with one."""
NEAREST = 6
LINE_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Line:
    """An error as a line of a list."""

    unknown: UnknownError
    html: SafeString


def queue(request: HttpRequest) -> HttpResponse:
    """The errors that no page answers, near duplicates as one, the most wanted first."""
    form = QueueForm(request.GET)
    wanted = form.wanted()
    context = portion(request, unknowns.groups(wanted))
    groups = unknowns.grouped(wanted, context["listing"])
    rows = [(group, *_lines(group.members[:1]), _lines(group.members[1:])) for group in groups]
    return show(request, "desk/unknowns.html", "Unknown errors", form=form, wanted=wanted, rows=rows, **context)


def _lines(unknowns: Iterable[UnknownError]) -> list[Line]:
    return [Line(unknown, excerpt(unknown.template, shown=LINE_SHOWN)) for unknown in unknowns]


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One error with what helps to decide, and the decision."""
    unknown = get_object_or_404(UnknownError.objects.select_related("page__tool"), pk=pk)
    waiting = list(unknowns.alike(unknown).filter(state=UnknownState.OPEN)[:MOST_AT_ONCE])
    forms = _forms(unknown, len(waiting))
    if request.method == "POST":
        deed = request.POST.get("deed", "")
        if deed == "open":
            return _opened(request, unknown)
        if deed in _DEEDS:
            forms[deed] = type(forms[deed])(request.POST, alike=len(waiting), prefix=deed)
            if done := _done(request, deed, forms[deed], unknown, waiting):
                return done
    return show(request, "desk/unknown.html", "Unknown error", **_context(unknown), forms=forms)


def _forms(unknown: UnknownError, alike: int) -> dict[str, WithAlike]:
    return {
        "draft": DraftForm(initial={"address": deeds.suggested_address(unknown)}, alike=alike, prefix="draft"),
        "attach": AttachForm(alike=alike, prefix="attach"),
        "ignore": IgnoreForm(alike=alike, prefix="ignore"),
    }


def _context(unknown: UnknownError) -> dict[str, Any]:
    alike = list(unknowns.alike(unknown)[: ALIKE_SHOWN + 1])
    return {
        "unknown": unknown,
        "example": excerpt(unknown.example),
        "counted_as": excerpt(unknown.template),
        "alike": _lines(alike[:ALIKE_SHOWN]),
        "is_cut": len(alike) > ALIKE_SHOWN,
        "days": unknowns.days(unknown),
        "story": unknowns.story(unknown)[:20],
        "is_open": unknown.state == UnknownState.OPEN,
        "nearest": _nearest(unknown),
    }


def _nearest(unknown: UnknownError) -> list[tuple[Card, str]]:
    """The pages that come nearest to it, each with how near."""
    answer = lookups.look_up_uncounted(unknown.example)
    how = {match.slug: "answers it" if match.role is Role.CAUSE else "a symptom of it" for match in answer.matches}
    how |= {near.slug: "has words in common" for near in answer.suggestions if near.slug not in how}
    cards = browse.by_slug(set(list(how)[:NEAREST]))
    return [(cards[slug], how[slug]) for slug in how if slug in cards]


# --- what is decided --------------------------------------------------------------------------------------------------


def _draft(form: forms.Form, rows: list[UnknownError], actor: User) -> Revision:
    return deeds.start_draft(rows[0], form.cleaned_data["address"], actor, rows[1:])


def _attach(form: forms.Form, rows: list[UnknownError], actor: User) -> Revision:
    return deeds.attach(rows, form.cleaned_data["page"], actor)


def _ignore(form: forms.Form, rows: list[UnknownError], actor: User) -> None:
    deeds.ignore(rows, form.cleaned_data["reason"], actor)


_DEEDS: Mapping[str, tuple[Callable[[forms.Form, list[UnknownError], User], Revision | None], str]] = {
    "draft": (_draft, "kb.add_revision"),
    "attach": (_attach, "kb.add_revision"),
    "ignore": (_ignore, "kb.change_unknownerror"),
}
"""Each with what it takes besides the permission to decide about unknown errors."""


def _done(
    request: HttpRequest, deed: str, form: WithAlike, unknown: UnknownError, waiting: list[UnknownError]
) -> HttpResponse | None:
    """Where to go once it is done; None where the form has to be shown again with what is wrong."""
    do, permission = _DEEDS[deed]
    actor = person(request)
    if not actor.has_perm(permission):
        form.add_error(None, "Your account may not do this; ask an administrator for the role of an author.")
    if not form.is_valid():
        return None
    rows = [unknown, *(waiting if form.takes_alike else ())]
    try:
        draft = do(form, rows, actor)
    except deeds.NotPossibleError as refusal:
        form.add_error(next(iter(form.fields)), str(refusal))
        return None
    if draft is None:
        messages.success(request, f"Ignored: {len(rows)}.")
        return redirect("admin:desk-unknowns")
    taken = draft.page.unknown_errors.filter(pk__in=[row.pk for row in rows]).count()
    messages.success(request, _taken(taken, len(rows), draft))
    return redirect("admin:desk-draft", draft.pk)


def _taken(taken: int, asked: int, draft: Revision) -> str:
    if asked == 1:
        return f"The line is a hit of {draft.page} now, and this draft has its wording."
    left = "" if taken == asked else f" {asked - taken} of them had been taken meanwhile."
    return f"{taken} lines are hits of {draft.page} now, and this draft has their wordings.{left}"


def _opened(request: HttpRequest, unknown: UnknownError) -> HttpResponse:
    try:
        deeds.open_again([unknown], person(request))
    except deeds.NotPossibleError as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:desk-unknown", unknown.pk)
