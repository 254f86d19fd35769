"""Drafting: new wordings of a page, which readers do not see yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from kb.content import document as doc
from kb.content.merging import Merge, merge
from kb.content.references import double_keys
from kb.content.trees import Branch
from kb.content.validating import validate
from kb.models import (
    Avoid,
    Cause,
    Faq,
    Fix,
    LookAlike,
    Page,
    PlatformCheck,
    Revision,
    RevisionPart,
    RevisionState,
    Signature,
    Step,
    Tool,
    User,
)
from kb.queries import documents
from kb.queries.drafts import version_of, wording_of
from kb.services import audit, publishing, reviewing

T = TypeVar("T", bound=RevisionPart)

PARTS: tuple[type[RevisionPart], ...] = (Signature, Cause, Fix, Step, PlatformCheck, Avoid, Faq, LookAlike)


class ContentRefusedError(ValueError):
    """A document cannot become the content of this revision; the reasons say why."""

    def __init__(self, what: object, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(f"{what}: {'; '.join(self.reasons)}")


class StaleDraftError(ValueError):
    """Somebody saved the draft after it was read; what is stored now is not overwritten unseen."""

    def __init__(self, stored: Branch) -> None:
        self.stored = stored
        super().__init__("somebody else saved this draft since you opened it")


# --- beginning --------------------------------------------------------------------------------------------------------


def start_page(tool: Tool, slug: str, author: User) -> Revision:
    """A page at a new address, which readers do not see, with its first draft."""
    with transaction.atomic():
        page = Page.objects.create(tool=tool, slug=slug)
        audit.note(author, page, "Began this page.", audit.ADDED)
        return start_draft(page, author)


def start_draft(page: Page, author: User | None, based_on: Revision | None = None, comment: str = "") -> Revision:
    """A draft that says what `based_on` says (else what is live), to be edited and published in its place."""
    base = based_on or page.live_revision
    if base is not None and base.page_id != page.pk:
        raise ContentRefusedError(page, [f"{base} is of another page; base the draft on a revision of this one"])
    wording = _nothing_yet() if base is None else wording_of(base)
    return _draft_of_tree(page, author, base, wording, comment, "Began this draft.")


def write_draft(page: Page, author: User | None, content: doc.PageDoc, comment: str = "") -> Revision:
    """A draft that says what the document says, to be published in place of what is live now."""
    return _new_draft(Revision(page=page, author=author, based_on=page.live_revision, comment=comment), content)


def keep(page: Page, author: User, wording: Branch, based_on: Revision | None) -> Revision:
    """A draft of its own for what somebody typed into another that he may not save to any more."""
    return _draft_of_tree(page, author, based_on, wording, "", "Kept what was typed as a new draft.")


def bring_back(revision: Revision, author: User | None, comment: str = "") -> Revision:
    """A draft with the text of any revision, to be published in place of what is live now."""
    page = revision.page
    told = f"Brought back {revision}."
    draft = _draft_of_tree(page, author, page.live_revision, wording_of(revision), comment, told)
    draft.writers.add(*publishing.hands_in(revision))
    return draft


def rebase(draft: Revision, author: User, choices: Mapping[str, str] | None = None) -> Revision:
    """A new draft on what is live now, with what this one changed; it takes the place of this one."""
    with transaction.atomic():
        reviewing.refuse_unless_editor(author, draft)
        draft.refresh_from_db()
        page = Page.objects.get(pk=draft.page_id)
        told = f"Brought {draft} onto what is live."
        wording = merged(draft, choices).tree
        new = _draft_of_tree(page, draft.author, page.live_revision, wording, draft.comment, told)
        new.writers.add(author, *publishing.hands_in(draft))
        draft.move_to(RevisionState.REJECTED)
        audit.note(author, draft, f"Brought onto what is live now, as {new}.")
    return new


def merged(draft: Revision, choices: Mapping[str, str] | None = None) -> Merge:
    """What the draft changed, brought together with what is live now: ours is the draft."""
    live = Page.objects.get(pk=draft.page_id).live_revision
    base, theirs = ({} if one is None else wording_of(one) for one in (draft.based_on, live))
    ours = wording_of(draft)
    days = {str(side["updated"]) for side in (ours, theirs) if side.get("updated")}
    if base and days:  # the last change is that of the later one: nobody need choose
        ours, theirs = ({**side, "updated": max(days)} for side in (ours, theirs))
    return merge(base, ours, theirs, choices)


# --- reading ----------------------------------------------------------------------------------------------------------


def content_of(revision: Revision) -> doc.PageDoc:
    """What the revision says, with what hangs on its page; of an unfinished draft, what it last said as a whole."""
    (folder,) = documents.folders([revision], [revision.page])
    return folder.doc


# --- writing ----------------------------------------------------------------------------------------------------------


def save(draft: Revision, wording: Branch, editor: User, version: str) -> None:
    """Keep what was typed; as the draft's content where it makes a document, else as it is, so that nothing is lost.

    `version` is that of the wording which was opened: two people do not overwrite each other unseen.
    """
    with transaction.atomic():
        reviewing.refuse_unless_editor(editor, draft)
        draft.refresh_from_db()  # nobody else writes it until this transaction ends
        stored = wording_of(draft)
        if version_of(stored) != version:
            raise StaleDraftError(stored)
        _store(draft, _dated(draft, wording))
        draft.writers.add(editor)
        audit.note(editor, draft, "Saved.")


def replace_content(revision: Revision, content: doc.PageDoc) -> None:
    """Make the draft say what the document says.

    What hangs on the page and not on a revision (aliases, samples, sources, evidence) is not touched here.
    """
    _refuse_repeated_keys(revision, content)
    with transaction.atomic():
        _refuse_unless_draft(revision)
        revision.take(content)
        revision.unfinished = None
        revision.save()
        for model in PARTS:
            model.objects.filter(revision=revision).delete()
        _write_parts(revision, content)


def _new_draft(draft: Revision, content: doc.PageDoc) -> Revision:
    _refuse_repeated_keys(draft, content)
    draft.take(content)
    with transaction.atomic():
        draft.save()
        _write_parts(draft, content)
    return draft


def _dated(draft: Revision, wording: Branch) -> Branch:
    """With today as the day of the last change, where something changed and nobody set another day."""
    base = wording_of(draft.based_on) if draft.based_on else {}
    today = timezone.localdate().isoformat()
    if wording == base or wording.get("updated") != base.get("updated") or today < str(base.get("updated")):
        return wording
    return {**wording, "updated": today}


def _nothing_yet() -> Branch:
    today = timezone.localdate().isoformat()
    return {"title": "", "summary": "", "created": today, "updated": today, "signatures": []}


def _draft_of_tree(
    page: Page, author: User | None, based_on: Revision | None, wording: Branch, comment: str, told: str
) -> Revision:
    with transaction.atomic():
        draft = Revision.objects.create(page=page, author=author, based_on=based_on, comment=comment)
        _store(draft, wording)
        if author:
            audit.note(author, draft, told, audit.ADDED)
    return draft


def _store(draft: Revision, wording: Branch) -> None:
    content, _ = validate(doc.PageDoc, wording)
    if content is None or any(double_keys(content)):
        draft.unfinished = wording
        draft.save(update_fields=["unfinished"])
    else:
        replace_content(draft, content)


def _write_parts(revision: Revision, content: doc.PageDoc) -> None:
    _write(revision, Signature, map(Signature.of, content.signatures))
    _write(revision, Cause, map(Cause.of, content.causes))
    _write(revision, Fix, map(Fix.of, content.fixes))
    _write(revision, Step, map(Step.of, content.steps))
    _write(revision, PlatformCheck, map(PlatformCheck.of, content.checks))
    _write(revision, Avoid, map(Avoid.of, content.avoid))
    _write(revision, Faq, map(Faq.of, content.faq))
    _write(revision, LookAlike, map(LookAlike.of, content.related))


def _write(revision: Revision, model: type[T], parts: Iterable[T]) -> None:
    rows = list(parts)
    for position, row in enumerate(rows):
        row.revision, row.position = revision, position
    if rows:
        model.objects.bulk_create(rows)


def _refuse_unless_draft(revision: Revision) -> None:
    """What is stored decides, and stays so until this transaction ends: somebody may be publishing it just now."""
    stored = Revision.objects.select_for_update().get(pk=revision.pk)
    stored.refuse_if_frozen()
    if stored.state != RevisionState.DRAFT:
        raise ContentRefusedError(revision, [f"it is {stored.state}; only a draft is edited: take it back first"])


def _refuse_repeated_keys(revision: Revision, content: doc.PageDoc) -> None:
    """Keys are unique over all parts of a page, which no constraint on one table can say."""
    count = Counter(part.key for part in content.keyed_parts())
    repeated = [
        f"the key {key} stands on {times} parts; give each its own" for key, times in count.items() if times > 1
    ]
    if count[doc.PAGE_KEY]:
        repeated.append(f"the key {doc.PAGE_KEY} means the page as a whole; give the part another")
    if repeated:
        raise ContentRefusedError(revision, repeated)
