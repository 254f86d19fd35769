"""The editor, and what becomes of a draft: preview, review, publishing, bringing it onto what is live now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kb.admin.desk import person, show
from kb.content.comparing import differences_of_trees
from kb.content.problems import Finding
from kb.content.references import KEYED_FIELDS
from kb.content.trees import Branch, branches
from kb.forms.page_form import PageForm, TooMuch, read, rearranged, tidied, where
from kb.models import Page, Revision, User
from kb.queries import drafts
from kb.queries.drafts import version_of, wording_of
from kb.rendering.differences import Run, runs
from kb.services import drafting, gate, publishing, reading, reviewing
from kb.services.publishing import PublishingRefusedError
from kb.services.reviewing import ReviewRefusedError
from kb.views.history import changed_parts
from kb.views.pages import page_context

SUGGESTED_PAGES = 300
"""Pages of the same tool that are offered where another page is named."""


def draft_at(pk: int) -> Revision:
    rows = Revision.objects.select_related("page__tool", "page__live_revision", "author", "reviewer", "based_on")
    return get_object_or_404(rows, pk=pk)


# --- editing ----------------------------------------------------------------------------------------------------------


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page in one form. Whoever may not edit the draft is shown it under review."""
    draft = draft_at(pk)
    if request.method == "POST":
        return _edited(request, draft)
    if not reviewing.may_edit(person(request), draft):
        return redirect("admin:desk-draft-review", pk)
    wording = wording_of(draft)
    return _editor(request, draft, wording, version_of(wording))


def _edited(request: HttpRequest, draft: Revision) -> HttpResponse:
    try:
        wording = read(request.POST)
    except TooMuch as refusal:
        return show(request, "desk/too_much.html", "Too much to save", status=413, refusal=refusal)
    deed, _, row = request.POST.get("do", "save").partition(" ")
    version = request.POST.get("version", "")
    if row:
        return _editor(request, draft, wording, version, at=rearranged(wording, deed, row), is_changed=True)
    wording = tidied(wording)
    if deed == "keep":
        kept = drafting.keep(draft.page, person(request), wording, draft.based_on)
        messages.success(request, "What you typed is kept as a draft of your own.")
        return redirect("admin:desk-draft", kept.pk)
    try:
        drafting.save(draft, wording, person(request), version)
    except drafting.StaleDraftError as clash:
        return _editor(
            request,
            draft,
            wording,
            version_of(clash.stored),
            status=409,
            is_changed=True,
            clash=changed_parts(differences_of_trees(clash.stored, wording)),
            last=drafts.story(draft).first(),
        )
    except ReviewRefusedError as refusal:
        return _editor(request, draft, wording, version, status=409, is_changed=True, refusal=refusal)
    if draft.unfinished is None:
        messages.success(request, "Saved.")
    else:
        messages.warning(request, "Saved as it is; it is not a whole document yet: what is missing stands beside it.")
    return redirect(_AFTER.get(deed, "admin:desk-draft") if draft.unfinished is None else "admin:desk-draft", draft.pk)


_AFTER = {"preview": "admin:desk-draft-preview", "review": "admin:desk-draft-review"}


def _editor(
    request: HttpRequest,
    draft: Revision,
    wording: Branch,
    version: str,
    *,
    status: int = 200,
    at: str = "",
    **context: Any,
) -> HttpResponse:
    """The form with this wording in it, whether that is stored or not."""
    page = draft.page
    form = PageForm(wording, [] if at else _findings(draft, wording), _public_keys(page), at)
    nearby = Page.objects.of_tool(page.tool_id).exclude(pk=page.pk).values_list("tool_id", "slug")
    return show(
        request,
        "desk/draft.html",
        f"Edit {page}",
        status=status,
        at=at,
        draft=draft,
        page=page,
        form=form,
        version=version,
        others=_others(draft),
        near_pages=[f"{tool}/{slug}" for tool, slug in nearby[:SUGGESTED_PAGES]],
        is_outdated=draft.based_on_id != page.live_revision_id,
        may_edit=reviewing.may_edit(person(request), draft),
        **context,
    )


def _findings(draft: Revision, wording: Branch) -> Sequence[Finding]:
    """What keeps this from being a document; of a whole one that is stored, what keeps it from being published."""
    if draft.unfinished is not None or version_of(wording) != version_of(wording_of(draft)):
        return drafts.findings(draft.page, wording)
    return [_finding(problem, wording) for problem in gate.problems(draft)]


def _finding(problem: gate.Problem, wording: Branch) -> Finding:
    place = where(problem.place, wording)
    name = "" if len(place) == len(problem.place) else f"{problem.place[-1]}: "
    return Finding(problem.code, name + "; ".join(filter(None, (problem.text, problem.mend))), place)


def _others(draft: Revision) -> Sequence[Revision]:
    return [one for one in drafts.open_on(draft.page) if one.pk != draft.pk]


def _public_keys(page: Page) -> dict[str, set[str]]:
    """The keys that links, evidence and feedback may hold on to, by kind of part."""
    said = wording_of(page.live_revision) if page.live_revision else {}
    return {name: {str(part.get("key")) for part in branches(said.get(name))} for name in KEYED_FIELDS}


# --- looking ----------------------------------------------------------------------------------------------------------


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as the page that readers would see."""
    draft = draft_at(pk)
    if not draft.title:
        messages.warning(request, "There is nothing to be seen yet: the draft was never a whole document.")
        return redirect("admin:desk-draft", pk)
    context = {"draft": draft, **page_context(draft.page, reading.read(draft.page, draft))}
    response = render(request, "desk/preview.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What a draft changes, what speaks against publishing it, and what can be done with it."""
    draft = draft_at(pk)
    said = request.POST.get("comment", "")
    refusals: Sequence[str] = ()
    if request.method == "POST":
        try:
            return _done(request, draft, request.POST.get("do", ""), said)
        except ReviewRefusedError as refusal:
            refusals = [str(refusal)]
        except PublishingRefusedError as refusal:
            refusals = [f"Not published: {objection.text}." for objection in refusal.objections]
        draft = draft_at(pk)
    user, page = person(request), draft.page
    live = wording_of(page.live_revision) if page.live_revision else {}
    return show(
        request,
        "desk/review.html",
        f"{page}: revision {draft.pk}",
        status=400 if refusals else 200,
        draft=draft,
        page=page,
        said=said,
        refusals=refusals,
        objections=() if draft.published_at else publishing.objections(draft, _publisher(user, draft)),
        others=_others(draft),
        changed=changed_parts(differences_of_trees(live, wording_of(draft))),
        story=drafts.story(draft)[:50],
        may={
            "edit": reviewing.may_edit(user, draft),
            "take_back": reviewing.may_take_back(user, draft),
            "send_back": reviewing.may_send_back(user, draft),
            "publish": reviewing.may_publish(user, draft),
        },
        is_outdated=draft.based_on_id != page.live_revision_id and not draft.published_at,
    )


def _publisher(user: User, draft: Revision) -> User | None:
    """Who would publish it: an author is told what stands against anybody's doing so."""
    return user if reviewing.may_publish(user, draft) else None


def _done(request: HttpRequest, draft: Revision, deed: str, said: str) -> HttpResponse:
    user = person(request)
    deeds: dict[str, tuple[Callable[[], None], str]] = {
        "submit": (lambda: reviewing.submit(draft, user, said), "Submitted: whoever may publish sees it in the list."),
        "take-back": (lambda: reviewing.take_back(draft, user), "It is a draft again."),
        "send-back": (lambda: reviewing.send_back(draft, user, said), "Sent back to its author with your word."),
        "publish": (lambda: reviewing.publish(draft, user), "Published: readers see it in a moment."),
        "discard": (lambda: reviewing.discard(draft, user), "Discarded; it stays in the history of its page."),
    }
    if deed not in deeds:
        raise ReviewRefusedError("Choose what is to be done.")
    do, told = deeds[deed]
    do()
    messages.success(request, told)
    if deed in ("publish", "discard"):
        return redirect("admin:desk-page", draft.page.tool_id, draft.page.slug)
    return redirect("admin:desk-draft-review", draft.pk)


# --- onto what is live now --------------------------------------------------------------------------------------------


def rebase(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft whose page was published anew meanwhile: both brought together, contradictions to choose from."""
    draft = draft_at(pk)
    page, user = draft.page, person(request)
    if draft.based_on_id == page.live_revision_id:
        messages.success(request, "This draft is based on what is live: there is nothing to bring together.")
        return redirect("admin:desk-draft", pk)
    is_current = request.POST.get("live") == str(page.live_revision_id)
    refusal = ""
    if request.method == "POST" and is_current:
        try:
            made = drafting.rebase(draft, user, {name: str(value) for name, value in request.POST.items()})
        except ReviewRefusedError as problem:
            refusal = str(problem)
        else:
            messages.success(request, "This new draft holds what both say; look through it, and submit it.")
            return redirect("admin:desk-draft", made.pk)
    elif request.method == "POST":
        refusal = "The page was published once more meanwhile. What changed stands here anew: choose again."
    base, live, ours = ({} if one is None else wording_of(one) for one in (draft.based_on, page.live_revision, draft))
    return show(
        request,
        "desk/rebase.html",
        f"Bring together: {page}",
        status=409 if refusal else 200,
        draft=draft,
        page=page,
        refusal=refusal,
        may_edit=reviewing.may_edit(user, draft),
        conflicts=[
            _Choice(one.name, runs(one.base or "", one.theirs or ""), runs(one.base or "", one.ours or ""))
            for one in drafting.merged(draft).conflicts
        ],
        here=changed_parts(differences_of_trees(base, ours)),
        there=changed_parts(differences_of_trees(base, live)),
    )


class _Choice:
    """A contradiction, with what each side made of the common text."""

    def __init__(self, name: str, theirs: list[Run], ours: list[Run]) -> None:
        self.name, self.theirs, self.ours = name, theirs, ours
        self.label = name.replace(".", " › ").replace("_", " ")
