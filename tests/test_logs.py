from __future__ import annotations

import json
import logging
import sys
from typing import Any

from django.test import RequestFactory

from kb.logs import JsonFormatter, LineFormatter, origin

CANARY = "canary-0815"
LINES = LineFormatter("{levelname} {name}{origin}: {message}", style="{")


def a_record(message: str = "it happened", *arguments: Any, **changes: Any) -> logging.LogRecord:
    record = logging.LogRecord("kb.somewhere", logging.ERROR, "file.py", 1, message, arguments, None)
    for name, value in changes.items():
        setattr(record, name, value)
    return record


def a_failure() -> Any:
    def fail() -> None:
        raise ValueError(f"cannot read {CANARY}")

    try:
        try:
            fail()
        except ValueError as error:
            raise LookupError(f"not there: {CANARY}") from error
    except LookupError:
        return sys.exc_info()


def as_json(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(JsonFormatter().format(record))
    return told


def test_a_json_line_says_when_how_grave_who_and_what() -> None:
    told = as_json(a_record("%d pages", 3))
    assert told["time"].endswith("+00:00")
    assert {name: told[name] for name in ("level", "logger", "message")} == {
        "level": "error",
        "logger": "kb.somewhere",
        "message": "3 pages",
    }
    assert "request" not in told


def test_every_line_names_the_request_or_the_job_it_belongs_to() -> None:
    with origin("abc", is_request=True):
        assert as_json(a_record())["request"] == "abc"
        assert LINES.format(a_record()) == "ERROR kb.somewhere [abc]: it happened"
    with origin("17"):
        assert as_json(a_record())["job"] == "17"
    assert LINES.format(a_record()) == "ERROR kb.somewhere: it happened"


def test_facts_stand_beside_the_message() -> None:
    assert as_json(a_record(facts={"view": "home-show", "status": 200}))["status"] == 200


def test_during_a_request_an_exception_says_its_type_and_place_and_nothing_of_what_was_sent() -> None:
    record = a_record(exc_info=a_failure())
    with origin("abc", is_request=True):
        told, line = as_json(record), LINES.format(record)
    assert told["exception"] == "LookupError, after ValueError"
    assert any("test_logs.py" in frame and "in a_failure" in frame for frame in told["frames"])
    assert CANARY not in json.dumps(told) + line


def test_a_job_says_why_it_failed() -> None:
    with origin("17"):
        assert as_json(a_record(exc_info=a_failure()))["exception"].startswith(f"LookupError: not there: {CANARY}")


def test_an_address_is_not_told() -> None:
    """It may hold a token, or what somebody searched for."""
    request = RequestFactory().get(f"/nowhere/{CANARY}?q={CANARY}")
    record = a_record("%s: %s", "Internal Server Error", request.path, request=request, status_code=500)
    record.name = "django.request"
    assert as_json(record)["message"] == "500 at no known address"
    assert CANARY not in LINES.format(record)
