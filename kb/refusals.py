"""How a refusal is told: a page for people, a problem document (RFC 9457) for programs, a line for terminals."""

from __future__ import annotations

import json
from enum import Enum
from http import HTTPStatus

from kb.matching.invisible import named_on_terminal

PROBLEM = "application/problem+json"
TEXT = "text/plain; charset=utf-8"


class Form(Enum):
    PAGE = "page"
    TEXT = "text"
    PROBLEM = "problem"


def form_for(accept: str, path: str = "/") -> Form:
    """The form that a client reads; who takes anything gets a problem document from the API and a page elsewhere."""
    is_api = path.startswith("/api/")
    if "text/html" in accept and not is_api:
        return Form.PAGE
    if "text/plain" in accept and "json" not in accept:
        return Form.TEXT
    return Form.PROBLEM if is_api or "json" in accept else Form.PAGE


def problem(status: int, detail: str) -> bytes:
    """The problem document."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return json.dumps(body).encode()


def told(form: Form, status: int, detail: str) -> tuple[str, bytes]:
    """Content type and body of a refusal that is no page."""
    if form is Form.TEXT:  # it may quote what was sent, and a terminal obeys what it reads
        return TEXT, f"{named_on_terminal(detail)}\n".encode()
    return PROBLEM, problem(status, detail)
