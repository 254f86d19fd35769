"""What the evidence desk reads: sources as a list, parts with what supports them, and how all of it came to be."""

from __future__ import annotations

import pytest
from django.db import connection

from kb.content import document as doc
from kb.models import Evidence, Source
from kb.queries import evidence
from kb.queries.evidence import Wanted
from kb.services import sources as writing
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "ssh/permission-denied-publickey"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of a few rows PostgreSQL rather reads all")
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(state="gone"), "source_by_state"),
        (Wanted(state="dead"), "source_by_state"),
        (Wanted(kind="issue"), "source_by_kind"),
        (Wanted(host="docs.example.invalid"), "source_by_host"),
    ],
)
def test_a_narrowed_list_is_read_from_an_index(wanted: Wanted, index: str) -> None:
    plan = evidence.sources(wanted)[:50].explain()
    assert index in plan
    assert "SCAN kb_source" not in plan


def test_a_list_shows_the_first_evidence_of_a_source_and_counts_the_rest() -> None:
    notes = tuple(builders.some_evidence(note=f"Note {number}") for number in range(6))
    builders.a_published_page("ssh/one", evidence=notes)
    builders.a_published_page("ssh/two")
    (row,) = evidence.rows(Source.objects.all())
    assert [piece.note for piece in row.evidence] == ["Note 0", "Note 1", "Note 2", "Note 3"]
    assert (row.more, row.pages) == (3, 2)


def test_a_list_narrowed_by_the_state_of_evidence_shows_that_evidence() -> None:
    builders.a_published_page(
        SLUG, evidence=(builders.some_evidence(), builders.some_evidence("page", note="Doubtful."))
    )
    builders.withdraw(Evidence.objects.get(supports="page"))
    (row,) = evidence.rows(evidence.sources(Wanted(evidence="withdrawn")), "withdrawn")
    assert [piece.supports for piece in row.evidence] == ["page"]


def test_the_parts_of_drafts_stand_behind_those_of_the_public_page() -> None:
    page = builders.a_published_page(SLUG)
    builders.a_draft(page, causes=(doc.Cause(key="wrong-key", title="Reworded"), doc.Cause(key="new", title="New")))
    causes = [part for part in evidence.parts_of(page) if part.kind == "cause"]
    assert [(part.label, part.is_live) for part in causes] == [
        ("The server does not know the key", True),
        ("New", False),
    ]


def test_evidence_outlives_its_part_and_is_shown_for_what_it_is() -> None:
    page = builders.a_published_page(SLUG)
    builders.publish_edit(page, causes=(), fixes=())
    last = evidence.support_of(page)[-1]
    assert last.title == "Parts that the page no longer has"
    assert [supported.part.key for supported in last.parts] == ["wrong-key"]
    piece = Evidence.objects.select_related("page").get()
    assert evidence.parts_supported([piece])[piece.pk].kind == ""


def test_history_says_what_became_what_and_who_did_it() -> None:
    builders.a_published_page(SLUG)
    source, grace = Source.objects.get(), builders.a_user("grace")
    writing.describe(source, builders.a_source(title="The new manual"), grace)
    newest, first = evidence.changes_of_source(source)
    assert (newest.by, newest.what, newest.values) == (
        "grace",
        "The source changed",
        [("title", "The manual", "The new manual")],
    )
    assert (first.by, first.what, first.values) == ("", "The source added", [])


def test_history_shows_the_newest_changes_and_no_more_than_fit() -> None:
    builders.a_published_page(SLUG)
    source, grace = Source.objects.get(), builders.a_user("grace")
    for number in range(evidence.CHANGES_SHOWN + 5):
        writing.describe(source, builders.a_source(title=f"Title {number}"), grace)
    changes = evidence.changes_of_source(source)
    assert len(changes) == evidence.CHANGES_SHOWN
    assert changes[0].values[0][2] == f"Title {evidence.CHANGES_SHOWN + 4}"


def test_a_description_that_says_nothing_new_is_no_change() -> None:
    builders.a_published_page(SLUG)
    source = Source.objects.get()
    writing.describe(source, builders.a_source(), builders.a_user())
    assert source.history.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        "http://docs.example.invalid/manual",
        "https://docs.example.invalid/manual/",
        "http://www.docs.example.invalid/manual/",
        "https://moved.example.invalid/",
    ],
)
def test_addresses_that_hardly_differ_are_named_as_perhaps_the_same(other: str) -> None:
    cited = tuple(builders.a_source(address) for address in (f"{builders.MANUAL}#keys", other, builders.ISSUE))
    builders.a_published_page(SLUG, sources=cited, evidence=(builders.some_evidence(source=other),))
    source = Source.objects.get(address=f"{builders.MANUAL}#keys")
    source.moved_to = "https://moved.example.invalid/"
    assert [found.address for found in evidence.perhaps_the_same(source)] == [other]


def test_an_own_observation_is_like_no_other() -> None:
    assert evidence.perhaps_the_same(Source(address="observation:mine")) == []
