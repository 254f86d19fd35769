"""Who may edit, submit, send back and publish; each deed leaves a trace."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import Settings

from kb.models import Revision, RevisionState, User
from kb.queries.drafts import story, version_of, wording_of
from kb.services import drafting, gate, publishing, reviewing
from kb.services.reviewing import ReviewRefusedError
from kb.services.roles import REVIEWER
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return builders.a_curator("ada")


@pytest.fixture
def bob() -> User:
    return builders.a_curator("bob")


@pytest.fixture
def grace() -> User:
    return builders.a_curator("grace", REVIEWER)


@pytest.fixture
def draft(ada: User) -> Revision:
    return builders.a_draft(builders.a_published_page(), ada, title="Better")


def told(revision: Revision) -> list[tuple[str, str]]:
    return [(entry.user.username, entry.change_message) for entry in story(revision)]


def test_a_draft_is_submitted_reviewed_and_published(draft: Revision, ada: User, grace: User) -> None:
    reviewing.submit(draft, ada, "Says it shorter")
    assert (draft.state, draft.comment) == (RevisionState.IN_REVIEW, "Says it shorter")
    reviewing.publish(draft, grace)
    assert (draft.is_live, draft.reviewer) == (True, grace)
    assert told(draft) == [("grace", "Published."), ("ada", "Submitted for review: Says it shorter")]


def test_a_reviewer_sends_back_with_a_word_on_what_to_mend(draft: Revision, ada: User, grace: User) -> None:
    reviewing.submit(draft, ada)
    with pytest.raises(ReviewRefusedError, match="Say what should be mended"):
        reviewing.send_back(draft, grace, "  ")
    reviewing.send_back(draft, grace, "The fix hides the problem.")
    assert (draft.state, draft.comment, draft.reviewer) == (RevisionState.DRAFT, "The fix hides the problem.", grace)
    assert reviewing.may_edit(ada, draft)


def test_what_is_in_review_is_edited_by_nobody_until_it_is_taken_back(draft: Revision, ada: User, grace: User) -> None:
    reviewing.submit(draft, ada)
    assert not reviewing.may_edit(ada, draft)
    assert not reviewing.may_edit(grace, draft)
    reviewing.take_back(draft, ada)
    assert reviewing.may_edit(ada, draft)


def test_authors_edit_their_own_drafts_and_reviewers_any(draft: Revision, ada: User, bob: User, grace: User) -> None:
    assert [reviewing.may_edit(one, draft) for one in (ada, bob, grace)] == [True, False, True]
    stranger = builders.a_user("stranger")
    draft.author = stranger
    assert not reviewing.may_edit(stranger, draft)


DEEDS: list[Callable[[Revision, User], object]] = [
    reviewing.submit,
    reviewing.take_back,
    reviewing.publish,
    reviewing.discard,
    lambda revision, user: reviewing.send_back(revision, user, "No."),
    lambda revision, user: drafting.save(revision, {}, user, ""),
    drafting.rebase,
]


@pytest.mark.parametrize("state", [RevisionState.DRAFT, RevisionState.IN_REVIEW])
@pytest.mark.parametrize("deed", DEEDS)
def test_another_author_can_do_nothing_to_a_draft(
    draft: Revision, bob: User, deed: Callable[[Revision, User], object], state: RevisionState
) -> None:
    if state is RevisionState.IN_REVIEW:
        draft.move_to(state)
    with pytest.raises(ReviewRefusedError):
        deed(draft, bob)
    assert Revision.objects.get(pk=draft.pk).state == state
    assert not story(draft).exists()


def test_what_is_taken_back_while_it_is_being_proved_is_not_published(
    draft: Revision, ada: User, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewing.submit(draft, ada)
    prove = gate.prove

    def meanwhile(revision: Revision) -> gate.Proof:
        reviewing.take_back(Revision.objects.get(pk=draft.pk), ada)
        return prove(revision)

    monkeypatch.setattr(gate, "prove", meanwhile)
    with pytest.raises(publishing.PublishingRefusedError, match="somebody made it draft"):
        reviewing.publish(draft, grace)


def test_an_author_publishes_nothing(draft: Revision, ada: User) -> None:
    reviewing.submit(draft, ada)
    with pytest.raises(ReviewRefusedError, match="submit it for review"):
        reviewing.publish(draft, ada)


def test_what_its_author_has_not_submitted_is_not_published_by_others(draft: Revision, grace: User) -> None:
    with pytest.raises(ReviewRefusedError, match="may not publish it"):
        reviewing.publish(draft, grace)


def test_a_reviewer_publishes_an_own_draft_only_where_review_is_optional(grace: User, settings: Settings) -> None:
    page = builders.a_published_page()
    settings.REVIEW = "required"
    draft = builders.a_draft(page, grace)
    assert not reviewing.may_publish(grace, draft)
    reviewing.submit(draft, grace)
    with pytest.raises(publishing.PublishingRefusedError, match="somebody else must read"):
        reviewing.publish(draft, grace)
    reviewing.take_back(draft, grace)
    settings.REVIEW = "optional"
    reviewing.publish(draft, grace)
    assert draft.is_live


def test_a_reviewer_who_wrote_in_a_draft_is_not_its_second_person(
    draft: Revision, ada: User, grace: User, settings: Settings
) -> None:
    settings.REVIEW = "required"
    wording = wording_of(draft)
    drafting.save(draft, wording | {"title": "Mine"}, grace, version_of(wording))
    reviewing.submit(draft, ada)
    with pytest.raises(publishing.PublishingRefusedError, match="grace wrote it"):
        reviewing.publish(draft, grace)
    reviewing.publish(draft, builders.a_curator("joan", REVIEWER))


def test_an_unfinished_draft_is_neither_submitted_nor_published(draft: Revision, ada: User) -> None:
    wording = wording_of(draft)
    drafting.save(draft, wording | {"title": ""}, ada, version_of(wording))
    with pytest.raises(ReviewRefusedError, match="not a whole document"):
        reviewing.submit(draft, ada)
    assert [objection.code for objection in publishing.objections(draft)] == ["unfinished"]


def test_a_discarded_draft_stays_in_the_history_and_can_be_brought_back(draft: Revision, ada: User) -> None:
    reviewing.discard(draft, ada)
    assert draft.state == RevisionState.REJECTED
    back = drafting.bring_back(draft, ada)
    assert (back.title, back.state) == ("Better", RevisionState.DRAFT)
