from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from kb import error_reports
from kb.logs import origin

CANARY = "canary-0815"


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Any] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent += [item.payload.json for item in envelope.items]


@pytest.fixture
def transport() -> Iterator[Kept]:
    transport = Kept()
    error_reports.start("http://key@sentry.invalid/1", transport=transport)
    yield transport
    sentry_sdk.init()


def fail_with(secret: str) -> None:
    raise ValueError(f"cannot read {secret}")


def test_what_is_logged_as_an_error_is_reported_with_its_place_and_without_any_value(transport: Kept) -> None:
    with origin("abc", is_request=True):
        try:
            fail_with(CANARY)
        except ValueError:
            logging.getLogger("kb.test").exception("Failed with %s", CANARY)
    (event,) = transport.sent
    assert event["logentry"] == {"message": "Failed with %s"}
    assert event["tags"] == {"request": "abc"}
    (exception,) = event["exception"]["values"]
    assert exception["type"] == "ValueError"
    assert exception["stacktrace"]["frames"][-1]["function"] == "fail_with"
    assert CANARY not in json.dumps(event)


def test_less_than_an_error_is_not_reported(transport: Kept) -> None:
    logging.getLogger("kb.test").warning("it may rain")
    assert transport.sent == []


def test_whatever_the_library_adds_is_left_out() -> None:
    event = {"level": "error", "request": {"data": CANARY}, "extra": {"a": CANARY}, "breadcrumbs": {"values": [CANARY]}}
    assert CANARY not in json.dumps(error_reports.harmless(event))
