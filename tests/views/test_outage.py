from __future__ import annotations

from unittest import mock

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client, RequestFactory
from pytest_django import Settings

from kb.models import ContentEpoch, Scope
from kb.services import indexing, lookups, roles, tokens
from kb.services.indexing import LiveIndex
from kb.settings import middleware
from kb.views import access, health, outage, search
from tests import builders

pytestmark = pytest.mark.django_db

DENIED = "git@x.invalid: Permission denied (publickey)."


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> LiveIndex:
    """A process that knows a page, and whose database does not answer any more."""
    builders.a_published_page()
    live = LiveIndex()
    live.current()
    live._answered = False
    live._watcher = mock.Mock()
    for module in (access, lookups, outage, tokens):
        monkeypatch.setattr(module, "live", live)
    return live


@pytest.mark.usefixtures("away")
def test_a_text_is_matched_without_a_query(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        page = Client().post("/match", {"text": DENIED})
        told = Client().post("/api/v1/match", DENIED, content_type="text/plain").json()
    assert "Permission denied (publickey)" in page.content.decode()
    assert [match["slug"] for match in told["matches"]] == ["ssh/permission-denied-publickey"]


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("address", ["/", "/errors/", "/search?q=git", "/admin/"])
def test_all_else_is_told_at_once_to_come_again(address: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = Client(headers={"Accept": "text/html"}).get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "<h1>The pages are away for a moment</h1>" in answer.content.decode()


def test_a_token_that_was_used_before_goes_on_and_any_other_is_told_at_once(
    away: LiveIndex, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object
) -> None:
    boss = builders.a_user("boss")
    roles.give(boss, roles.ADMINISTRATOR)
    known = {"Authorization": f"Bearer {tokens.make(boss, 'watch', [Scope.MATCH, Scope.METRICS]).text}"}
    away._answered = True
    assert Client(headers=known, REMOTE_ADDR="192.0.2.7").get("/healthz").status_code == 200
    away._answered = False
    later = tokens.clock() + 3600
    monkeypatch.setattr(tokens, "clock", lambda: later)
    with django_assert_num_queries(0):  # type: ignore[operator]
        told = Client(headers=known).post("/api/v1/match", DENIED, content_type="text/plain")
        other = Client(headers={"Authorization": "Bearer kbt_other"}).post(
            "/api/v1/match", DENIED, content_type="text/plain"
        )
    assert (told.status_code, other.status_code) == (200, 503)
    assert health.has_token(RequestFactory().get("/metrics", headers=known))


@pytest.mark.usefixtures("away")
def test_nobodys_session_is_looked_up_where_reading_needs_an_account(
    settings: Settings, django_assert_num_queries: object
) -> None:
    settings.ACCESS, settings.MIDDLEWARE = "login", middleware("login")
    client = Client(headers={"Accept": "text/html"})
    client.cookies["kb_session"] = "a" * 32
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/errors/").status_code == 503
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("failure", "status"), [(OperationalError("the disk is full"), 503), (IntegrityError("no such page"), 500)]
)
def test_a_failure_of_the_database_is_one_of_the_moment_and_ours_is_not(failure: Exception, status: int) -> None:
    with mock.patch.object(search, "find", side_effect=failure):
        answer = Client(raise_request_exception=False).get("/search?q=git")
    assert answer.status_code == status


def test_programs_are_told_in_their_form(away: LiveIndex) -> None:
    answer = Client().get("/api/v1/pages")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")


def test_a_database_that_does_not_answer_is_away_until_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveIndex()
    live.current()
    with mock.patch.object(ContentEpoch.objects, "current", side_effect=OperationalError):
        with pytest.raises(OperationalError):
            live.refresh()
        assert not live.has_database
    live.refresh()
    assert live.has_database


def test_a_database_that_takes_too_long_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveIndex()
    live.current()

    def be_slow() -> int:
        monkeypatch.setattr(indexing, "PATIENCE_S", -1.0)
        assert not live.has_database
        return 1

    monkeypatch.setattr(ContentEpoch.objects, "current", be_slow)
    live.refresh()
    assert live.has_database
