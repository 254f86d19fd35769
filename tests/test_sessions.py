"""Sessions end: without use, and some days after the login at the latest."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from kb.models import User

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")
HOUR = 3600


@pytest.fixture
def desk(client: Client, settings: Settings) -> Client:
    settings.SESSION_COOKIE_AGE = 2 * HOUR
    settings.SESSION_LONGEST = 5 * HOUR
    client.force_login(User.objects.create_user("eve", is_staff=True))
    return client


def at(hours: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some hours later."""
    now, aware = START + hours * HOUR, dt.datetime.fromtimestamp(START + hours * HOUR, dt.UTC)
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(timezone, "now", lambda: aware)


START = time.time()


def is_in(desk: Client) -> bool:
    return desk.get(INDEX).status_code == 200


def test_who_does_nothing_for_too_long_has_to_log_in_again(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    at(1.9, monkeypatch)
    assert is_in(desk)
    at(4.0, monkeypatch)
    assert not is_in(desk)


def test_use_prolongs_a_session_but_not_for_ever(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for hours in (1.5, 3.0, 4.5):
        at(hours, monkeypatch)
        assert is_in(desk)
    at(5.1, monkeypatch)
    assert not is_in(desk)
    assert not Session.objects.exists()


def test_its_use_is_written_now_and_then_and_not_with_each_request(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    for hours in (0, 0.05, 0.15):
        at(hours, monkeypatch)
        assert is_in(desk)
        ends.append(Session.objects.get().expire_date)
    assert ends[0] == ends[1] < ends[2]


def test_a_login_begins_a_new_session(client: Client) -> None:
    User.objects.create_user("eve", password="a long and winding road", is_staff=True)
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["kb_session"] = str(before)
    client.post(reverse("admin:login"), {"username": "eve", "password": "a long and winding road"})
    assert client.session.session_key not in (None, before)
    assert not Session.objects.filter(session_key=before).exists()


def test_a_new_password_logs_out_everywhere_but_here(client: Client) -> None:
    old, new = "a long and winding road", "another long and winding one"
    eve = User.objects.create_user("eve", password=old, is_staff=True)
    elsewhere = Client()
    client.force_login(eve)
    elsewhere.force_login(eve)
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    assert client.post(reverse("admin:password_change"), form).status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    User.objects.create_user("eve", password="a long and winding road", is_staff=True)
    client.post(reverse("admin:login"), {"username": "eve", "password": "a long and winding road"})
    cookie = client.cookies["kb_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
