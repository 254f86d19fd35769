"""The site has one host name: who writes `www.` in front of it, or leaves it away, is led to the right one."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class OneHostMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Compared as sent: the check of the host comes later, and only this one is led on, to a fixed address.
        host = request.META.get("HTTP_HOST", "").partition(":")[0].lower()
        if settings.TWIN_HOST and host == settings.TWIN_HOST:
            address = f"{settings.SITE_URL}{request.get_full_path()}"
            return redirect(address, permanent=True, preserve_request=request.method not in ("GET", "HEAD"))
        return self.get_response(request)
