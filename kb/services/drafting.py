"""Drafting: new wordings of a page, which readers do not see yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from django.db import transaction

from kb.content import document as doc
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
    User,
)
from kb.queries import documents

T = TypeVar("T", bound=RevisionPart)

PARTS: tuple[type[RevisionPart], ...] = (Signature, Cause, Fix, Step, PlatformCheck, Avoid, Faq, LookAlike)


class ContentRefusedError(ValueError):
    """A document cannot become the content of this revision; the reasons say why."""

    def __init__(self, what: object, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(f"{what}: {'; '.join(self.reasons)}")


def start_draft(page: Page, author: User | None, based_on: Revision | None = None, comment: str = "") -> Revision:
    """A draft that says what `based_on` says (else what is live), to be edited and published in its place."""
    base = based_on or page.live_revision
    if base is None:
        return Revision.objects.create(page=page, author=author, comment=comment)
    if base.page_id != page.pk:
        raise ContentRefusedError(page, [f"{base} is of another page; base the draft on a revision of this one"])
    return _new_draft(Revision(page=page, author=author, based_on=base, comment=comment), content_of(base))


def write_draft(page: Page, author: User | None, content: doc.PageDoc, comment: str = "") -> Revision:
    """A draft that says what the document says, to be published in place of what is live now."""
    return _new_draft(Revision(page=page, author=author, based_on=page.live_revision, comment=comment), content)


def bring_back(revision: Revision, author: User | None, comment: str = "") -> Revision:
    """A draft with the text of any earlier revision, to be published in place of what is live now."""
    return write_draft(revision.page, author, content_of(revision), comment)


def content_of(revision: Revision) -> doc.PageDoc:
    """What the revision says, with what hangs on its page."""
    (folder,) = documents.folders([revision], [revision.page])
    return folder.doc


def replace_content(revision: Revision, content: doc.PageDoc) -> None:
    """Make the draft say what the document says.

    What hangs on the page and not on a revision (aliases, samples, sources, evidence) is not touched here.
    """
    _refuse_repeated_keys(revision, content)
    with transaction.atomic():
        _refuse_unless_draft(revision)
        revision.take(content)
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
