"""The site's addresses, and `/bare/<bytes>`: the least that a view can do, behind the same middleware."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import path

from kb import urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@cache
def constant(size: int) -> bytes:
    return b"x" * size


def bare(request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(constant(size))


urlpatterns = [path("bare/<int:size>", bare), *urls.urlpatterns]
