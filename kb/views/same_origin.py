"""Public pages carry no token and no cookie, so a form is believed when the browser says that our own page sent it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[[HttpRequest], HttpResponse]


def same_origin(view: View) -> View:
    """Refuse what a page of another site sends. Programs that are no browsers send neither header and may pass."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not is_from_here(request):
            return render(request, "cross_site.html", status=403)
        return view(request)

    return csrf_exempt(guarded)


def is_from_here(request: HttpRequest) -> bool:
    """`Sec-Fetch-Site` decides where there is one; browsers leave it out on plain http, then `Origin` does."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.get_host()
