"""Checks of sources, from the address to what readers see; all of it on loopback."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from kb.checking.visiting import Result, Visit
from kb.jobs import CHECK_SOURCE
from kb.models import ContentEpoch, Job, Source, SourceHost, SourceState
from kb.services import jobs, source_checks
from tests import builders
from tests.checking.local_site import LOOPBACK, LocalSite, local_site, says

pytestmark = pytest.mark.django_db

HELD = b"<p>It prints: git@host: Permission denied (publickey).</p>"
OTHER = b"<p>All is well.</p>"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def site(settings: Settings) -> Iterator[LocalSite]:
    settings.SOURCE_CHECKS_ALLOW = LOOPBACK
    cache.clear()
    with local_site() as served:
        yield served
    cache.clear()


def a_cited_source(site: LocalSite, supports: str = "wrong-key") -> Source:
    address = site.address("/a")
    cited = builders.a_source(address, seen_on=builders.TODAY - dt.timedelta(days=999))
    evidence = builders.some_evidence(supports, address)
    # The cause has evidence of its own.
    builders.a_published_page(sources=(cited, builders.a_source()), evidence=(evidence, builders.some_evidence()))
    return Source.objects.get(address=address)


def checked(source: Source) -> Source:
    """The source after a check by a job; its host has rested."""
    SourceHost.objects.update(free_at=timezone.now())
    Job.objects.all().delete()
    source_checks.ask_for([source])
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.outcome
    source.refresh_from_db()
    return source


def test_a_source_that_answers_is_alive_and_its_text_is_known(site: LocalSite) -> None:
    site.pages["/a"] = says(OTHER)
    source = checked(a_cited_source(site))
    assert (source.state, source.checked_on, source.holds_message) == (SourceState.ALIVE, timezone.localdate(), None)
    assert len(source.text_hash) == 64


def test_a_source_that_was_not_modified_is_alive(site: LocalSite) -> None:
    site.pages["/a"] = says(OTHER, ETag='"1"')
    source = checked(a_cited_source(site))
    site.pages["/a"] = says(status=304)
    known = source.text_hash
    source = checked(source)
    assert site.asked[-1][1]["If-None-Match"] == '"1"'
    assert (source.state, source.outcome, source.text_hash, source.etag) == ("alive", "HTTP 304", known, '"1"')


def test_a_source_that_moved_says_where_to_and_one_that_went_is_gone(site: LocalSite) -> None:
    site.pages["/a"] = says(status=301, Location="/b")
    site.pages["/b"] = says(OTHER)
    source = checked(a_cited_source(site))
    assert (source.state, source.moved_to) == (SourceState.MOVED, site.address("/b"))
    site.pages["/b"] = says(status=410)
    assert checked(source).state == SourceState.GONE


def test_another_text_is_a_change(site: LocalSite) -> None:
    site.pages["/a"] = says(OTHER)
    source = checked(a_cited_source(site))
    site.pages["/a"] = says(b"<p>Nothing is well.</p>")
    assert checked(source).state == SourceState.CHANGED


@pytest.mark.parametrize("supports", ["denied", "page"])
def test_a_source_that_no_longer_holds_the_message_has_changed(site: LocalSite, supports: str) -> None:
    site.pages["/a"] = says(HELD, Content_Type="text/html")
    source = checked(a_cited_source(site, supports))
    assert (source.state, source.holds_message) == (SourceState.ALIVE, True)
    site.pages["/a"] = says(b"<h1>New</h1>" + HELD, Content_Type="text/html")
    assert checked(source).state == SourceState.ALIVE
    site.pages["/a"] = says(OTHER, Content_Type="text/html")
    assert (checked(source).state, source.holds_message) == (SourceState.CHANGED, False)


def test_evidence_that_was_withdrawn_is_not_looked_for(site: LocalSite) -> None:
    def unless_it_is_known(to: BaseHTTPRequestHandler) -> None:
        (says(status=304) if "If-None-Match" in to.headers else says(OTHER, ETag='"1"'))(to)

    site.pages["/a"] = unless_it_is_known
    source = checked(a_cited_source(site, "denied"))
    assert source.holds_message is False
    builders.withdraw(source.evidence.get())
    assert checked(source).holds_message is None


def test_a_source_for_a_cause_that_quotes_the_message_may_get_more_comments(site: LocalSite) -> None:
    site.pages["/a"] = says(HELD)
    source = checked(a_cited_source(site, "wrong-key"))
    site.pages["/a"] = says(HELD + b"<p>Me too.</p>")
    assert (checked(source).state, source.holds_message) == (SourceState.ALIVE, True)
    site.pages["/a"] = says(OTHER)
    assert (checked(source).state, source.holds_message) == (SourceState.CHANGED, None)


def test_every_text_and_date_is_remembered(site: LocalSite) -> None:
    source = a_cited_source(site)
    for body in (OTHER, OTHER * 2):
        site.pages["/a"] = says(body)
        checked(source)
    told = [(row.state, row.text_hash, row.tried_on) for row in source.history.all()]
    assert [state for state, _, _ in told] == ["changed", "alive", "unchecked"]
    assert len({text_hash for _, text_hash, _ in told}) == 3
    assert [date for _, _, date in told] == [timezone.localdate()] * 2 + [None]


def test_readers_see_a_state_that_has_changed(site: LocalSite) -> None:
    site.pages["/a"] = says(OTHER)
    source = a_cited_source(site)
    epoch = ContentEpoch.objects.current()
    checked(source)
    assert ContentEpoch.objects.current() == epoch + 1
    checked(source)
    assert ContentEpoch.objects.current() == epoch + 1
    source_checks.ask_for_due()
    assert ContentEpoch.objects.current() == epoch + 2


def test_without_leave_nothing_inside_is_asked(site: LocalSite, settings: Settings) -> None:
    settings.SOURCE_CHECKS_ALLOW = ()
    source = checked(a_cited_source(site))
    assert source.state == SourceState.UNCHECKED
    assert source.outcome == "127.0.0.1 is 127.0.0.1, which is not a public address"
    assert site.asked == []


def test_the_contact_is_told(site: LocalSite, settings: Settings) -> None:
    settings.CONTACT = "mailto:ada@example.invalid"
    checked(a_cited_source(site))
    assert site.asked[0][1]["User-Agent"] == "Fixpoint-source-check (+mailto:ada@example.invalid)"


def test_a_source_whose_host_rests_is_asked_for_later(site: LocalSite) -> None:
    source = a_cited_source(site)
    SourceHost.objects.create(name="127.0.0.1", free_at=timezone.now() + MINUTE)
    outcome = source_checks.note(source_checks.look_at(source.pk), source.pk)
    later = Job.objects.get(name=CHECK_SOURCE)
    assert "its host rests" in outcome
    assert later.due > timezone.now() + MINUTE / 2
    assert (site.asked, Source.objects.get(pk=source.pk).tried_on) == ([], None)


def test_a_host_that_asks_for_rest_is_left_alone_that_long(site: LocalSite) -> None:
    site.pages["/a"] = says(status=429, Retry_After="3600")
    source = checked(a_cited_source(site))
    assert (source.state, source.due_on) == (SourceState.UNCHECKED, timezone.localdate() + dt.timedelta(days=1))
    assert SourceHost.objects.get().free_at > timezone.now() + 50 * MINUTE


def test_checks_at_one_host_are_asked_for_one_after_the_other() -> None:
    rows = [
        Source.objects.create(address=f"https://{host}.invalid/{n}", kind="docs", seen_on=builders.TODAY)
        for n in range(3)
        for host in "ab"
    ]
    assert source_checks.ask_for(rows) == 6
    due = {job.arguments["source_id"]: job.due for job in Job.objects.all()}
    of_a = [due[row.pk] for row in rows if "//a" in row.address]
    assert of_a == [of_a[0] + turn * source_checks.APART for turn in range(3)]
    assert due[rows[0].pk] == due[rows[1].pk]


def test_only_those_whose_time_has_come_are_asked_for() -> None:
    for address, due_on in {"https://a.invalid/": None, "https://b.invalid/": dt.date(9999, 1, 1)}.items():
        Source.objects.create(address=address, due_on=due_on, kind="docs", seen_on=builders.TODAY)
    assert source_checks.ask_for_due() == "1 asked for"


def test_a_source_that_is_gone_from_the_site_is_no_error() -> None:
    assert source_checks.look_at(4711) is None
    assert source_checks.note(None, 4711) == "no such source"
    assert source_checks.note(source_checks.Found(Visit(Result.GONE, "HTTP 404")), 4711) == "no such source"


def test_accepting_a_text_undoes_no_check_that_came_between(site: LocalSite) -> None:
    chosen = a_cited_source(site)
    site.pages["/a"] = says(status=404)
    checked(Source.objects.get(pk=chosen.pk))
    source_checks.accept_text(chosen, builders.a_user())
    chosen.refresh_from_db()
    assert (chosen.state, chosen.outcome) == (SourceState.GONE, "HTTP 404")
