"""Merging two addresses of one document: nothing is lost, files go on loading, and what is contrary is refused."""

from __future__ import annotations

import pytest

from kb.content import document as doc
from kb.content.readdressing import readdressed
from kb.models import ContentEpoch, Evidence, EvidenceState, Page, Source, SourceAlias
from kb.services import evidence, merging, page_files
from kb.services.page_files import Outcome
from tests import builders

pytestmark = pytest.mark.django_db

OLD, NEW = "http://docs.example.invalid/manual", builders.MANUAL
CITES_OLD = {"sources": (builders.a_source(OLD),), "evidence": (builders.some_evidence(source=OLD),)}
CITES_BOTH = {
    "sources": (builders.a_source(OLD), builders.a_source(NEW, title="New")),
    "evidence": (
        builders.some_evidence(source=OLD),
        builders.some_evidence(source=NEW),
        builders.some_evidence("page", OLD),
    ),
}


def merge(former: str = OLD, kept: str = NEW) -> None:
    sources = [Source.objects.get(address=address) for address in (former, kept)]
    merging.merge(sources[0], sources[1], builders.a_user("grace"))


def load(folder: doc.PageFolder) -> Outcome:
    return page_files.load([folder]).loaded[0].outcome


def document(page: Page) -> doc.PageDoc:
    return page_files.folder_of(page).doc


def test_everything_that_cited_the_former_address_cites_the_kept_one() -> None:
    page = builders.a_published_page("ssh/old", **CITES_OLD)
    builders.a_published_page("ssh/new")
    before = ContentEpoch.objects.current()
    merge()
    assert {source.address for source in document(page).sources} == {NEW}
    assert Evidence.objects.filter(source__address=NEW).count() == 2
    assert [(alias.address, alias.source.address) for alias in SourceAlias.objects.all()] == [(OLD, NEW)]
    assert not Source.objects.filter(address=OLD).exists()
    assert ContentEpoch.objects.current() == before + 1


@pytest.mark.parametrize("cites", [CITES_OLD, CITES_BOTH])
def test_a_page_says_afterwards_what_its_files_are_read_as_saying(cites: dict[str, object]) -> None:
    builders.a_published_page("ssh/new")
    page = builders.a_published_page("ssh/old", **cites)
    before = document(page)
    merge()
    assert document(page) == readdressed(before, {OLD: NEW})


@pytest.mark.parametrize("cites", [CITES_OLD, CITES_BOTH])
def test_files_that_cite_the_former_address_go_on_loading(cites: dict[str, object]) -> None:
    builders.a_published_page("ssh/new")
    builders.a_published_page("ssh/old", **cites)
    merge()
    assert load(builders.a_folder("ssh/old", **cites)) is Outcome.UNCHANGED
    assert load(builders.a_folder("ssh/old", title="From files", **cites)) is Outcome.UPDATED
    assert load(builders.a_folder("ssh/third", **cites)) is Outcome.CREATED
    assert not Source.objects.filter(address=OLD).exists()


def test_a_page_that_was_edited_here_stays_so() -> None:
    builders.a_published_page("ssh/new")
    page = builders.a_published_page("ssh/old", **CITES_OLD)
    builders.publish_edit(page, title="Edited")
    merge()
    assert load(builders.a_folder("ssh/old", title="From files", **CITES_OLD)) is Outcome.DRAFTED


def test_history_goes_on_with_the_author_of_the_merge() -> None:
    builders.a_published_page("ssh/new")
    builders.a_published_page("ssh/old", **CITES_OLD)
    merge()
    moved = Evidence.objects.get(page__slug="old")
    assert [entry.history_user and entry.history_user.username for entry in moved.history.all()] == ["grace", None]
    deleted = Source.history.filter(address=OLD, history_type="-").get()
    assert deleted.history_user.username == "grace"


def test_former_addresses_of_the_former_one_lead_on() -> None:
    builders.a_published_page("ssh/new")
    builders.a_published_page("ssh/old", **CITES_OLD)
    older = "http://older.example.invalid/manual"
    SourceAlias.objects.create(address=older, source=Source.objects.get(address=OLD), since=builders.TODAY)
    merge()
    assert {alias.source.address for alias in SourceAlias.objects.all()} == {NEW}


def test_evidence_that_is_accepted_from_one_and_withdrawn_from_the_other_is_refused_with_words() -> None:
    builders.a_published_page("ssh/both", **CITES_BOTH)
    builders.withdraw(Evidence.objects.get(source__address=OLD, supports="wrong-key"))
    with pytest.raises(merging.MergeRefusedError, match=r"ssh/both: the evidence for `wrong-key` is accepted from one"):
        merge()
    assert Source.objects.count() == 2
    evidence.decide(
        Evidence.objects.get(source__address=OLD, supports="wrong-key"), EvidenceState.PROPOSED, builders.a_user()
    )
    merge()
    assert Source.objects.count() == 1


def test_a_source_is_not_merged_with_itself() -> None:
    builders.a_published_page()
    with pytest.raises(merging.MergeRefusedError, match="same address"):
        merge(NEW, NEW)
