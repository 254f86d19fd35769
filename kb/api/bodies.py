"""The text in the body of a request: plain, JSON, or a file; compressed or not."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest

from kb.api.problems import UnsupportedType
from kb.services.texts import NotText, TooLarge, decompress, text_of

_PLAIN = frozenset(
    {"", "application/octet-stream", "application/gzip", "application/x-gzip", "application/x-www-form-urlencoded"}
)
"""Read as text, as it comes: `curl --data-binary @-` calls every body a form."""


def pasted_text(request: HttpRequest) -> str:
    """The text that was sent. Raises NotText (400), TooLarge (413), UnsupportedType (415)."""
    kind = (request.content_type or "").lower()
    charset = (request.content_params or {}).get("charset", "")
    if kind == "multipart/form-data":
        return _from_form(request)
    if kind == "application/json":
        return _from_json(_body(request))
    if kind in _PLAIN or kind.startswith("text/"):
        return text_of(_body(request), settings.TEXT_LIMIT, charset)
    raise UnsupportedType(kind)


def _body(request: HttpRequest) -> bytes:
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return request.body
    if encoding in {"gzip", "x-gzip"}:
        return decompress(request.body, settings.TEXT_LIMIT)
    raise UnsupportedType(f"Content-Encoding: {encoding}")


def _from_form(request: HttpRequest) -> str:
    for upload in request.FILES.values():
        if not isinstance(upload, list):
            return text_of(upload.read(), settings.TEXT_LIMIT)
    if "text" in request.POST:
        return _held(request.POST["text"])
    raise NotText(
        "The form holds no file and no field 'text'. Send the log as a file, or its text in the field 'text'."
    )


def _from_json(body: bytes) -> str:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise NotText(
            f'The body is not JSON: {problem}. Send {{"text": "…"}}, or the text itself as text/plain.'
        ) from problem
    text = content.get("text") if isinstance(content, dict) else None
    if not isinstance(text, str):
        raise NotText('The JSON holds no text. Send {"text": "…"}.')
    return _held(text)


def _held(text: str) -> str:
    if len(text.encode("utf-8", "replace")) > settings.TEXT_LIMIT:
        raise TooLarge(settings.TEXT_LIMIT)
    return text
