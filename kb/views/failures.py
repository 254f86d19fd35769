"""What readers are told when there is nothing to show, in the form that they read."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from kb.refusals import Form, form_for, told
from kb.services import limits
from kb.services.clients import address_of
from kb.services.limits import Refusal
from kb.services.texts import TooLarge
from kb.views import finding_again

DATABASE_FAILURES = (OperationalError, InterfaceError, DatabaseError)
"""Of the database itself. The other kinds of DatabaseError say that a program asked for nonsense: our mistake."""
RETRY_AFTER_S = 5


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TooManyFieldsSent):
        detail = f"This form was sent with more fields than {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}. Nothing was done."
        return _refused(request, 400, detail, "400_fields.html")
    return _refused(request, 400, "This request cannot be read: something in it is malformed.", "400.html")


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refused(request, 403, "Your account may not do this.", "403.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of those with an account came without its token."""
    detail = "This form is not known any more: reload the page that it stands on, and send it again."
    return _refused(request, 403, detail, "403_csrf.html")


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than is read."""
    return _refused(request, 413, str(TooLarge(settings.TEXT_LIMIT)), "413.html")


def too_slow(request: HttpRequest) -> HttpResponse:
    """What was sent came so slowly that nobody waited for its end."""
    detail = "This came too slowly and was not read to its end. Send less, the part around the failure, or compress it."
    return _refused(request, 408, detail, "408.html")


def too_many(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Too much was asked within a time."""
    response = _refused(request, 429, str(refusal), "429.html", {"refusal": refusal})
    response["Retry-After"] = str(refusal.retry_after_s)
    response["Cache-Control"] = "no-store"
    return response


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing is at this address: lead to what it says but for its spelling, else offer what its words lead to."""
    if request.method in ("GET", "HEAD") and (address := finding_again.respelt(request.path_info)):
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        return redirect(f"{address}{query}", permanent=True)
    form = form_for(request.headers.get("Accept", ""), request.path_info)
    if form is not Form.PAGE:
        return _refused(request, 404, "Nothing is at this address.", "404.html")
    words = finding_again.words_of(request.path_info)
    # This searches as well, and whoever has searched enough is told only that nothing is here.
    may_search = words and not limits.take("search", address_of(request))
    context = {"words": words, "cards": finding_again.likely_pages(request.path_info) if may_search else []}
    return _vary(render(request, "404.html", context, status=404))


def failed(request: HttpRequest) -> HttpResponse:
    """Our own mistake, or the database's: nothing is looked up, because that may be what failed."""
    kind_of_failure = sys.exc_info()[0]
    if kind_of_failure in DATABASE_FAILURES:
        return unavailable(request)
    form = form_for(request.headers.get("Accept", ""), request.path_info)
    if form is Form.PAGE:
        return _vary(HttpResponse(failed_page(), status=500))
    kind, body = told(form, 500, "This failed on our side; the error was logged, without your text.")
    return _vary(HttpResponse(body, status=500, content_type=kind))


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away, full or damaged: what was asked for may work again soon."""
    form = form_for(request.headers.get("Accept", ""), request.path_info)
    kind, body = ("text/html; charset=utf-8", unavailable_page().encode())
    if form is not Form.PAGE:
        kind, body = told(form, 503, "The database of this site does not answer; try again in a moment.")
    headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
    return _vary(HttpResponse(body, status=503, content_type=kind, headers=headers))


@cache
def failed_page() -> str:
    """Made when the process starts: later it must come from nowhere."""
    return render_to_string("500.html")


@cache
def unavailable_page() -> str:
    """Likewise."""
    return render_to_string("503.html")


def _refused(
    request: HttpRequest, status: int, detail: str, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    form = form_for(request.headers.get("Accept", ""), request.path_info)
    if form is Form.PAGE:
        return _vary(render(request, template, context, status=status))
    kind, body = told(form, status, detail)
    return _vary(HttpResponse(body, status=status, content_type=kind))


def _vary(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept"])
    return response
