from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from kb.logs import JsonFormatter
from kb.views import search
from tests import builders

pytestmark = pytest.mark.django_db

CANARY = "canary-0815"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that is logged, as JSON lines."""
    formatter = caplog.handler.formatter  # all tests share the handler
    caplog.handler.setFormatter(JsonFormatter())
    caplog.set_level(logging.INFO, "kb.requests")
    yield caplog
    caplog.handler.setFormatter(formatter)


def lines(logged: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged.text.splitlines()]


@pytest.mark.parametrize("given", ["0815", "a1.b-2_c", "3f0c" * 16])
def test_a_well_formed_id_of_a_request_is_kept(given: str) -> None:
    assert Client(headers={"X-Request-Id": given}).get("/about").headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "x" * 65, "<b>", "-a", 'a"b'])
def test_any_other_is_replaced(given: str) -> None:
    answered = Client(headers={"X-Request-Id": given}).get("/about").headers["X-Request-Id"]
    assert answered != given
    assert len(answered) == 16


def test_a_request_leaves_a_line_with_its_id_view_status_and_time(logged: pytest.LogCaptureFixture) -> None:
    Client(headers={"X-Request-Id": "abc"}).get("/about")
    (line,) = lines(logged)
    assert (line["request"], line["view"], line["status"], line["method"]) == ("abc", "about-about", 200, "GET")
    assert line["milliseconds"] > 0


def test_no_line_tells_what_a_reader_sent(logged: pytest.LogCaptureFixture) -> None:
    builders.a_published_page()
    Client(headers={"Authorization": f"Bearer {CANARY}"}).get("/")
    client = Client(headers={"Authorization": f"Basic {CANARY}"}, raise_request_exception=False)
    client.get(f"/search?q={CANARY}")
    client.get(f"/{CANARY}")
    client.post("/match", {"text": f"error: {CANARY}"})
    client.post("/api/v1/match", CANARY, content_type="text/plain")
    with mock.patch.object(search, "find", side_effect=ValueError(CANARY)):
        assert client.get(f"/search?q={CANARY}").status_code == 500
    assert len(lines(logged)) >= 6
    assert CANARY not in logged.text
