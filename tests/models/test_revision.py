"""What a revision may become, and that it never changes once it was published."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kb.models import REVISION_MOVES, Cause, MoveRefusedError, Revision, RevisionFrozenError, RevisionState
from kb.services import publishing
from tests import builders

pytestmark = pytest.mark.django_db

WAYS = {
    RevisionState.DRAFT: [],
    RevisionState.IN_REVIEW: [RevisionState.IN_REVIEW],
    RevisionState.REJECTED: [RevisionState.REJECTED],
}
"""How a fresh draft comes into each state in which it is still open."""


def a_revision(state: RevisionState) -> Revision:
    page = builders.a_published_page()
    if state is RevisionState.PUBLISHED:
        assert page.live_revision
        return page.live_revision
    if state is RevisionState.SUPERSEDED:
        publishing.publish(builders.a_draft(page))
        return Revision.objects.get(state=state)
    draft = builders.a_draft(page)
    for step in WAYS[state]:
        draft.move_to(step)
    return draft


@pytest.mark.parametrize(("before", "after"), list(product(RevisionState, RevisionState)))
def test_a_revision_moves_only_as_the_table_says(before: RevisionState, after: RevisionState) -> None:
    revision = a_revision(before)
    revision.state = after
    if after not in REVISION_MOVES[before] and after != before:
        with pytest.raises(MoveRefusedError, match=f"is {before} and cannot become {after}"):
            revision.save(update_fields=["state"])
        assert Revision.objects.get(pk=revision.pk).state == before
    elif after is RevisionState.PUBLISHED and before is not RevisionState.PUBLISHED:
        with pytest.raises(IntegrityError), transaction.atomic():
            revision.save(update_fields=["state"])  # the database wants to know when
    else:
        revision.save(update_fields=["state"])
        assert Revision.objects.get(pk=revision.pk).state == after


def test_every_state_stands_in_the_table_of_moves() -> None:
    assert set(REVISION_MOVES) == set(RevisionState)


def test_a_revision_begins_as_a_draft() -> None:
    page = builders.an_empty_page()
    with pytest.raises(ValueError, match="begins as a draft"):
        Revision.objects.create(page=page, state=RevisionState.PUBLISHED, published_at=timezone.now())


@pytest.mark.parametrize("state", [RevisionState.PUBLISHED, RevisionState.SUPERSEDED])
def test_the_text_of_what_readers_saw_cannot_be_saved_again(state: RevisionState) -> None:
    revision = a_revision(state)
    revision.title = "Rewritten"
    with pytest.raises(RevisionFrozenError, match="start a draft based on it"):
        revision.save()
    assert Revision.objects.get(pk=revision.pk).title != "Rewritten"


def test_an_object_read_before_publication_cannot_change_what_was_published_since() -> None:
    page = builders.a_page_with_samples()
    draft = builders.a_draft(page, causes=(), fixes=())
    stale = Revision.objects.get(pk=draft.pk)
    publishing.publish(draft)
    with pytest.raises(RevisionFrozenError):
        stale.save()


@pytest.mark.parametrize("state", [RevisionState.PUBLISHED, RevisionState.SUPERSEDED])
def test_what_readers_saw_cannot_be_deleted(state: RevisionState) -> None:
    revision = a_revision(state)
    with pytest.raises(RevisionFrozenError):
        revision.delete()
    with pytest.raises(RevisionFrozenError):
        Revision.objects.filter(pk=revision.pk).delete()
    assert Revision.objects.filter(pk=revision.pk).exists()


def test_revisions_in_bulk_cannot_change_what_was_published() -> None:
    revision = a_revision(RevisionState.PUBLISHED)
    with pytest.raises(RevisionFrozenError):
        Revision.objects.all().update(title="Rewritten")
    with pytest.raises(ValueError, match="move_to"):
        Revision.objects.drafts().update(state=RevisionState.REJECTED)
    revision.refresh_from_db()
    assert revision.title != "Rewritten"


def test_a_draft_can_be_changed_and_thrown_away() -> None:
    draft = a_revision(RevisionState.DRAFT)
    draft.title = "Better"
    draft.save()
    assert Revision.objects.get(pk=draft.pk).title == "Better"
    draft.delete()
    assert not Revision.objects.filter(pk=draft.pk).exists()
    assert not Cause.objects.filter(revision=draft.pk).exists()


def test_the_database_holds_one_published_revision_a_page() -> None:
    page = builders.a_published_page()
    draft = builders.a_draft(page)
    draft.published_at = timezone.now()
    draft.state = RevisionState.PUBLISHED
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save()


def test_querysets_name_the_states() -> None:
    live = a_revision(RevisionState.PUBLISHED)
    draft = builders.a_draft(live.page)
    waiting = builders.a_draft(live.page)
    waiting.move_to(RevisionState.IN_REVIEW)
    assert [*Revision.objects.published()] == [*Revision.objects.frozen()] == [live]
    assert [*Revision.objects.drafts()] == [draft]
    assert [*Revision.objects.in_review()] == [waiting]
