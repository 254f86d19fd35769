from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kb.models import ApiToken, Scope
from kb.services import tokens
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    tokens.forget()


def asking(header: str | None) -> HttpRequest:
    return RequestFactory().get("/", headers={} if header is None else {"Authorization": header})


def a_token(*scopes: Scope, expires_at: dt.datetime | None = None) -> tokens.Made:
    return tokens.make(builders.a_user(), "CI", scopes or (Scope.READ,), expires_at)


def test_a_token_is_found_by_its_text_and_knows_what_it_allows() -> None:
    made = a_token(Scope.READ, Scope.MATCH)
    token = tokens.token_of(asking(f"Bearer {made.text}"))
    assert token is not None
    assert token == made.token
    assert [scope for scope in Scope if token.allows(scope)] == [Scope.READ, Scope.MATCH]


def test_the_database_holds_a_digest_and_the_beginning_and_not_the_token() -> None:
    made = a_token()
    row = ApiToken.objects.values().get()
    assert row["digest"] == hashlib.sha256(made.text.encode()).hexdigest()
    assert not any(made.text in str(value) for value in row.values())
    assert made.text.startswith(row["prefix"])
    assert len(row["prefix"]) < 12
    assert not any(made.text in entry.change_message for entry in LogEntry.objects.all())


def test_each_token_holds_256_random_bits() -> None:
    texts = {tokens.make(builders.a_user(f"user-{number}"), "x", ()).text for number in range(20)}
    assert len(texts) == 20
    assert {len(text) for text in texts} == {len(tokens.MARK) + 43}


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearerx"])
def test_a_request_without_a_token_has_none_and_is_not_refused_for_it(header: str | None) -> None:
    request = asking(header)
    assert tokens.token_of(request) is None
    assert not tokens.is_bad(request)


@pytest.mark.parametrize("text", ["", "x", "kbt_" + "a" * 43, "kbt_\udcff", "a b", "é" * 5])
def test_a_token_that_is_not_ours_is_bad(text: str) -> None:
    a_token()
    request = asking(f"Bearer {text}")
    assert tokens.token_of(request) is None
    assert tokens.is_bad(request)


def test_an_expired_token_is_bad_also_where_it_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_token(expires_at=timezone.now() + dt.timedelta(minutes=1))
    assert tokens.token_of(asking(f"Bearer {made.text}"))
    later = timezone.now() + dt.timedelta(minutes=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert tokens.is_bad(asking(f"Bearer {made.text}"))


def test_a_revoked_token_is_bad_at_once_in_this_process_and_its_owner_can_see_by_whom() -> None:
    made, boss = a_token(), builders.a_user("boss")
    assert tokens.token_of(asking(f"Bearer {made.text}"))
    tokens.revoke(made.token, boss)
    assert tokens.is_bad(asking(f"Bearer {made.text}"))
    assert [entry.user for entry in LogEntry.objects.filter(change_message__contains="revoked")] == [boss]


def test_another_process_forgets_a_revoked_token_after_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_token()
    now = tokens.clock()
    monkeypatch.setattr(tokens, "clock", lambda: now)
    assert tokens.token_of(asking(f"Bearer {made.text}"))
    ApiToken.objects.revoke()  # as another process does it: nothing tells this one
    monkeypatch.setattr(tokens, "clock", lambda: now + tokens.REMEMBERED_S)
    assert tokens.is_bad(asking(f"Bearer {made.text}"))
    assert tokens.REMEMBERED_S <= 10


def test_the_token_of_an_account_that_was_deactivated_is_bad() -> None:
    made = a_token()
    made.token.owner.is_active = False
    made.token.owner.save()
    assert tokens.is_bad(asking(f"Bearer {made.text}"))


def test_a_token_that_was_just_used_costs_no_query() -> None:
    made = a_token()
    tokens.token_of(asking(f"Bearer {made.text}"))
    with CaptureQueriesContext(connection) as captured:
        assert tokens.token_of(asking(f"Bearer {made.text}"))
    assert len(captured) == 0


def test_its_last_use_is_written_apart_and_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_token()
    for _ in range(3):
        tokens.token_of(asking(f"Bearer {made.text}"))
    assert ApiToken.objects.get().last_used_at is None
    tokens.write_uses()
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    tokens.forget()
    tokens.token_of(asking(f"Bearer {made.text}"))
    tokens.write_uses()
    assert ApiToken.objects.get().last_used_at == first
    later = first + tokens.USE_EVERY
    monkeypatch.setattr(timezone, "now", lambda: later)
    tokens.token_of(asking(f"Bearer {made.text}"))
    tokens.write_uses()
    assert ApiToken.objects.get().last_used_at == later


def test_many_strangers_do_not_make_it_forget_who_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_token()
    tokens.token_of(asking(f"Bearer {made.text}"))
    monkeypatch.setattr(tokens, "MOST_REMEMBERED", 2)
    for number in range(5):
        assert tokens.is_bad(asking(f"Bearer {number}"))
    with CaptureQueriesContext(connection) as captured:
        tokens.token_of(asking(f"Bearer {made.text}"))
    assert len(captured) == 0
