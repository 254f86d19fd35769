"""Reviewing: who may edit, submit, send back and publish what, and the deeds themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from kb.models import Revision, RevisionState, User
from kb.services import audit, publishing

WRITE = "kb.add_revision"
PUBLISH = "kb.publish_revision"


class ReviewRefusedError(ValueError):
    """The deed was not done; the text says why, and what would have to be different."""


def may_edit(user: User, revision: Revision) -> bool:
    """Authors write their own drafts; whoever may publish, any."""
    if revision.state != RevisionState.DRAFT or not user.has_perm(WRITE):
        return False
    return revision.author_id == user.pk or user.has_perm(PUBLISH)


def refuse_unless_editor(user: User, revision: Revision) -> None:
    """What is stored decides: it may have been submitted a moment ago."""
    stored = Revision.objects.select_for_update().get(pk=revision.pk)
    if not may_edit(user, stored):
        raise ReviewRefusedError(
            f"{stored} is {_state(stored)}, and you may not edit it: authors edit their own drafts, reviewers any. "
            "Start a draft of your own from it."
        )


def may_take_back(user: User, revision: Revision) -> bool:
    return revision.state == RevisionState.IN_REVIEW and revision.author_id == user.pk


def may_send_back(user: User, revision: Revision) -> bool:
    return revision.state == RevisionState.IN_REVIEW and user.has_perm(PUBLISH)


def may_publish(user: User, revision: Revision) -> bool:
    """What is in review; what was never submitted only by its author, or where it came from files and has none."""
    if not user.has_perm(PUBLISH):
        return False
    if revision.state == RevisionState.IN_REVIEW:
        return True
    is_own = revision.author_id in (None, user.pk) and settings.REVIEW == "optional"
    return revision.state == RevisionState.DRAFT and is_own


def submit(draft: Revision, author: User, comment: str = "") -> None:
    """Hand the draft to those who may publish it, with a word to them."""
    with transaction.atomic():
        stored = _locked(draft)
        if not may_edit(author, stored):
            raise ReviewRefusedError(f"{stored} is {_state(stored)}; only a draft is submitted, by who may edit it")
        if stored.unfinished is not None:
            raise ReviewRefusedError("It is not a whole document yet: mend what stands beside its fields first.")
        _move(stored, RevisionState.IN_REVIEW, comment)
        audit.note(author, stored, _told("Submitted for review", comment))
    draft.refresh_from_db()


def take_back(revision: Revision, author: User) -> None:
    """Make it a draft again, to go on writing."""
    with transaction.atomic():
        stored = _locked(revision)
        if not may_take_back(author, stored):
            raise ReviewRefusedError(f"{stored} is {_state(stored)}; its author takes back what is in review")
        _move(stored, RevisionState.DRAFT, stored.comment)
        audit.note(author, stored, "Taken back from review.")
    revision.refresh_from_db()


def send_back(revision: Revision, reviewer: User, comment: str) -> None:
    """Make it a draft again, with what its author should mend."""
    with transaction.atomic():
        stored = _locked(revision)
        if not may_send_back(reviewer, stored):
            raise ReviewRefusedError(f"{stored} is {_state(stored)}; who may publish sends back what is in review")
        if not comment.strip():
            raise ReviewRefusedError("Say what should be mended: the author sees nothing else.")
        stored.reviewer = reviewer
        _move(stored, RevisionState.DRAFT, comment)
        audit.note(reviewer, stored, _told("Sent back", comment))
    revision.refresh_from_db()


def publish(revision: Revision, reviewer: User) -> None:
    """Let readers see it. Raises ReviewRefusedError, or PublishingRefusedError with what speaks against it."""
    stored = Revision.objects.get(pk=revision.pk)
    if not may_publish(reviewer, stored):
        raise ReviewRefusedError(f"{stored} is {_state(stored)}, and you may not publish it; submit it for review")
    revision.state = stored.state
    publishing.publish(revision, reviewer)


def discard(draft: Revision, actor: User) -> None:
    """Set the draft aside. It stays in the history of its page, and can be brought back from there."""
    with transaction.atomic():
        stored = _locked(draft)
        if not may_edit(actor, stored):
            raise ReviewRefusedError(f"{stored} is {_state(stored)}; only a draft is discarded, by who may edit it")
        _move(stored, RevisionState.REJECTED, stored.comment)
        audit.note(actor, stored, "Discarded.")
    draft.refresh_from_db()


def _locked(revision: Revision) -> Revision:
    """As it is stored, and stays until the transaction ends."""
    return Revision.objects.select_for_update().get(pk=revision.pk)


def _move(revision: Revision, state: RevisionState, comment: str) -> None:
    revision.comment = comment.strip()
    revision.state = state
    revision.save(update_fields=["state", "comment", "reviewer"])


def _state(revision: Revision) -> str:
    return RevisionState(revision.state).label.lower()


def _told(deed: str, comment: str) -> str:
    return f"{deed}: {comment.strip()}" if comment.strip() else f"{deed}."
