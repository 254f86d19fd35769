"""Guessing is slow, and locks nobody out but who guesses: tried over HTTP, as guessers do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from kb.models import User
from kb.services import limits, signing_in

pytestmark = pytest.mark.django_db
PASSWORD = "a long and winding road"
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def limited(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A site that others reach, on which little may be tried, at one moment."""
    settings.LIMITED = True
    settings.LIMITS = {**settings.LIMITS, "login": (3, 3600), "login-address": (6, 3600), "login-account": (8, 3600)}
    monkeypatch.setattr(limits, "now", lambda: 6_000_000.0)
    caches["counters"].clear()
    User.objects.create_user("eve", password=PASSWORD, is_staff=True)
    yield
    caches["counters"].clear()


def try_in(name: str = "eve", password: str = "wrong", address: str = HERE, client: Client | None = None) -> Any:
    form = {"username": name, "password": password}
    return (client or Client()).post(reverse("admin:login"), form, REMOTE_ADDR=address)


def test_too_many_tries_are_refused_with_the_right_password_too() -> None:
    assert [try_in().status_code for _ in range(3)] == [200] * 3
    refused = try_in(password=PASSWORD)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert b"Too many requests: attempts to log in" in refused.content


def test_nobody_else_is_locked_out() -> None:
    for _ in range(5):
        try_in()
    assert try_in(password=PASSWORD, address=THERE).status_code == 302


def test_an_unknown_name_is_refused_after_as_many_tries_and_told_the_same() -> None:
    def told(name: str) -> list[tuple[int, str]]:
        answers = [try_in(name, address=f"192.0.2.{len(name)}") for _ in range(4)]
        return [(answer.status_code, answer.context["form"].non_field_errors()[0]) for answer in answers]

    assert told("eve") == told("nobody")


def test_one_address_does_not_try_many_accounts() -> None:
    tries = [try_in(f"name-{number}").status_code for number in range(7)]
    assert tries == [200] * 6 + [429]


def test_many_addresses_together_do_not_guess_one_account_and_its_owner_still_gets_in() -> None:
    known = Client()
    assert try_in(password=PASSWORD, client=known).status_code == 302
    known.post(reverse("admin:logout"))
    tries = [try_in(address=f"198.51.100.{number}").status_code for number in range(8)]
    assert tries == [200] * 7 + [429]
    assert try_in(password=PASSWORD, address=THERE, client=known).status_code == 302


def test_capitals_and_blanks_make_no_other_account_to_count() -> None:
    assert [try_in(name).status_code for name in ("eve", "EVE", " eve ", "Eve")] == [200, 200, 200, 429]


def test_a_known_browser_is_counted_too() -> None:
    known = Client()
    try_in(password=PASSWORD, client=known)
    assert [try_in(client=known).status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("cookie", ["", "x", "eyJuYW1lIjoiZXZlIn0:1:x"])
def test_a_forged_cookie_makes_no_browser_known(cookie: str) -> None:
    stranger = Client()
    stranger.cookies[signing_in.COOKIE] = cookie
    assert [try_in(client=stranger).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_browser_is_known_to_one_account_only() -> None:
    User.objects.create_user("boss", password="x")
    known = Client()
    try_in(password=PASSWORD, client=known)
    tries = [try_in("boss", client=known).status_code for _ in range(4)]
    assert tries == [200, 200, 200, 429]
    assert known.cookies[signing_in.COOKIE]["httponly"]
    assert known.cookies[signing_in.COOKIE]["path"] == "/admin/"
