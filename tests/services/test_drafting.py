"""Drafts: what they begin with, and that only a draft takes new content."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kb.content import document as doc
from kb.models import Evidence, Page, Revision, RevisionFrozenError, RevisionState, User
from kb.queries.drafts import findings, story, version_of, wording_of
from kb.services import drafting, publishing
from tests import builders

pytestmark = pytest.mark.django_db

LONG_AGO = dt.date(2020, 1, 2)


def test_a_draft_begins_with_what_the_page_says() -> None:
    page = builders.a_loaded_page(builders.folder_of("ssh/full", builders.a_full_doc()))
    ada = builders.a_user()
    draft = drafting.start_draft(page, ada, comment="Trying")
    assert drafting.content_of(draft) == builders.a_full_doc()
    assert (draft.state, draft.author, draft.based_on) == (RevisionState.DRAFT, ada, page.live_revision)


def test_the_draft_of_an_empty_page_is_based_on_nothing() -> None:
    draft = drafting.start_draft(builders.an_empty_page(), None)
    assert draft.based_on is None


def test_readers_do_not_see_a_draft() -> None:
    page = builders.a_published_page()
    builders.a_draft(page, title="Not yet")
    page.refresh_from_db()
    assert page.live_revision
    assert page.live_revision.title != "Not yet"


def test_a_draft_is_not_based_on_a_revision_of_another_page() -> None:
    other = builders.a_published_page("ssh/other")
    with pytest.raises(drafting.ContentRefusedError, match="of another page"):
        drafting.start_draft(builders.an_empty_page("ssh/this"), None, based_on=other.live_revision)


def test_replacing_content_leaves_nothing_of_the_old() -> None:
    page = builders.an_empty_page()
    draft = builders.a_draft(page)
    content = builders.a_full_doc(causes=(), faq=())
    drafting.replace_content(draft, content)
    said = drafting.content_of(draft)
    assert (said.causes, said.faq, said.steps) == ((), (), content.steps)


def test_content_keeps_the_keys_and_the_order_of_parts() -> None:
    causes = tuple(doc.Cause(key=f"cause-{number}", title="Why") for number in (3, 1, 2))
    draft = builders.a_draft(builders.an_empty_page(), causes=causes)
    assert [cause.key for cause in drafting.content_of(draft).causes] == ["cause-3", "cause-1", "cause-2"]


def test_a_published_revision_takes_no_content() -> None:
    page = builders.a_published_page()
    assert page.live_revision
    with pytest.raises(RevisionFrozenError):
        drafting.replace_content(page.live_revision, builders.a_doc(title="Rewritten"))
    assert drafting.content_of(page.live_revision).title == builders.a_doc().title


def test_an_object_that_still_looks_like_a_draft_does_not_let_published_content_be_replaced() -> None:
    draft = builders.a_draft(builders.a_published_page())
    stale = Revision.objects.get(pk=draft.pk)
    publishing.publish(draft)
    with pytest.raises(RevisionFrozenError):
        drafting.replace_content(stale, builders.a_doc(title="Rewritten"))


def test_a_revision_in_review_takes_no_content_until_it_is_taken_back() -> None:
    draft = builders.a_draft(builders.a_published_page())
    draft.move_to(RevisionState.IN_REVIEW)
    with pytest.raises(drafting.ContentRefusedError, match="take it back first"):
        drafting.replace_content(draft, builders.a_doc(title="Rewritten"))
    draft.move_to(RevisionState.DRAFT)
    drafting.replace_content(draft, builders.a_doc(title="Rewritten"))
    assert Revision.objects.get(pk=draft.pk).title == "Rewritten"


def test_one_key_on_two_kinds_of_parts_is_refused() -> None:
    faq = (doc.Faq(key="wrong-key", question="Why?", answer="So."),)
    with pytest.raises(drafting.ContentRefusedError, match="the key wrong-key stands on 2 parts"):
        builders.a_draft(builders.an_empty_page(), faq=faq)
    assert not Revision.objects.exists()


def test_the_key_that_means_the_page_is_refused_on_a_part() -> None:
    with pytest.raises(drafting.ContentRefusedError, match="means the page as a whole"):
        builders.a_draft(builders.an_empty_page(), causes=(doc.Cause(key="page", title="Why"),))


def test_an_earlier_text_can_be_brought_back_and_published() -> None:
    page = builders.a_published_page(title="First")
    first = page.live_revision
    assert first
    publishing.publish(builders.a_draft(page, title="Second"))
    back = drafting.bring_back(Revision.objects.get(pk=first.pk), None)
    publishing.publish(back)
    page.refresh_from_db()
    assert page.live_revision == back
    assert back.title == "First"


def test_evidence_stays_with_the_page_when_a_draft_drops_what_it_supports() -> None:
    draft = builders.a_draft(builders.a_published_page(), causes=())
    assert drafting.content_of(draft).evidence == ()
    assert Evidence.objects.count() == 1


# --- saving what was typed --------------------------------------------------------------------------------------------


@pytest.fixture
def ada() -> User:
    return builders.a_curator("ada")


def save(draft: Revision, editor: User, **changes: Any) -> None:
    wording = wording_of(draft)
    drafting.save(draft, wording | changes, editor, version_of(wording))


def test_what_makes_a_document_becomes_the_content_of_the_draft(ada: User) -> None:
    draft = builders.a_draft(builders.a_published_page(), ada)
    save(draft, ada, title="Typed")
    assert drafting.content_of(draft).title == "Typed"
    assert (draft.unfinished, list(draft.writers.all())) == (None, [ada])
    assert [entry.change_message for entry in story(draft)] == ["Saved."]


def test_what_makes_no_document_is_kept_as_it_was_typed(ada: User) -> None:
    draft = builders.a_draft(builders.a_published_page(), ada, title="Whole")
    save(draft, ada, title="", summary="Half a")
    stored = Revision.objects.get(pk=draft.pk)
    assert wording_of(stored)["summary"] == "Half a"
    assert drafting.content_of(stored).title == "Whole"
    assert [finding.where for finding in findings(stored.page, wording_of(stored))] == [("title",)]
    save(stored, ada, title="Whole again")
    assert (stored.unfinished, stored.summary) == (None, "Half a")


def test_a_document_with_one_key_on_two_parts_is_kept_unfinished(ada: User) -> None:
    draft = builders.a_draft(builders.a_published_page(), ada)
    save(draft, ada, faq=[{"key": "wrong-key", "question": "Why?", "answer": "So."}])
    assert draft.unfinished
    assert [finding.code for finding in findings(draft.page, wording_of(draft))] == ["KB015"]


def test_a_dead_reference_is_told_and_does_not_keep_a_draft_from_being_whole(ada: User) -> None:
    draft = builders.a_draft(builders.a_published_page(), ada)
    builders.an_empty_page("ssh/there")
    save(draft, ada, leads_to=["ssh/there", "ssh/nowhere"], related=[{"page": "ssh/gone", "tell": "x"}])
    assert draft.unfinished is None
    told = [finding.where for finding in findings(draft.page, wording_of(draft))]
    assert told == [("related", 0, "page"), ("leads_to", 1)]


def test_the_second_of_two_who_save_the_same_draft_overwrites_nothing(ada: User) -> None:
    draft = builders.a_draft(builders.a_published_page(), ada)
    opened = wording_of(draft)
    save(draft, ada, title="First")
    with pytest.raises(drafting.StaleDraftError) as refusal:
        drafting.save(draft, opened | {"title": "Second"}, ada, version_of(opened))
    assert refusal.value.stored["title"] == "First"
    assert Revision.objects.get(pk=draft.pk).title == "First"


def test_a_page_begins_with_an_unfinished_draft(ada: User) -> None:
    draft = drafting.start_page(builders.a_tool("ssh"), "new-error", ada)
    page = Page.objects.get()
    assert (page.full_slug, draft.author, draft.state) == ("ssh/new-error", ada, RevisionState.DRAFT)
    assert not page.is_published
    assert {finding.where for finding in findings(page, wording_of(draft))} == {
        ("title",),
        ("summary",),
        ("signatures",),
    }


@pytest.mark.parametrize(
    ("changes", "updated"),
    [
        ({"title": "Typed"}, timezone.localdate()),
        ({}, LONG_AGO),
        ({"title": "Typed", "updated": "2021-02-03"}, dt.date(2021, 2, 3)),
    ],
)
def test_the_day_of_the_last_change_follows_unless_somebody_set_it(
    ada: User, changes: dict[str, str], updated: dt.date
) -> None:
    draft = builders.a_draft(builders.a_published_page(created=LONG_AGO, updated=LONG_AGO), ada)
    save(draft, ada, **changes)
    assert drafting.content_of(draft).updated == updated


# --- onto what is live now --------------------------------------------------------------------------------------------


def an_outdated_draft(ada: User, **changes: Any) -> Revision:
    """A draft with a changed summary and title, of a page that meanwhile says something else."""
    page = builders.a_published_page(title="Base", why="Base")
    draft = builders.a_draft(page, ada, summary="Ours.", title="Ours")
    builders.publish_edit(page, **changes)
    return Revision.objects.get(pk=draft.pk)


def test_a_draft_is_brought_onto_what_is_live_now(ada: User) -> None:
    old = an_outdated_draft(ada, why="Theirs")
    assert [one.code for one in publishing.objections(old)] == ["outdated"]
    new = drafting.rebase(old, ada)
    said = drafting.content_of(new)
    assert (said.title, said.summary, said.why) == ("Ours", "Ours.", "Theirs")
    assert new.based_on == Page.objects.get().live_revision
    assert Revision.objects.get(pk=old.pk).state == RevisionState.REJECTED
    assert publishing.objections(new) == ()


def test_of_two_days_of_the_last_change_the_later_one_holds(ada: User) -> None:
    page = builders.a_published_page(created=LONG_AGO, updated=LONG_AGO)
    draft = builders.a_draft(page, ada, updated=dt.date(2021, 1, 1), title="Ours")
    builders.publish_edit(page, updated=dt.date(2021, 3, 3), why="Theirs")
    assert drafting.merged(draft).conflicts == []
    assert drafting.rebase(draft, ada).updated == dt.date(2021, 3, 3)


def test_what_both_changed_is_chosen(ada: User) -> None:
    old = an_outdated_draft(ada, title="Theirs")
    assert [conflict.name for conflict in drafting.merged(old).conflicts] == ["title"]
    assert drafting.rebase(old, ada, {"title": "theirs"}).title == "Theirs"


def test_whoever_wrote_in_the_old_draft_wrote_in_the_new_one(ada: User) -> None:
    grace = builders.a_curator("grace", "reviewer")
    old = an_outdated_draft(ada, why="Theirs")
    new = drafting.rebase(old, grace)
    assert (new.author, set(new.writers.all())) == (ada, {ada, grace})
    assert set(drafting.bring_back(new, grace).writers.all()) == {ada, grace}
