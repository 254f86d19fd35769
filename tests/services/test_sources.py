"""Sources and evidence: one row an address, what each page says of it, and what is remembered."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.models import Citation, Evidence, Source, SourceState
from kb.services import page_files, sources
from tests import builders

pytestmark = pytest.mark.django_db

LATER = builders.TODAY + dt.timedelta(days=1)


def test_two_pages_that_cite_one_address_share_its_row() -> None:
    builders.a_published_page("ssh/one")
    builders.a_published_page("ssh/two")
    assert Source.objects.count() == 1
    assert Citation.objects.count() == 2


def test_the_newest_sight_of_a_source_is_what_the_site_knows() -> None:
    page = builders.an_empty_page("ssh/one")
    sources.cite(page, [builders.a_source(title="New", seen_on=LATER)])
    sources.cite(builders.an_empty_page("ssh/two"), [builders.a_source(title="Old")])
    assert Source.objects.get().title == "New"


def test_each_page_keeps_its_own_words_for_a_source() -> None:
    one = builders.a_published_page("ssh/one", sources=(builders.a_source(title="Old"),))
    builders.a_published_page("ssh/two", sources=(builders.a_source(title="New", seen_on=LATER),))
    assert page_files.folder_of(one).doc.sources == (builders.a_source(title="Old"),)


def test_citing_again_what_is_known_writes_no_history() -> None:
    page = builders.an_empty_page()
    for _ in range(3):
        sources.cite(page, [builders.a_source()])
    assert Source.objects.get().history.count() == 1


def test_what_a_check_found_stays_when_the_source_is_cited_again() -> None:
    page = builders.an_empty_page()
    sources.cite(page, [builders.a_source()])
    Source.objects.update(state=SourceState.MOVED, checked_on=builders.TODAY)
    sources.cite(page, [builders.a_source(title="New", seen_on=LATER)])
    source = Source.objects.get()
    assert (source.state, source.checked_on, source.title) == (SourceState.MOVED, builders.TODAY, "New")
    assert not Source.objects.unchecked().exists()


def test_citations_keep_the_order_of_the_page() -> None:
    page = builders.an_empty_page()
    cited = [builders.a_source(f"https://example.invalid/{name}") for name in "cab"]
    sources.cite(page, cited)
    assert [citation.document() for citation in page.citations.select_related("source")] == cited


def test_evidence_that_stays_keeps_its_row_and_its_history() -> None:
    page = builders.a_published_page()
    row = Evidence.objects.get()
    sources.record_evidence(page, [builders.some_evidence("page"), builders.some_evidence()])
    assert Evidence.objects.get(supports="wrong-key") == row
    assert [evidence.supports for evidence in page.evidence.all()] == ["page", "wrong-key"]


def test_evidence_that_is_left_out_is_gone_but_remembered() -> None:
    page = builders.a_published_page()
    sources.record_evidence(page, [])
    assert not Evidence.objects.exists()
    assert [row.history_type for row in Evidence.history.all()] == ["-", "+"]


def test_the_same_evidence_given_twice_is_two_rows_until_it_is_given_once() -> None:
    page = builders.a_published_page()
    for _ in range(2):
        sources.record_evidence(page, [builders.some_evidence(), builders.some_evidence()])
        assert page.evidence.count() == 2
    sources.record_evidence(page, [builders.some_evidence()])
    assert page.evidence.count() == 1
