"""Who asks too much is refused before anything is done for it, in the form that it reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from kb.body_guard import REFUSED
from kb.models import Scope
from kb.services import limits, tokens
from kb.views.limited import KINDS, RefusedBodiesMiddleware
from tests.builders import a_user, an_edited_page

pytestmark = pytest.mark.django_db

PROXIED = "198.51.100.7"


@pytest.fixture(autouse=True)
def one_request_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIMITED = True
    settings.LIMITS = {**dict.fromkeys(settings.LIMITS, (1, 60)), "bytes": (100, 60)}
    monkeypatch.setattr(limits, "now", lambda: 6_000_000.0)
    caches["counters"].clear()


def ask(address: str, text: str = "", /, **headers: str) -> Any:
    client = Client(headers=headers, REMOTE_ADDR=PROXIED)
    return client.post(address, text, content_type="text/plain") if text else client.get(address)


ASKED = [
    ("/match", "error: it broke"),
    ("/match/preview", "error: it broke"),
    ("/search?q=git", ""),
    ("/search/hints?q=git", ""),
    ("/api/v1/match", "error: it broke"),
    ("/api/v1/pages?q=git", ""),
    ("/api/v1/openapi.json", ""),
]


@pytest.mark.parametrize(("address", "text"), ASKED)
def test_whoever_asks_more_than_its_limit_is_refused(address: str, text: str) -> None:
    assert ask(address, text).status_code == 200
    refused = ask(address, text)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "120"
    assert refused["Cache-Control"] == "no-store"
    assert Client().get("/search?q=other").status_code == 200, "others are not concerned"


def test_a_browser_is_told_in_the_dress_of_the_site() -> None:
    ask("/search?q=git")
    html = ask("/search?q=git", accept="text/html").content.decode()
    assert "<h1>Too many requests</h1>" in html
    assert "searches here are limited to 1 each minute" in html
    assert 'class="masthead"' in html


def test_a_program_is_told_in_a_problem_document() -> None:
    ask("/api/v1/pages")
    refused = ask("/api/v1/pages")
    assert refused["Content-Type"] == "application/problem+json"
    told = json.loads(refused.content)
    assert (told["status"], told["title"]) == (429, "Too Many Requests")
    assert told["detail"].endswith("Try again in 120 seconds.")


def test_a_terminal_is_told_in_a_line() -> None:
    ask("/api/v1/match", "error: it broke")
    refused = ask("/api/v1/match", "error: it broke", accept="text/plain")
    assert refused.content.decode().count("\n") == 1


def test_bytes_count_whatever_they_are_sent_to() -> None:
    assert ask("/api/v1/match", "e" * 60).status_code == 200
    assert ask("/admin/login/", "e" * 60).status_code == 429


def test_a_token_has_a_limit_of_its_own_wherever_it_is_used() -> None:
    ask("/api/v1/pages")
    text = tokens.make(a_user(), "ci", [Scope.READ]).text
    assert ask("/api/v1/pages", authorization=f"Bearer {text}").status_code == 200
    refused = Client(REMOTE_ADDR="203.0.113.9").get("/api/v1/pages", headers={"Authorization": f"Bearer {text}"})
    assert "requests with one token here are limited to 1 each minute" in refused.content.decode()
    assert ask("/api/v1/pages", authorization="Bearer kbt_made-up").status_code == 429


def test_comparing_two_wordings_counts_as_a_search_and_a_history_that_is_kept_costs_nothing(settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["pages"].clear()
    an_edited_page()
    history = "/errors/ssh/permission-denied-publickey/history/"
    assert [ask(history).status_code for _ in range(2)] == [200, 200]
    assert ask(f"{history}?from=1&to=2").status_code == 429


def test_pages_are_not_limited(settings: Settings) -> None:
    for _ in range(3):
        assert ask("/").status_code == 200
        assert ask("/errors/").status_code == 200


def test_every_address_where_somebody_sends_something_or_searches_has_a_kind() -> None:
    names = {
        name for name in names_of(get_resolver().url_patterns) if name.startswith(("match", "search", "api:match"))
    }
    assert names == set(KINDS) - {"pages-history"}


def names_of(patterns: list[Any], space: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names_of(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.add(f"{space}{pattern.name}")
    return found


@pytest.mark.parametrize(
    ("status", "accept", "told"),
    [
        (413, "text/html", "<h1>This text is too large</h1>"),
        (408, "text/html", "<h1>This came too slowly</h1>"),
        (413, "application/json", "at most 10 MiB"),
        (408, "text/plain", "This came too slowly and was not read to its end."),
    ],
)
def test_a_body_that_was_refused_is_told_in_the_form_that_its_sender_reads(
    status: int, accept: str, told: str, rf: Any
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise AssertionError("nothing is done for it")

    request = rf.post("/match", headers={"Accept": accept})
    request.scope = {REFUSED: status}
    response = RefusedBodiesMiddleware(view)(request)
    assert response.status_code == status
    assert told in response.content.decode()
    assert (response["Connection"], response["Cache-Control"]) == ("close", "no-store")
