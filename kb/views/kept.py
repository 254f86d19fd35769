"""Public pages are built once for each version of the content, compressed once for each encoding, and then kept.

It stands in front of sessions, accounts and messages, which public pages do not need. The cache is the process's own,
and bounded by the number of entries; an address has one entry for each encoding, whatever the version.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import brotli
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from kb.views.revalidation import is_public, tag_for

WORTH_COMPRESSING = 200
"""Bytes; less fits into a packet anyway."""
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
"""By preference. Higher levels take ten times as long for a twentieth less."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer in one encoding."""

    tag: str
    headers: dict[str, str]
    body: bytes
    reads_query: bool
    """Whether the page depends on what stands behind `?`; what others append to a link changes nothing elsewhere."""

    def response(self) -> HttpResponse:
        return HttpResponse(self.body, headers=self.headers)


class KeptPagesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        has_query = bool(request.META.get("QUERY_STRING"))
        encoding = encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        cache, key = caches["pages"], _key(request.path, encoding)
        kept = cache.get(key)
        if kept is None or kept.tag != tag_for(request) or (has_query and kept.reads_query):
            response = self.get_response(request)
            if not is_public(request, response):
                return response
            patch_vary_headers(response, ["Accept-Encoding"])
            reads_query = "GET" in request.__dict__  # Django reads the query when it is first asked for
            if response.status_code != 200 or (has_query and reads_query):  # a query has too many values to keep all
                return response
            kept = _kept(response, tag_for(request), encoding, reads_query)
            cache.set(key, kept)
        return cast("HttpResponse", get_conditional_response(request, etag=kept.tag, response=kept.response()))


def encoding_for(accepted: str) -> str:
    """The best encoding that we have and the client takes; none for who names none."""
    wanted = {}
    for item in accepted.lower().split(","):
        name, _, quality = item.partition(";")
        wanted[name.strip()] = quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in COMPRESS if wanted.get(name, wanted.get("*", False))), "")


def _kept(response: HttpResponse, tag: str, encoding: str, reads_query: bool) -> Kept:
    body = response.content
    if encoding and len(body) >= WORTH_COMPRESSING:
        body = COMPRESS[encoding](body)
        response["Content-Encoding"] = encoding
    response["Content-Length"] = str(len(body))
    return Kept(tag, dict(response.items()), body, reads_query)


def _key(path: str, encoding: str) -> str:
    return f"{hashlib.blake2b(path.encode(errors='replace'), digest_size=16).hexdigest()}-{encoding}"
