from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries

from kb.content import document as doc
from kb.matching.engine import search
from kb.matching.index import Index, build
from kb.matching.records import Entry
from kb.models import ContentEpoch, IndexFailure, Signature
from kb.services import indexing, publishing
from kb.services.indexing import LiveIndex
from tests import builders

pytestmark = pytest.mark.django_db

DENIED = doc.Signature(key="denied", text="<name>@<host>: Permission denied (publickey).")


def test_a_published_page_is_found_from_then_on() -> None:
    live = LiveIndex()
    assert live.current().entries == ()
    builders.a_published_page()
    answer = search("git@x.invalid: Permission denied (publickey).", live.current())
    assert [match.slug for match in answer.matches] == ["ssh/permission-denied-publickey"]


def test_an_edit_replaces_what_is_found() -> None:
    live = LiveIndex()
    page = builders.a_published_page()
    before = live.current()
    builders.publish_edit(page, signatures=(doc.Signature(key="denied", text="Permission denied (publickey)."),))
    assert live.current().version != before.version
    assert [signature.text for signature in live.current().signatures] == ["Permission denied (publickey)."]


def test_without_a_change_the_index_is_the_same_value() -> None:
    builders.a_published_page()
    live = LiveIndex()
    assert live.current() is live.current()


def test_a_build_that_fails_leaves_the_old_index_and_names_the_page(caplog: pytest.LogCaptureFixture) -> None:
    page = builders.a_published_page()
    live = LiveIndex()
    before = live.current()
    break_signatures_of(page.live_revision_id)
    with caplog.at_level(logging.ERROR):
        assert live.current() is before
    assert live.problem is not None
    assert live.problem.slug == page.full_slug
    assert page.full_slug in caplog.text


def test_the_page_at_fault_is_told_to_all_processes_until_it_is_mended() -> None:
    page = builders.a_published_page()
    here, there = LiveIndex(), LiveIndex()
    here.current()
    break_signatures_of(page.live_revision_id)
    here.current()
    there.current()
    assert [(one.page, one.signature) for one in IndexFailure.objects.all()] == [(page.full_slug, "denied")]
    publishing.publish(builders.a_draft(page, signatures=(DENIED,)))
    assert [entry.signatures[0].text for entry in there.current().entries] == [DENIED.text]
    assert not IndexFailure.objects.exists()
    assert here.problem is not None
    assert here.current().version == there.current().version
    assert here.problem is None


def test_an_index_serves_also_where_its_failure_cannot_be_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    page = builders.a_published_page()
    live = LiveIndex()
    before = live.current()
    break_signatures_of(page.live_revision_id)
    monkeypatch.setattr(IndexFailure.objects, "update_or_create", mock.Mock(side_effect=OperationalError))
    assert live.current() is before


def test_a_first_build_leaves_out_the_broken_page_alone() -> None:
    page = builders.a_published_page()
    builders.a_published_page("git/other", signatures=(doc.Signature(key="s", text="the other text is printed"),))
    break_signatures_of(page.live_revision_id)
    live = LiveIndex()
    assert [entry.slug for entry in live.current().entries] == ["git/other"]


def test_a_process_that_does_not_look_asks_for_the_epoch_each_time() -> None:
    live = LiveIndex()
    before = live.epoch()
    ContentEpoch.objects.bump()
    assert live.epoch() == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_process_that_looks_knows_the_epoch_without_asking_until_it_has_changed_something_itself(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.services.indexing.LOOK_EVERY_S", 60)
    live = LiveIndex()
    live.watch()
    try:
        before = live.epoch()
        with django_assert_num_queries(0):
            assert live.epoch() == before
        ContentEpoch.objects.bump()
        assert live.epoch() == before + 1
    finally:
        live.stop()


def break_signatures_of(revision: int | None) -> None:
    """Past every guard: as a migration or a person at the database would."""
    models_update = super(type(Signature.objects.all()), Signature.objects.filter(revision=revision)).update
    models_update(text="<any>")
    ContentEpoch.objects.bump()


@pytest.mark.django_db(transaction=True)
def test_all_watching_processes_see_what_the_desk_publishes_within_two_seconds() -> None:
    page = builders.a_published_page()
    processes = [LiveIndex(), LiveIndex()]
    for live in processes:
        live.watch()
    try:
        draft = builders.a_draft(page, title="Better")
        publishing.publish(draft)
        deadline = time.monotonic() + 2
        while any(titles(live) != ["Better"] for live in processes) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert [titles(live) for live in processes] == [["Better"], ["Better"]]
    finally:
        for live in processes:
            live.stop()


def titles(live: LiveIndex) -> list[str]:
    return [entry.title for entry in live.current().entries]


@pytest.mark.django_db(transaction=True)
def test_a_watching_process_sees_a_publish_within_two_seconds() -> None:
    live = LiveIndex()
    live.watch()
    try:
        builders.a_published_page()
        deadline = time.monotonic() + 2
        while not live.current().entries and time.monotonic() < deadline:
            time.sleep(0.05)
        assert [entry.slug for entry in live.current().entries] == ["ssh/permission-denied-publickey"]
    finally:
        live.stop()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveIndex]:
    """A process that looks, for which no index is small; it looks when a test says so."""
    monkeypatch.setattr(indexing, "QUICK_S", 0.0)
    monkeypatch.setattr(indexing, "LOOK_EVERY_S", 60)
    live = LiveIndex()
    live.watch()
    yield live
    live.stop()


@pytest.mark.django_db(transaction=True)
def test_a_large_index_takes_up_what_was_published_without_being_built_anew(
    large: LiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    building = mock.Mock(side_effect=build)
    monkeypatch.setattr(indexing, "build", building)
    page = builders.a_published_page()
    large.catch_up()
    assert [match.slug for match in search("git@x.invalid: Permission denied (publickey).", large.current()).matches]
    builders.publish_edit(page, title="Better")
    large.catch_up()
    assert titles(large) == ["Better"]
    assert large.built_for == ContentEpoch.objects.current()
    assert building.call_count == 0


@pytest.mark.django_db(transaction=True)
def test_what_stands_beside_a_large_index_becomes_part_of_it_when_it_is_quiet(
    large: LiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.a_published_page()
    large.catch_up()
    beside = large.current().version
    large._build_in_quiet()
    assert large.current().version == beside
    monkeypatch.setattr(indexing, "QUIET_S", -1.0)
    large._build_in_quiet()
    assert large.current().version == LiveIndex().current().version != beside


@pytest.mark.django_db(transaction=True)
def test_many_new_pages_make_a_large_index_be_built_anew(large: LiveIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "MOST_BESIDE", 1)
    for slug in ("git/a", "git/b"):
        builders.a_published_page(slug)
    large.catch_up()
    assert large.current().version == LiveIndex().current().version


@pytest.mark.django_db(transaction=True)
def test_a_change_of_no_text_leaves_a_large_index_as_it_is(large: LiveIndex) -> None:
    builders.a_published_page()
    large.catch_up()
    before = large.current()
    ContentEpoch.objects.bump()
    large.catch_up()
    assert large.current() is before
    assert large.built_for == ContentEpoch.objects.current()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_stand_beside_a_large_index_is_named_and_others_are_found(large: LiveIndex) -> None:
    page = builders.a_published_page("git/broken")
    break_signatures_of(page.live_revision_id)
    builders.a_published_page("git/sound")
    large.catch_up()
    assert [entry.slug for entry in large.current().entries] == ["git/sound"]
    assert [failure.page for failure in IndexFailure.objects.all()] == ["git/broken"]


@pytest.mark.django_db(transaction=True)
def test_what_was_published_while_the_whole_was_built_is_in_it(
    large: LiveIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "QUIET_S", -1.0)
    builders.a_published_page("git/first")
    large.catch_up()

    def build_slowly(entries: list[Entry]) -> Index:
        index = build(entries)
        builders.a_published_page("git/meanwhile")
        return index

    monkeypatch.setattr(indexing, "build", build_slowly)
    large._build_in_quiet()
    assert {entry.slug for entry in large.current().entries} == {"git/first", "git/meanwhile"}
