"""One document under two addresses: what a page says once both are one."""

from __future__ import annotations

from kb.content.document import EvidenceState
from kb.content.readdressing import readdressed
from tests import builders

OLD, NEW = "http://docs.example.invalid/manual", builders.MANUAL
PRESENT = {OLD: NEW}


def test_a_page_that_cites_no_former_address_stays_the_very_same() -> None:
    content = builders.a_doc()
    assert readdressed(content, PRESENT) is content


def test_a_former_address_is_cited_as_the_present_one_with_its_own_words() -> None:
    content = builders.a_doc(
        sources=(builders.a_source(OLD, title="Old"),), evidence=(builders.some_evidence(source=OLD),)
    )
    now = readdressed(content, PRESENT)
    assert now.sources == (builders.a_source(NEW, title="Old"),)
    assert now.evidence == (builders.some_evidence(source=NEW),)


def test_a_page_that_cites_both_keeps_the_citation_of_the_present_one() -> None:
    content = builders.a_doc(sources=(builders.a_source(OLD, title="Old"), builders.a_source(NEW)))
    assert readdressed(content, PRESENT).sources == (builders.a_source(NEW),)


def test_what_both_say_of_a_part_is_said_once_and_the_rest_stays() -> None:
    twice = builders.some_evidence(source=OLD), builders.some_evidence(source=NEW)
    other = builders.some_evidence(source=OLD, state=EvidenceState.PROPOSED)
    content = builders.a_doc(sources=(builders.a_source(OLD), builders.a_source(NEW)), evidence=(*twice, other))
    kept = readdressed(content, PRESENT).evidence
    assert kept == (twice[1], builders.some_evidence(source=NEW, state=EvidenceState.PROPOSED))
