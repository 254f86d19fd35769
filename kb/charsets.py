"""A request may name the encoding of its form; Django takes every codec for one, also `zlib` and `idna`, and fails."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class CharsetMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and not _decodes(request.encoding):
            request.encoding = settings.DEFAULT_CHARSET
        return self.get_response(request)


def _decodes(charset: str) -> bool:
    """Whether it makes some text of any bytes."""
    try:
        return isinstance(b"a\xff".decode(charset, "replace"), str)
    except (LookupError, ValueError):
        return False
