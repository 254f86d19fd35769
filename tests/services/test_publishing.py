"""Publishing changes what readers see, as a whole or not at all, and says why not."""

from __future__ import annotations

from unittest import mock

import pytest
from pytest_django import Settings

from kb.content import document as doc
from kb.jobs import CLOSE_ANSWERED_UNKNOWNS
from kb.models import ContentEpoch, Evidence, EvidenceState, Job, Outcome, Page, Revision, RevisionState
from kb.queries.drafts import version_of, wording_of
from kb.services import drafting, publishing, roles
from tests import builders

pytestmark = pytest.mark.django_db


def codes(revision: Revision) -> list[str]:
    return [objection.code for objection in publishing.objections(Revision.objects.get(pk=revision.pk))]


def refused(revision: Revision) -> list[str]:
    """The codes with which publishing this is refused."""
    with pytest.raises(publishing.PublishingRefusedError) as refusal:
        publishing.publish(revision)
    return [objection.code for objection in refusal.value.objections]


def test_a_published_revision_is_what_readers_see() -> None:
    page = builders.a_published_page()
    former = page.live_revision
    draft = builders.a_draft(page, title="Better")
    grace = builders.a_user("grace")
    publishing.publish(draft, reviewer=grace)
    page.refresh_from_db()
    assert page.live_revision == draft
    assert (draft.state, draft.reviewer) == (RevisionState.PUBLISHED, grace)
    assert draft.published_at
    assert former
    assert Revision.objects.get(pk=former.pk).state == RevisionState.SUPERSEDED


def test_publishing_bumps_the_epoch_and_asks_for_unknown_errors_to_be_looked_at_again() -> None:
    draft = builders.a_draft(builders.a_published_page())
    before = ContentEpoch.objects.current()
    publishing.publish(draft)
    assert ContentEpoch.objects.current() == before + 1
    assert Job.objects.filter(name=CLOSE_ANSWERED_UNKNOWNS).count() == 1


def test_a_failure_on_the_way_leaves_everything_as_it_was() -> None:
    page = builders.a_published_page()
    live, before = page.live_revision, ContentEpoch.objects.current()
    draft = builders.a_draft(page)
    with mock.patch.object(Page, "save", side_effect=RuntimeError), pytest.raises(RuntimeError):
        publishing.publish(draft)
    page.refresh_from_db()
    assert page.live_revision == live
    assert live
    assert Revision.objects.get(pk=live.pk).state == RevisionState.PUBLISHED
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.DRAFT
    assert ContentEpoch.objects.current() == before


def test_a_draft_that_would_undo_somebody_elses_work_is_refused() -> None:
    page = builders.a_published_page()
    first, second = builders.a_draft(page), builders.a_draft(page)
    publishing.publish(first)
    assert refused(second) == ["outdated"]
    page.refresh_from_db()
    assert page.live_revision == first


def test_what_is_live_already_is_not_published_again() -> None:
    live = builders.a_published_page().live_revision
    assert live
    assert refused(live) == ["state"]


def test_where_review_is_required_a_second_person_publishes(settings: Settings) -> None:
    settings.REVIEW = "required"
    ada, grace = builders.a_user("ada"), builders.a_user("grace")
    draft = builders.a_draft(builders.a_published_page(), author=ada)
    assert codes(draft) == ["review"]
    with pytest.raises(publishing.PublishingRefusedError, match="ada wrote it; somebody else must read and publish it"):
        publishing.publish(draft, reviewer=ada)
    publishing.publish(draft, reviewer=grace)
    assert (draft.state, draft.reviewer) == (RevisionState.PUBLISHED, grace)


def test_where_review_is_required_what_somebody_changed_of_a_draft_without_an_author_is_read_by_a_second_person(
    settings: Settings,
) -> None:
    settings.REVIEW = "required"
    ada, grace = (builders.a_curator(name, roles.REVIEWER) for name in ("ada", "grace"))
    draft = builders.a_draft(builders.a_published_page())
    wording = wording_of(draft)
    drafting.save(draft, {**wording, "title": "Her own words"}, ada, version_of(wording))
    with pytest.raises(publishing.PublishingRefusedError, match="ada wrote it"):
        publishing.publish(draft, reviewer=ada)
    publishing.publish(draft, reviewer=grace)
    assert draft.is_live


def test_where_review_is_optional_authors_publish_what_they_wrote() -> None:
    ada = builders.a_user("ada")
    draft = builders.a_draft(builders.a_published_page(), author=ada)
    publishing.publish(draft, reviewer=ada)
    assert draft.is_live


def test_page_files_are_published_also_where_review_is_required(settings: Settings) -> None:
    settings.REVIEW = "required"
    publishing.publish(draft := builders.a_draft(builders.a_published_page()))
    assert draft.is_live


def test_a_draft_that_says_nothing_is_refused() -> None:
    page = builders.an_empty_page()
    assert refused(Revision.objects.create(page=page)) == ["empty"]


def test_a_rejected_draft_is_refused() -> None:
    draft = builders.a_draft(builders.a_published_page())
    draft.move_to(RevisionState.REJECTED)
    assert refused(draft) == ["state"]


def test_each_cause_without_accepted_evidence_is_named() -> None:
    causes = (doc.Cause(key="known", title="A"), doc.Cause(key="guessed", title="B"), doc.Cause(key="hoped", title="C"))
    page = builders.a_published_page()
    source = Evidence.objects.get().source
    Evidence.objects.create(page=page, source=source, supports="known", note="So.", state=EvidenceState.ACCEPTED.value)
    Evidence.objects.create(page=page, source=source, supports="guessed", note="Perhaps.")
    draft = builders.a_draft(page, causes=causes, fixes=())
    with pytest.raises(publishing.PublishingRefusedError, match="no accepted evidence supports `guessed`"):
        publishing.publish(draft)
    assert codes(draft) == ["KB033", "KB033"]


def test_evidence_of_another_page_does_not_count() -> None:
    other = (doc.Signature(key="other", text="the server hung up on everybody"),)
    builders.a_published_page("ssh/other", signatures=other)
    assert codes(builders.a_draft(builders.a_page_with_samples("ssh/this"))) == ["KB033"]


def test_withdrawn_evidence_does_not_count() -> None:
    draft = builders.a_draft(builders.a_published_page())
    Evidence.objects.get().move_to(EvidenceState.WITHDRAWN)
    assert codes(draft) == ["KB033"]


@pytest.mark.parametrize(("outcome", "expected"), [(Outcome.REPRODUCED, []), (Outcome.FAILED, ["KB033"])])
def test_a_page_whose_error_was_reproduced_needs_no_evidence(outcome: Outcome, expected: list[str]) -> None:
    page = builders.a_page_with_samples()
    builders.a_reproduction(page, outcome)
    assert codes(builders.a_draft(page)) == expected


def test_a_page_without_causes_needs_no_evidence() -> None:
    page = builders.a_page_with_samples()
    draft = builders.a_draft(page, causes=(), fixes=())
    publishing.publish(draft)
    page.refresh_from_db()
    assert page.live_revision == draft
