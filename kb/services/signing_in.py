"""Guessing passwords is slow, and locks nobody out but who guesses.

Tries are counted for an account from one address, for an address over all accounts, and for an account over all
addresses. The last is what many machines together run into; a browser in which somebody has logged in to the account
before is known by a signed cookie and counted for itself, so they do not lock its owner out.
"""

from __future__ import annotations

import secrets

from django.core import signing
from django.http import HttpRequest, HttpResponse

from kb.models import User
from kb.services import limits
from kb.services.clients import address_of

COOKIE = "kb_known"
KNOWN_FOR_S = 90 * 86_400
_signer = signing.TimestampSigner(salt="kb.known-browser")


def take(request: HttpRequest, name: str) -> limits.Refusal | None:
    """Count a try to enter this account; the refusal, if there were too many."""
    name = name.strip().lower()
    if browser := _known_browser(request, name):
        return limits.take("login", f"browser {browser}")
    address = address_of(request)
    return (
        limits.take("login", f"{address} {name}")
        or limits.take("login-address", address)
        or limits.take("login-account", name)
    )


def remember_browser(response: HttpResponse, user: User, secure: bool) -> None:
    """This browser has shown the password of this account."""
    value = _signer.sign_object({"name": user.username.lower(), "browser": secrets.token_urlsafe(12)})
    response.set_cookie(COOKIE, value, KNOWN_FOR_S, path="/admin/", secure=secure, httponly=True, samesite="Strict")


def _known_browser(request: HttpRequest, name: str) -> str:
    """Its number, if it is known to the account of this name."""
    try:
        known = _signer.unsign_object(request.COOKIES.get(COOKIE, ""), max_age=KNOWN_FOR_S)
    except signing.BadSignature:
        return ""
    return str(known["browser"]) if known["name"] == name else ""
