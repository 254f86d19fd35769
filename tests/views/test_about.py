from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from kb.services import silence
from tests.builders import a_loaded_page, a_published_page, a_reproduced_folder
from tests.corpus.shipped import logs

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


def test_silence_is_counted_on_the_healthy_logs_of_the_repository() -> None:
    a_published_page()
    assert f"On {len(logs())} of {len(logs())} healthy logs" in html("/about")


def test_a_page_that_fires_on_a_healthy_log_is_not_hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "well.log").write_text("all is well\n")
    (tmp_path / "noisy.log").write_text("git@example.invalid: Permission denied (publickey).\n")
    monkeypatch.setattr(silence, "CLEAN", tmp_path)
    a_published_page()
    assert "On 1 of 2 healthy logs" in html("/about")


def test_an_installation_without_healthy_logs_claims_nothing(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(silence, "CLEAN", settings.BASE_DIR / "nowhere")
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


def test_every_page_leads_to_both() -> None:
    home = html("/")
    assert 'href="/about"' in home
    assert 'href="/privacy"' in home
