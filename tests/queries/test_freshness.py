"""When a page was last verified, and what makes it due."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kb.content import document as doc
from kb.models import Citation, Evidence, Feedback, Listing, Page, Reproduction, Source, SourceState, Verdict
from kb.queries import freshness
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = builders.TODAY
LATER = TODAY + dt.timedelta(days=7)
LONG_AFTER = TODAY + freshness.AGES_AFTER


def reasons(page: Page, today: dt.date = TODAY) -> list[str]:
    return [rule.code for rule in freshness.of_page(page, today).reasons]


def verified(page: Page) -> dt.date | None:
    return freshness.of_page(page, TODAY).last_verified


def test_a_page_whose_evidence_stands_is_not_due() -> None:
    page = builders.a_published_page()
    assert freshness.of_page(page, TODAY) == freshness.Freshness(TODAY)
    assert not freshness.due(TODAY).exists()


def test_a_page_that_nobody_verified_has_no_date() -> None:
    page = builders.a_published_page(causes=(), fixes=(), sources=(), evidence=())
    assert freshness.of_page(page, TODAY) == freshness.Freshness(None, (freshness.RULE_OF["unverified"],))


def test_every_sight_counts_and_the_newest_is_the_date() -> None:
    page = builders.a_published_page()
    days = [TODAY + dt.timedelta(days=number) for number in range(1, 5)]
    Citation.objects.update(seen_on=days[0])
    assert verified(page) == days[0]
    Evidence.objects.update(date=days[1])
    assert verified(page) == days[1]
    Source.objects.update(state=SourceState.ALIVE, checked_on=days[2])
    assert verified(page) == days[2]
    builders.a_reproduction(page, date=days[3])
    assert verified(page) == days[3]


def test_a_check_that_found_a_source_dead_verifies_nothing() -> None:
    page = builders.a_published_page()
    Source.objects.update(state=SourceState.GONE, checked_on=LATER)
    assert verified(page) == TODAY


def test_what_is_only_proposed_verifies_nothing() -> None:
    page = builders.a_published_page(
        sources=(builders.a_source(), builders.a_source(builders.ISSUE, seen_on=LATER)),
        evidence=(
            builders.some_evidence(),
            builders.some_evidence(source=builders.ISSUE, state=doc.EvidenceState.PROPOSED),
        ),
    )
    assert verified(page) == TODAY


def test_a_sight_of_the_source_by_another_page_verifies_nothing_here() -> None:
    page = builders.a_published_page()
    builders.a_published_page("ssh/other", sources=(builders.a_source(seen_on=LATER),))
    assert verified(page) == TODAY


@pytest.mark.parametrize("state", [SourceState.GONE, SourceState.CHANGED])
def test_a_page_whose_only_support_is_dead_is_due(state: SourceState) -> None:
    page = builders.a_published_page()
    builders.make_dead(state=state)
    assert reasons(page) == ["nothing-stands", "cause-unsupported", "source-dead"]
    assert freshness.of_page(page, TODAY).unsupported == {"wrong-key"}


def test_a_source_that_has_only_moved_still_supports() -> None:
    page = builders.a_published_page()
    builders.make_dead(state=SourceState.MOVED)
    assert reasons(page) == []


def test_withdrawing_the_last_evidence_makes_a_page_due() -> None:
    page = builders.a_published_page()
    builders.withdraw(Evidence.objects.get())
    assert reasons(page)[:2] == ["nothing-stands", "cause-unsupported"]


def test_a_second_source_that_stands_supports_the_cause() -> None:
    page = builders.a_published_page(
        sources=(builders.a_source(), builders.a_source(builders.ISSUE)),
        evidence=(builders.some_evidence(), builders.some_evidence(source=builders.ISSUE)),
    )
    builders.make_dead()
    assert reasons(page) == ["source-dead"]
    assert freshness.of_page(page, TODAY).unsupported == set()


def test_a_page_that_was_reproduced_is_supported_by_that() -> None:
    page = builders.a_published_page()
    builders.a_reproduction(page)
    builders.make_dead()
    assert reasons(page) == ["source-dead"]
    assert freshness.of_page(page, TODAY).unsupported == set()
    Reproduction.objects.update(is_stale=True)
    assert "cause-unsupported" in reasons(page)


def test_only_causes_that_the_public_page_gives_need_support() -> None:
    page = builders.a_published_page()
    draft = builders.a_draft(page, causes=(doc.Cause(key="new", title="New"), doc.Cause(key="wrong-key", title="Old")))
    assert draft.causes.count() == 2
    assert reasons(page) == []


def test_a_page_is_due_when_nothing_was_verified_for_a_year() -> None:
    page = builders.a_published_page()
    assert reasons(page, LONG_AFTER - dt.timedelta(days=1)) == []
    assert reasons(page, LONG_AFTER) == ["unverified"]


def said(page: Page, verdict: Verdict, times: int, part: str = "add-key") -> None:
    Feedback.objects.bulk_create(Feedback(page=page, part=part, verdict=verdict) for _ in range(times))
    Feedback.objects.update(created_at=dt.datetime.combine(TODAY, dt.time(), dt.UTC))


def test_a_part_that_did_not_work_for_many_makes_the_page_due() -> None:
    page = builders.a_published_page()
    said(page, Verdict.NOT_SOLVED, 4)
    said(page, Verdict.NOT_SOLVED, 4, "other")
    assert reasons(page) == []
    said(page, Verdict.NOT_SOLVED, 1)
    assert reasons(page) == ["did-not-work"]
    said(page, Verdict.SOLVED, 5)
    assert reasons(page) == []


def test_what_readers_said_long_ago_is_forgotten() -> None:
    page = builders.a_published_page()
    said(page, Verdict.NOT_SOLVED, 9)
    assert reasons(page, TODAY + dt.timedelta(days=91)) == []


def test_what_is_most_asked_for_is_due_first() -> None:
    for name in ("one", "two", "three"):
        builders.a_published_page(f"ssh/{name}")
    builders.make_dead()
    Listing.objects.filter(page__slug="two").update(asked=9)
    assert [page.slug for page in freshness.due(TODAY)] == ["two", "one", "three"]


def test_the_list_is_narrowed_by_rule_and_tool() -> None:
    builders.a_published_page("ssh/one")
    builders.a_published_page(
        "git/two",
        sources=(builders.a_source(builders.ISSUE),),
        evidence=(builders.some_evidence(source=builders.ISSUE),),
    )
    builders.make_dead()
    assert [page.full_slug for page in freshness.due(LONG_AFTER)] == ["ssh/one", "git/two"]
    assert [page.full_slug for page in freshness.due(LONG_AFTER, tool="git")] == ["git/two"]
    assert [page.full_slug for page in freshness.due(LONG_AFTER, "source-dead")] == ["ssh/one"]


def test_a_page_that_is_not_public_is_not_due() -> None:
    page = builders.an_empty_page()
    builders.a_draft(page)
    assert not freshness.due(LONG_AFTER).exists()
    assert freshness.of_page(page, LONG_AFTER) == freshness.Freshness()


def test_many_pages_take_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pages = [builders.a_published_page(f"ssh/page-{number}").pk for number in range(5)]
    with django_assert_num_queries(1):
        assert len(freshness.of_pages(pages, timezone.localdate())) == 5
