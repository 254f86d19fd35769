from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from kb.settings import twin_of


@pytest.fixture(autouse=True)
def own_address(settings: Settings) -> None:
    settings.SITE_URL = "https://errors.example.org"
    settings.ALLOWED_HOSTS = ["errors.example.org"]
    settings.TWIN_HOST = "www.errors.example.org"


@pytest.mark.parametrize("host", ["www.errors.example.org", "WWW.errors.example.org", "www.errors.example.org:80"])
def test_the_host_with_www_leads_to_the_one_without(host: str) -> None:
    response = Client(headers={"Host": host}).get("/errors/?page=2")
    assert response.status_code == 301
    assert response["Location"] == "https://errors.example.org/errors/?page=2"


def test_what_is_sent_to_the_other_host_is_sent_again() -> None:
    response = Client(headers={"Host": "www.errors.example.org"}).post("/api/v1/match", {"text": "x"})
    assert response.status_code == 308


def test_any_other_host_is_refused() -> None:
    assert Client(headers={"Host": "evil.example.com"}).get("/healthz").status_code in (200, 400)
    assert Client(headers={"Host": "evil.example.com"}).get("/no-such").status_code == 400


@pytest.mark.parametrize(
    ("host", "twin"),
    [
        ("example.org", "www.example.org"),
        ("www.example.org", "example.org"),
        ("localhost", ""),
        ("127.0.0.1", ""),
        ("::1", ""),
    ],
)
def test_a_name_has_a_twin_and_a_number_has_none(host: str, twin: str) -> None:
    assert twin_of(host) == twin
