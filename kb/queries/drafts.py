"""Drafts as the desk reads them: what stands in the editor, what is wrong with it, who else is at it, what happened."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from kb.content.document import PageDoc, PageFolder
from kb.content.problems import Finding
from kb.content.references import findings_between_pages, findings_on_the_page, page_references
from kb.content.trees import Branch, tree_of
from kb.content.validating import validate
from kb.models import Page, Revision, RevisionState, User
from kb.models.revision import RevisionQuerySet
from kb.queries import documents
from kb.queries.pages import LONG_TEXTS, pages_at

OPEN = (RevisionState.DRAFT, RevisionState.IN_REVIEW)


class Queue(StrEnum):
    """Which of the open revisions somebody wants to see."""

    MINE = "mine"
    TO_REVIEW = "to-review"
    ALL = "all"


def queue(wanted: Queue, user: User) -> RevisionQuerySet:
    """Drafts and revisions in review, the newest first, with what a list shows of them."""
    found = Revision.objects.filter(state__in=OPEN).select_related("page__tool", "page__live_revision", "author")
    found = found.defer(*LONG_TEXTS, *(f"page__live_revision__{name}" for name in LONG_TEXTS)).order_by("-pk")
    if wanted is Queue.MINE:
        return found.filter(Q(author=user) | Q(pk__in=user.written.order_by().values("pk")))
    if wanted is Queue.TO_REVIEW:
        return found.in_review().exclude(author=user)
    return found


def open_on(page: Page) -> RevisionQuerySet:
    """The drafts of a page and what of it is in review: whoever begins another should know of them."""
    found = Revision.objects.filter(page=page, state__in=OPEN).select_related("author")
    return found.defer(*LONG_TEXTS).order_by("-pk")


def revisions_of(page: Page) -> RevisionQuerySet:
    """Every wording that the page ever had or may get, the newest first."""
    found = Revision.objects.filter(page=page).select_related("author", "reviewer")
    return found.defer(*LONG_TEXTS).order_by("-pk")


def story(revision: Revision) -> QuerySet[LogEntry]:
    """What was done to the revision, by whom, the newest first."""
    kind = ContentType.objects.get_for_model(Revision)
    return LogEntry.objects.filter(content_type=kind, object_id=str(revision.pk)).select_related("user")


def wording_of(revision: Revision) -> Branch:
    """What stands in the editor: the document's tree, or what was typed as long as that makes no document."""
    if revision.unfinished is not None:
        typed: Branch = revision.unfinished
        return typed
    if not revision.title:  # nobody has written anything yet
        return {}
    (folder,) = documents.folders([revision], [revision.page])
    return tree_of(folder.doc)


def version_of(wording: Branch) -> str:
    """Tells whether a wording is still the one that somebody began to edit; no database keeps the order of fields."""
    return hashlib.sha256(json.dumps(wording, sort_keys=True).encode()).hexdigest()


def findings(page: Page, wording: Branch) -> list[Finding]:
    """What keeps this wording from being a document; where it is one, which of its references lead nowhere."""
    content, found = validate(PageDoc, wording)
    if content is None:
        return found
    folder = PageFolder(tool=page.tool_id, slug=page.slug, doc=content)
    named = {slug for _, slug in page_references(folder)}
    known = {other.full_slug for other in pages_at(named)}
    between = (finding for _, finding in findings_between_pages([folder], known))
    return [*findings_on_the_page(folder), *between]
