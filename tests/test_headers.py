"""Whatever is answered, browsers are told what they may do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.urls.exceptions import NoReverseMatch
from pytest_django import Settings

from kb import urls
from kb.body_guard import BodyGuard, Message, Pace
from kb.handler import Handler
from kb.services import limits
from tests import loops
from tests.builders import a_full_doc, a_loaded_page, a_user, folder_of

pytestmark = pytest.mark.django_db

PAGE = "/errors/ssh/permission-denied-publickey/"
TOLD = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
POLICY = {"default-src 'self'", "object-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"}


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
urlpatterns = [path("fail", fail), path("denied", denied), path("", include(urls))]


@pytest.fixture(autouse=True)
def a_public_site(settings: Settings) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__
    settings.SITE_URL = "https://errors.example.org"
    settings.ALLOWED_HOSTS = ["errors.example.org"]
    settings.TWIN_HOST = "www.errors.example.org"
    settings.CONTACT = "mailto:ada@example.org"
    settings.SECURE_HSTS_SECONDS = 365 * 86400
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "headers"},
    }
    caches["pages"].clear()
    a_loaded_page(folder_of("ssh/permission-denied-publickey", a_full_doc()))
    yield
    caches["pages"].clear()


class OverHttps(Client):
    def generic(self, *args: Any, **kwargs: Any) -> Any:
        return super().generic(*args, **{**kwargs, "secure": True})


def client(host: str = "errors.example.org", **headers: str) -> Client:
    return OverHttps(raise_request_exception=False, headers={"Host": host, **headers})


def untold(response: Any) -> dict[str, str | None]:
    """What this answer leaves out, or tells otherwise."""
    told = response.headers
    wrong = {name: told.get(name) for name in TOLD if told.get(name) != TOLD[name]}
    if set(told.get("Content-Security-Policy", "").split("; ")) != POLICY:
        wrong["Content-Security-Policy"] = told.get("Content-Security-Policy")
    if "camera=()" not in told.get("Permissions-Policy", ""):
        wrong["Permissions-Policy"] = told.get("Permissions-Policy")
    return wrong


KINDS: dict[str, tuple[int, Callable[[], Any]]] = {
    "a page": (200, lambda: client().get(PAGE)),
    "a page that nobody has asked for since": (304, lambda: again(client(), PAGE)),
    "a style sheet": (200, lambda: client().get("/static/css/base.css")),
    "an answer": (200, lambda: client().post("/match", {"text": "error: it broke"})),
    "hints": (200, lambda: client().get("/search/hints?q=key")),
    "JSON": (200, lambda: client().get("/api/v1/pages")),
    "a problem document": (404, lambda: client().get("/api/v1/pages/no/such")),
    "a text for a terminal": (200, lambda: client(Accept="text/plain").post("/api/v1/match", "x", "text/plain")),
    "the door to the desk": (200, lambda: client().get("/admin/login/")),
    "the way to that door": (302, lambda: client().get("/admin/")),
    "the way to the other host": (301, lambda: client("www.errors.example.org").get("/")),
    "a host that is not ours": (400, lambda: client("evil.example.com").get("/")),
    "nothing at this address": (404, lambda: client().get("/nowhere")),
    "another spelling": (301, lambda: client().get("/Errors/SSH/")),
    "another method": (405, lambda: client().delete("/match")),
    "a form of another site": (403, lambda: client(**{"Sec-Fetch-Site": "cross-site"}).post("/match", {"text": "x"})),
    "what an account may not do": (403, lambda: client().get("/denied")),
    "a failure": (500, lambda: client().get("/fail")),
}


def again(browser: Client, address: str) -> Any:
    tag = browser.get(address).headers["ETag"]
    return browser.get(address, headers={"If-None-Match": tag})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_is_guarded(kind: str) -> None:
    status, ask = KINDS[kind]
    for _ in range(2):  # the second one may be a kept one
        response = ask()
        assert response.status_code == status
        assert untold(response) == {}


def test_who_asks_too_much_is_answered_under_guard(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIMITED = True
    settings.LIMITS = {**settings.LIMITS, "search": (1, 60)}
    monkeypatch.setattr(limits, "now", lambda: 6_000_000.0)
    caches["counters"].clear()
    client().get("/search?q=x")
    refused = client().get("/search?q=x")
    assert (refused.status_code, untold(refused)) == (429, {})


@pytest.mark.parametrize(("pace", "body", "status"), [(60.0, b"x" * 20, 413), (0.0, b"", 408)])
def test_who_sends_what_is_not_read_is_answered_under_guard(pace: float, body: bytes, status: int) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        if not body:
            raise TimeoutError  # as when the time for the next part is over
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"errors.example.org"), (b"accept", b"text/html")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/match",
        "headers": headers,
        "query_string": b"",
        "scheme": "https",
    }
    loops.run(BodyGuard(Handler(), 10, 100, Pace(pace, 1, pace))(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    response = HttpResponse(headers=told)
    assert (sent[0]["status"], untold(response)) == (status, {})


def addresses(patterns: list[Any], space: str = "") -> Iterator[str]:
    """Every address that needs no argument."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            try:
                yield reverse(f"{space}{pattern.name}")
            except NoReverseMatch:
                continue


def test_every_address_is_guarded_and_its_cookies_are() -> None:
    ada = a_user()
    ada.is_staff = ada.is_superuser = True
    ada.save()
    browser = client()
    browser.force_login(ada)
    asked = set(addresses(urls.urlpatterns))
    assert len(asked) > 40
    for address in sorted(asked):
        response = browser.get(address)
        assert untold(response) == {}, address
        for cookie in response.cookies.values():
            assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax"), (address, cookie)
