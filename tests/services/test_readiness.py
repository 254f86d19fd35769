from __future__ import annotations

import logging
from unittest import mock

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from pytest_django import Settings

from kb.services import readiness
from kb.services.indexing import LiveIndex
from kb.services.readiness import Looking
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> LiveIndex:
    live = LiveIndex()
    live.current()
    monkeypatch.setattr(readiness, "live", live)
    settings.BROKER_DIR.mkdir(exist_ok=True)
    return live


def test_a_process_with_everything_is_ready() -> None:
    state = Looking().look()
    assert (state.database, state.migrations, state.index, state.broker) == ("ok", "ok", "ok", "ok")
    assert state.is_ready


def test_without_a_database_it_is_not_ready_and_says_nothing_but_that(caplog: pytest.LogCaptureFixture) -> None:
    refused = OperationalError("connection to ada:secret@database refused")
    with mock.patch.object(readiness, "connection", cursor=mock.Mock(side_effect=refused)):
        state = Looking().look()
    assert (state.database, state.migrations) == ("away", "unknown")
    assert not state.is_ready
    assert "secret" not in caplog.text


def test_without_all_migrations_it_is_not_ready() -> None:
    with mock.patch.object(MigrationExecutor, "migration_plan", return_value=["one"]):
        state = Looking().look()
    assert state.migrations == "away"
    assert not state.is_ready


def test_without_an_index_it_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "live", LiveIndex())
    assert not Looking().look().is_ready


def test_an_index_whose_newest_build_failed_still_serves(built: LiveIndex) -> None:
    built.problem = mock.Mock()
    state = Looking().look()
    assert state.index == "outdated"
    assert state.is_ready


def test_a_broker_that_is_away_is_said_and_hurts_no_reader(settings: Settings) -> None:
    settings.BROKER_DIR = settings.BROKER_DIR / "nowhere"
    state = Looking().look()
    assert state.broker == "away"
    assert state.is_ready


def test_however_often_it_is_asked_for_nobody_is_troubled_more_than_once_a_second(
    django_assert_num_queries: object, caplog: pytest.LogCaptureFixture
) -> None:
    looking = Looking()
    first = looking.look()
    with mock.patch.object(readiness, "connection", side_effect=AssertionError), caplog.at_level(logging.WARNING):
        assert looking.look() is first


def test_migrations_are_looked_at_until_they_are_there() -> None:
    builders.a_tool()
    looking = Looking()
    looking.look()
    with mock.patch.object(readiness, "MigrationExecutor", side_effect=AssertionError):
        looking._seen = None
        assert looking.look().migrations == "ok"
