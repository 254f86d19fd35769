"""What is written into the log: lines for people or JSON for machines, each with the request or job it belongs to.

No reader's text gets there. An exception says its type and its place; what it says besides may quote what somebody
pasted or typed, so during a request that is left out, and so is the address, which may hold a token.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

ORIGIN: ContextVar[str] = ContextVar("origin", default="")
"""The id of the request that this thread answers, or the job that it runs."""
IN_REQUEST: ContextVar[bool] = ContextVar("in_request", default=False)

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@contextmanager
def origin(name: str, *, is_request: bool = False) -> Iterator[None]:
    """All that is logged in here belongs to this request or job."""
    named, kind = ORIGIN.set(name), IN_REQUEST.set(is_request)
    try:
        yield
    finally:
        ORIGIN.reset(named)
        IN_REQUEST.reset(kind)


class LineFormatter(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        record.origin = f" [{ORIGIN.get()}]" if ORIGIN.get() else ""
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the library's name)
        record.message = message_of(record)
        return super().formatMessage(record)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 (the library's name)
        return "\n".join((*frames_of(ei[2]), described(ei[1])))


class JsonFormatter(logging.Formatter):
    """A JSON object a line, in the names that collectors of logs know."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
        }
        if ORIGIN.get():
            told["request" if IN_REQUEST.get() else "job"] = ORIGIN.get()
        told |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1] is not None:
            told |= {"exception": described(record.exc_info[1]), "frames": frames_of(record.exc_info[2])}
        return json.dumps(told, ensure_ascii=True, default=str)


def message_of(record: logging.LogRecord) -> str:
    """The message. Django puts the address of a request into its own: the route says as much, and no more."""
    request = getattr(record, "request", None)
    if record.name.startswith("django.") and request is not None:
        match = getattr(request, "resolver_match", None)
        return f"{getattr(record, 'status_code', '')} at {match.route if match else 'no known address'}".strip()
    return record.getMessage()


def described(error: BaseException | None) -> str:
    """The exception, and the one that led to it; without what they say while a reader is answered."""
    told = []
    while error is not None:
        kind = type(error).__qualname__
        told.append(kind if IN_REQUEST.get() else f"{kind}: {error}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return ", after ".join(told)


def frames_of(trail: TracebackType | None) -> list[str]:
    """Where it happened, without a line of code or a value."""
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trail)]
