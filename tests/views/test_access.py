"""KB_ACCESS=login: nothing is told to strangers. The table of addresses is walked whole, so a new one is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from kb.models import Scope, User
from kb.services import limits, tokens
from kb.settings import middleware
from kb.views.access import OPEN
from tests import builders

pytestmark = pytest.mark.django_db

ARGUMENTS = {
    "tool": "ssh",
    "slug": "permission-denied-publickey",
    "app_label": "kb",
    "url": "kb/page/",
    "object_id": "1",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
LOGIN = reverse("admin:login")
PAGE = "/errors/ssh/permission-denied-publickey/"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROGRAM = {"Accept": "application/json"}


def addresses(patterns: list[Any], before: str = "/", space: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the site with plausible arguments, and its name."""
    for pattern in patterns:
        route = str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        address = before + re.sub(r"\((?:\?P<(\w+)>)?[^)]*\)|<(?:\w+:)?(\w+)>", plausible, route)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, address, f"{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield address, f"{space}{pattern.name}"


def plausible(found: re.Match[str]) -> str:
    return ARGUMENTS.get(found[1] or found[2], "1")


EVERY_ADDRESS = sorted(set(addresses(get_resolver().url_patterns)))
CLOSED = sorted({address for address, name in EVERY_ADDRESS if name not in OPEN})


@pytest.fixture(autouse=True)
def for_accounts_only(settings: Settings) -> None:
    settings.ACCESS = "login"
    settings.MIDDLEWARE = middleware("login")
    tokens.forget()


@pytest.fixture
def page() -> None:
    builders.a_published_page()


def a_token(*scopes: Scope) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.make(builders.a_user(), 'CI', scopes).text}"}


def test_the_walk_comes_everywhere() -> None:
    names = {name for _, name in EVERY_ADDRESS}
    assert {"home-show", "pages-show", "feeds-new", "api:match", "admin:index", "admin:kb_page_change"} <= names
    assert names >= OPEN
    assert len(CLOSED) > 150


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("method", METHODS)
def test_a_strangers_browser_is_led_to_the_login_from_everywhere(method: str) -> None:
    wrong, client = {}, Client()
    for address in CLOSED:
        if address.startswith("/api/"):
            continue
        answer = client.generic(method, address, headers=BROWSER)
        wanted = address if method in ("GET", "HEAD") else "/"
        if (answer.status_code, answer.headers.get("Location")) != (302, f"{LOGIN}?next={wanted.replace('/', '%2F')}"):
            wrong[address] = (answer.status_code, answer.headers.get("Location"))
        assert answer.content == b""
    assert wrong == {}


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("method", METHODS)
def test_a_program_without_a_token_is_told_so_everywhere(method: str) -> None:
    wrong, client = {}, Client()
    for address in CLOSED:
        answer = client.generic(method, address, headers=PROGRAM)
        if answer.status_code != 401 or not answer.headers["WWW-Authenticate"].startswith("Bearer"):
            wrong[address] = answer.status_code
        elif method != "HEAD":
            assert json.loads(answer.content)["status"] == 401
        assert b"Permission denied" not in answer.content
    assert wrong == {}


@pytest.mark.parametrize("address", ["/no/such/page", "/admin/no/such", "/api/v1/none", "/errors/ssh/x.md", "/static"])
def test_an_address_that_is_not_there_is_told_like_one_that_is(address: str) -> None:
    assert Client().get(address, headers=PROGRAM).status_code == 401


@pytest.mark.parametrize("name", sorted(OPEN))
def test_what_is_open_answers_without_an_account(name: str) -> None:
    address = next(address for address, found in EVERY_ADDRESS if found == name)
    assert Client().get(address, headers=BROWSER).status_code in (200, 503)


@pytest.mark.usefixtures("page")
def test_whoever_logs_in_comes_to_where_they_wanted() -> None:
    User.objects.create_user("reader", password="a long and winding road")
    client = Client()
    login = client.get(f"{PAGE}history/?from=1&to=1", headers=BROWSER).headers["Location"]
    form = client.get(login, headers=BROWSER).context
    sent = {"username": "reader", "password": "a long and winding road", "next": form["next"]}
    there = client.post(login, sent).headers["Location"]
    assert there == f"{PAGE}history/?from=1&to=1"
    assert client.get(PAGE, headers=BROWSER).status_code == 200


@pytest.mark.usefixtures("page")
def test_a_page_that_is_kept_gets_to_nobody_without_an_account(settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["pages"].clear()
    reader = Client()
    reader.force_login(builders.a_user())
    first, again = reader.get(PAGE), reader.get(PAGE)
    assert first.content == again.content
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert {"Cookie", "Authorization"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    tag = {"If-None-Match": first.headers["ETag"]}
    assert Client().get(PAGE, headers=BROWSER | tag).status_code == 302
    assert Client().get(PAGE, headers=PROGRAM | tag).status_code == 401


@pytest.mark.usefixtures("page")
def test_no_answer_may_be_kept_between_the_site_and_who_asked() -> None:
    reader = Client()
    reader.force_login(builders.a_user())
    for address in ("/", PAGE, "/feeds/new.atom", "/api/v1/pages", "/search?q=x", "/no/such/page", "/sitemap.xml"):
        assert "private" in reader.get(address, headers=BROWSER).headers["Cache-Control"], address
    assert "private" in reader.post("/match", {"text": "x"}).headers["Cache-Control"]


@pytest.mark.usefixtures("page")
def test_a_token_does_what_its_scopes_say() -> None:
    def statuses(headers: dict[str, str]) -> tuple[int, int]:
        client = Client(headers=PROGRAM | headers)
        posted = client.post("/api/v1/match", "x", content_type="text/plain")
        return client.get(PAGE).status_code, posted.status_code

    assert statuses(a_token(Scope.READ)) == (200, 403)
    User.objects.all().delete()
    assert statuses(a_token(Scope.MATCH)) == (403, 200)
    User.objects.all().delete()
    assert statuses(a_token(Scope.METRICS)) == (403, 403)
    User.objects.all().delete()
    curator = a_token(Scope.CURATE)
    assert statuses(curator) == (403, 403)
    assert Client(headers=curator).get("/api/v1/archive").status_code == 200


def test_a_token_opens_no_door_to_the_desk() -> None:
    answer = Client(headers=a_token(*Scope)).get(reverse("admin:index"))
    assert answer.headers["Location"].startswith(LOGIN)


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("access", ["public", "login"])
@pytest.mark.parametrize("address", [PAGE, "/", "/api/v1/pages", "/healthz", "/admin/login/"])
def test_a_bad_token_is_refused_and_never_ignored(settings: Settings, access: str, address: str) -> None:
    settings.ACCESS, settings.MIDDLEWARE = access, middleware(access)
    answer = Client(headers=PROGRAM | {"Authorization": "Bearer kbt_x"}).get(address)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Fixpoint"'
    assert "mistyped, revoked or expired" in answer.json()["detail"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_many_bad_tokens_are_limited(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIMITED, settings.LIMITS = True, {**settings.LIMITS, "api": (2, 60)}
    monkeypatch.setattr(limits, "now", lambda: 6_000_000.0)
    caches["counters"].clear()
    client = Client(headers=PROGRAM | {"Authorization": "Bearer kbt_x"})
    assert [client.get("/").status_code for _ in range(3)] == [401, 401, 429]
    caches["counters"].clear()
