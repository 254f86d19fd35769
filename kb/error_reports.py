"""Reports failures of the program to a Sentry, where KB_SENTRY_DSN names one.

What is logged as an error is reported: its type, its place, the logger's own words and the id of the request. Nothing
else is let through, whatever the library would add: no body, no address, no header, no value of a variable, and not
what an exception says, which may quote what somebody pasted.
"""

from __future__ import annotations

import logging
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.transport import Transport

from kb.logs import IN_REQUEST, ORIGIN

KEPT = ("event_id", "timestamp", "level", "platform", "logger", "server_name", "sdk")
KEPT_OF_FRAME = ("filename", "abs_path", "function", "module", "lineno", "in_app")


def start(dsn: str, transport: Transport | None = None) -> None:
    """Report from now on."""
    sentry_sdk.init(
        dsn=dsn,
        transport=transport,
        before_send=harmless,  # type: ignore[arg-type]  # the library describes its events key by key
        max_request_body_size="never",
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR),
            ExcepthookIntegration(),
            ThreadingIntegration(propagate_hub=False),
            DedupeIntegration(),
            AtexitIntegration(callback=_wait_quietly),
        ],
    )


def harmless(event: dict[str, Any], hint: object = None) -> dict[str, Any]:
    """The parts of a report that cannot hold a reader's text: a list of what may pass, not of what may not."""
    kept = {name: event[name] for name in KEPT if name in event}
    if words := (event.get("logentry") or {}).get("message"):
        kept["logentry"] = {"message": words}
    kept["exception"] = {"values": [_exception(one) for one in (event.get("exception") or {}).get("values", ())]}
    kept["tags"] = {"request" if IN_REQUEST.get() else "job": ORIGIN.get()} if ORIGIN.get() else {}
    return kept


def _wait_quietly(pending: int, timeout: float) -> None:
    """The library would print a line at the end of every process."""


def _exception(told: dict[str, Any]) -> dict[str, Any]:
    frames = (told.get("stacktrace") or {}).get("frames", ())
    shown = [{name: frame[name] for name in KEPT_OF_FRAME if name in frame} for frame in frames]
    return {"type": told.get("type"), "module": told.get("module"), "stacktrace": {"frames": shown}}
