"""Who may come in. It stands before the pages that are kept, so that none of them gets to who may not read it.

A token that is not valid is refused wherever it is shown. Where KB_ACCESS is `login`, every address but a few needs an
account or a token of the right scope, and no answer may be kept between the site and who asked.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

from kb.models import Scope
from kb.refusals import Form, form_for, told
from kb.services import limits, tokens
from kb.services.clients import address_of
from kb.services.indexing import live
from kb.views import failures

OPEN = frozenset({"healthz", "readyz", "metrics", "admin:login", "admin:password-forgotten", "admin:password-set"})
"""What can be asked without an account: `metrics` has a rule of its own. Static files never get here."""
BAD_TOKEN = "This token is not valid: it is mistyped, revoked or expired. Make another one, or send none."  # noqa: S105
NO_ACCOUNT = "This site is for those with an account: log in, or send a token as `Authorization: Bearer …`."
READING = ("GET", "HEAD", "OPTIONS")
SCOPES = {"api:archive": Scope.CURATE}
"""What a token needs at an address, where it is not `read` to read and `match` to send."""


class AccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not live.has_database and _must_be_looked_up(request):
            return failures.unavailable(request)
        if tokens.is_bad(request):
            return _without_valid_token(request)
        if settings.ACCESS == "public" or _is_open(request):
            return self.get_response(request)
        return _private(_refusal(request) or self.get_response(request))


def _must_be_looked_up(request: HttpRequest) -> bool:
    """Whether only the database knows if this may come in: while that is away nobody waits for it."""
    return tokens.is_unheard_of(request) or (
        settings.ACCESS == "login" and not _is_open(request) and tokens.token_of(request) is None
    )


def _is_open(request: HttpRequest) -> bool:
    return _name(request) in OPEN


def _name(request: HttpRequest) -> str:
    """Of the address that is asked for; empty where there is none."""
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """The answer to who may not come in here."""
    if token := tokens.token_of(request):
        scope = SCOPES.get(_name(request), Scope.READ if request.method in READING else Scope.MATCH)
        return None if token.allows(scope) else _told(request, 403, f"This token is not for this: it lacks '{scope}'.")
    return None if request.user.is_authenticated else _to_the_login(request)


def _to_the_login(request: HttpRequest) -> HttpResponse:
    """People are led to the login and from there to where they wanted, programs are told that they need a token."""
    if form_for(request.headers.get("Accept", ""), request.path_info) is not Form.PAGE:
        return _told(request, 401, NO_ACCOUNT)
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else "/"  # a form cannot be sent once more
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': wanted})}")


def _without_valid_token(request: HttpRequest) -> HttpResponse:
    """Each costs a look into the database, so they count as requests to the API."""
    refusal = limits.take("api", address_of(request))
    return failures.too_many(request, refusal) if refusal else _private(_told(request, 401, BAD_TOKEN))


def _told(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    form = form_for(request.headers.get("Accept", ""), request.path_info)
    kind, body = told(form, status, detail)
    response = HttpResponse(body, status=status, content_type=kind)
    if status == 401:
        response["WWW-Authenticate"] = f'Bearer realm="{settings.SITE_NAME}"'
    return response


def _private(response: HttpResponse) -> HttpResponse:
    """For who asked, and nobody between; a result, which only their own browser keeps, stays so."""
    if "private" not in response.get("Cache-Control", ""):
        response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie", "Authorization", "Accept"])
    return response
