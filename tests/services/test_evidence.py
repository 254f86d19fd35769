"""Evidence at the desk: proposed, accepted, withdrawn with a reason; every step has an author and is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry

from kb.content import document as doc
from kb.content.files import digest_of, read_folder
from kb.models import ContentEpoch, Evidence, EvidenceState, MoveRefusedError, Page, Source, SourceAlias
from kb.services import evidence, page_files
from kb.services.page_files import Outcome
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "ssh/permission-denied-publickey"
ARTICLE = "https://blog.example.invalid/keys"


def propose(page: Page, address: str = ARTICLE, supports: str = "wrong-key") -> Evidence:
    cited = builders.a_source(address, kind=doc.SourceKind.ARTICLE, title="Keys", publisher="A blog")
    return evidence.propose(page, builders.a_user(), cited, supports, "It says so.")


def load(folder: doc.PageFolder) -> Outcome:
    return page_files.load([folder]).loaded[0].outcome


def test_what_is_proposed_is_cited_and_not_accepted_yet() -> None:
    page = builders.a_published_page()
    row = propose(page)
    assert (row.state, row.author, row.position) == (EvidenceState.PROPOSED.value, "ada", 1)
    assert [citation.source.address for citation in page.citations.select_related("source")] == [
        builders.MANUAL,
        ARTICLE,
    ]


def test_a_known_source_keeps_its_description() -> None:
    row = propose(builders.a_published_page(), builders.MANUAL)
    assert row.source.title == "The manual"
    assert row.page.citations.count() == 1


def test_a_former_address_is_recognised() -> None:
    page = builders.a_published_page()
    SourceAlias.objects.create(address=ARTICLE, source=Source.objects.get(), since=builders.TODAY)
    assert propose(page).source == Source.objects.get()


def test_a_name_that_turns_text_round_is_written_out() -> None:
    page, actor = builders.a_published_page(), builders.a_user()
    actor.first_name, actor.last_name = "Ada\u202e\n", "L."
    cited = builders.a_source(ARTICLE)
    assert evidence.propose(page, actor, cited, "page", "So.").author == "Ada[U+202E] L."


@pytest.mark.parametrize("text", ["turned \u202e round", "a\x00b"])
def test_what_no_page_file_could_say_is_refused(text: str) -> None:
    page, actor = builders.a_published_page(), builders.a_user()
    with pytest.raises(ValueError, match="control character"):
        evidence.propose(page, actor, builders.a_source(ARTICLE), "page", text)
    with pytest.raises(ValueError, match="control character"):
        evidence.edit(Evidence.objects.get(), actor, "page", text)
    with pytest.raises(ValueError, match="control character"):
        builders.withdraw(Evidence.objects.get(), text)
    assert page_files.folder_of(page).doc.evidence == (builders.some_evidence(),)


def test_accepting_is_shown_to_readers_and_proposing_is_not() -> None:
    page, before = builders.a_published_page(), ContentEpoch.objects.current()
    row = propose(page)
    assert ContentEpoch.objects.current() == before
    evidence.decide(row, EvidenceState.ACCEPTED, builders.a_user("grace"))
    assert ContentEpoch.objects.current() == before + 1


def test_every_change_is_remembered_with_its_author() -> None:
    row = propose(builders.a_published_page())
    builders.withdraw(row, "The page is about another tool.")
    told = [(entry.history_user.username, entry.state, entry.reason) for entry in row.history.all()]
    assert told == [("grace", "withdrawn", "The page is about another tool."), ("ada", "proposed", "")]
    log = LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk").values_list("user__username", "change_message")
    assert [*log] == [
        ("ada", f"Proposed for {SLUG}: wrong-key."),
        ("grace", "Withdrew: The page is about another tool."),
    ]


@pytest.mark.parametrize("reason", ["", " \n"])
def test_nothing_is_withdrawn_without_a_reason(reason: str) -> None:
    builders.a_published_page()
    with pytest.raises(evidence.ReasonMissingError):
        builders.withdraw(Evidence.objects.get(), reason)
    assert Evidence.objects.get().state == EvidenceState.ACCEPTED.value


def test_what_is_proposed_again_has_no_reason_any_more() -> None:
    builders.a_published_page()
    builders.withdraw(Evidence.objects.get())
    evidence.decide(Evidence.objects.get(), EvidenceState.PROPOSED, builders.a_user())
    assert Evidence.objects.get().reason == ""


def test_a_decision_that_the_table_forbids_changes_nothing() -> None:
    builders.a_published_page()
    before = ContentEpoch.objects.current()
    with pytest.raises(MoveRefusedError):
        evidence.decide(Evidence.objects.get(), EvidenceState.PROPOSED, builders.a_user())
    assert ContentEpoch.objects.current() == before
    assert Evidence.objects.get().state == EvidenceState.ACCEPTED.value
    assert not LogEntry.objects.exists()


def test_of_many_those_that_can_be_are_decided_and_the_others_are_named() -> None:
    page = builders.a_published_page(SLUG)
    proposed, accepted = propose(page), Evidence.objects.accepted().get()
    refusals = evidence.decide_all([accepted, proposed], EvidenceState.ACCEPTED, builders.a_user("grace"))
    assert [refusal.partition(":")[0] for refusal in refusals] == [SLUG]
    assert Evidence.objects.accepted().count() == 2


def test_an_edit_that_changes_nothing_leaves_no_trace() -> None:
    builders.a_published_page()
    row = Evidence.objects.get()
    evidence.edit(row, builders.a_user(), row.supports, row.note)
    assert row.history.count() == 1
    evidence.edit(row, builders.a_user(), "page", "Better said.")
    assert (Evidence.objects.get().supports, Evidence.objects.get().note) == ("page", "Better said.")
    assert row.history.count() == 2


def test_an_unchanged_folder_leaves_what_was_cited_here_alone() -> None:
    row = propose(builders.a_published_page(SLUG))
    assert load(builders.a_folder(SLUG)) is Outcome.UNCHANGED
    assert Evidence.objects.filter(pk=row.pk).exists()


def test_evidence_added_here_makes_the_page_edited_here_for_a_changed_folder() -> None:
    row = propose(builders.a_published_page(SLUG))
    assert load(builders.a_folder(SLUG, title="From files")) is Outcome.DRAFTED
    assert Evidence.objects.filter(pk=row.pk).exists()


def test_an_own_observation_and_a_reason_go_through_files_and_back(tmp_path: Path) -> None:
    page = builders.a_published_page(SLUG)
    seen = builders.a_source("observation:runner-disk-full", kind=doc.SourceKind.OBSERVATION, title="Our runner's log")
    evidence.propose(page, builders.a_user(), seen, "page", "The disk was full.")
    builders.withdraw(Evidence.objects.get(source__address=builders.MANUAL), "It is about another release.")
    evidence.decide(Evidence.objects.get(supports="page"), EvidenceState.ACCEPTED, builders.a_user())
    propose(page)
    evidence.decide(Evidence.objects.proposed().get(), EvidenceState.ACCEPTED, builders.a_user())
    page_files.dump(tmp_path)
    before = page_files.folder_of(page)
    read = read_folder(tmp_path / SLUG)
    assert digest_of(read) == digest_of(before)
    assert load(read) is Outcome.UNCHANGED
    assert {item.reason for item in read.doc.evidence} == {"", "It is about another release."}
