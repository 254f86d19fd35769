from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from kb.models import Scope, User
from kb.services import accounts, jobs, lookups, readiness, roles, tokens
from kb.services.indexing import LiveIndex
from kb.services.readiness import Looking
from kb.views import health
from tests import builders

pytestmark = pytest.mark.django_db

CANARY = "canary-0815"


@pytest.fixture(autouse=True)
def own_parts(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    live = LiveIndex()
    live.current()
    settings.BROKER_DIR.mkdir(exist_ok=True)
    for module in (health, readiness, lookups):
        monkeypatch.setattr(module, "live", live)
    monkeypatch.setattr(health, "looking", Looking())


def figures(**headers: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The figures by name and labels."""
    answer = Client(headers=headers).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def grown(before: dict[Any, float], name: str, **labels: str) -> float:
    key = (name, tuple(sorted(labels.items())))
    return figures().get(key, 0) - before.get(key, 0)


def test_alive_is_told_without_a_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/healthz").content == b"ok\n"


def test_ready_says_the_state_of_each_part() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "parts": {"database": "ok", "migrations": "ok", "index": "ok", "broker": "ok"},
    }
    assert "no-store" in answer.headers["Cache-Control"]


def test_not_ready_is_an_error_for_a_balancer() -> None:
    with mock.patch.object(readiness, "connection", cursor=mock.Mock(side_effect=OperationalError(CANARY))):
        answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == "away"
    assert CANARY not in answer.content.decode()


def test_texts_are_counted_by_door_and_confidence_and_unknown_lines_beside_them() -> None:
    builders.a_published_page()
    before = figures()
    Client().post("/match", {"text": "git@x.invalid: Permission denied (publickey)."})
    Client().post("/match", {"text": "error: flux capacitor empty"})
    Client().post("/api/v1/match", "git@x.invalid: Permission denied (publickey).", content_type="text/plain")
    assert grown(before, "fixpoint_texts_total", door="web", confidence="exact") == 1
    assert grown(before, "fixpoint_texts_total", door="web", confidence="none") == 1
    assert grown(before, "fixpoint_texts_total", door="api", confidence="exact") == 1
    assert grown(before, "fixpoint_unknown_lines_total", door="web") == 1


def test_requests_are_timed_by_the_name_of_their_view() -> None:
    before = figures()
    Client().get("/about")
    Client().get("/about?utm=1")
    assert grown(before, "fixpoint_request_seconds_count", view="about-about") == 2
    assert grown(before, "fixpoint_requests_total", view="about-about", status="2xx") == 2


def test_whatever_is_asked_for_makes_no_new_label() -> None:
    before = figures()
    for number in range(5):
        Client().get(f"/errors/tool-{number}/slug/")
        Client().get(f"/{CANARY}-{number}")
    told = {labels for _, labels in figures()} - {labels for _, labels in before}
    assert CANARY not in str(told)
    assert "tool-" not in str(told)


def test_jobs_and_index_are_told() -> None:
    builders.a_published_page()
    jobs.enqueue("count_asked")
    told = figures()
    assert told["fixpoint_jobs", (("name", "count_asked"), ("state", "queued"))] == 1
    assert told["fixpoint_jobs_due", ()] >= 1
    assert told["fixpoint_index_pages", ()] == 1
    assert told["fixpoint_index_epoch", ()] == told["fixpoint_content_epoch", ()]
    assert told["fixpoint_index_age_seconds", ()] >= 0
    assert told["fixpoint_database_up", ()] == 1


def test_without_a_database_the_rest_is_told() -> None:
    with mock.patch.object(health, "gauges", side_effect=OperationalError(CANARY)):
        told = figures()
    assert told["fixpoint_database_up", ()] == 0
    assert ("fixpoint_index_pages", ()) in told
    assert ("fixpoint_jobs_due", ()) not in told


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"Host": "errors.example.org"}),
        ("", {}),
    ],
)
def test_who_is_not_on_this_machine_or_comes_through_a_proxy_gets_no_metrics(
    address: str, headers: dict[str, str], settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["errors.example.org", "testserver", "127.0.0.1"]
    answer = Client(REMOTE_ADDR=address, headers=headers).get("/metrics")
    assert answer.status_code == 403
    assert b"fixpoint_" not in answer.content


def an_administrator(name: str = "ada") -> User:
    user = builders.a_user(name)
    roles.give(user, roles.ADMINISTRATOR)
    return user


@pytest.mark.parametrize(("scope", "status"), [(Scope.METRICS, 200), (Scope.READ, 403)])
def test_a_token_of_the_scope_opens_the_metrics_to_others(scope: Scope, status: int) -> None:
    token = tokens.make(an_administrator(), "watch", [scope])
    client = Client(REMOTE_ADDR="192.0.2.7", headers={"Authorization": f"Bearer {token.text}"})
    assert client.get("/metrics").status_code == status


def test_a_token_opens_the_metrics_no_more_when_its_owner_is_no_administrator_any_more() -> None:
    eve = an_administrator("eve")
    token = tokens.make(eve, "watch", [Scope.METRICS])
    accounts.give_role(eve, roles.READER, an_administrator("boss"))
    client = Client(REMOTE_ADDR="192.0.2.7", headers={"Authorization": f"Bearer {token.text}"})
    assert client.get("/metrics").status_code == 403
