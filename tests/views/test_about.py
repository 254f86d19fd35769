from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from kb.services import silence
from tests.builders import a_loaded_page, a_published_page, a_reproduced_folder

pytestmark = pytest.mark.django_db


def html(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_numbers_are_counted() -> None:
    a_loaded_page(a_reproduced_folder())
    page = html("/about")
    assert "1 page about 1 tool, resting on 1 source." in page
    assert "1 of them reproduced" in page
    assert "On 1 the fix was tried too" in page


def test_silence_is_told_as_it_was_measured_last() -> None:
    a_published_page()
    silence.check([b"all is well", b"git@example.invalid: Permission denied (publickey)."])
    assert "On 1 of 2 healthy logs" in html("/about")


def test_an_installation_without_healthy_logs_claims_nothing() -> None:
    assert "healthy logs, of builds" not in html("/about")


@pytest.mark.parametrize("address", ["/about", "/privacy"])
def test_readers_learn_whom_to_ask(address: str, settings: Settings) -> None:
    settings.CONTACT = "mailto:ada@example.org"
    assert '<a href="mailto:ada@example.org">ada@example.org</a>' in html(address)
    settings.CONTACT = ""
    assert "left no address" in html(address)


def test_privacy_says_how_long_a_line_is_kept(settings: Settings) -> None:
    settings.UNKNOWN_DAYS = 42
    page = html("/privacy")
    assert "once nobody has pasted that error for 42 days" in page
    assert "Up to 3 lines" in page
    assert "at most 2000 characters" in page


def test_privacy_says_that_a_search_is_sent_while_it_is_typed() -> None:
    assert "sent while you type" in html("/privacy")


def test_every_page_leads_to_both() -> None:
    home = html("/")
    assert 'href="/about"' in home
    assert 'href="/privacy"' in home
