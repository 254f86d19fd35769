"""What every public address has in common; the table of addresses says which there are."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import Settings

from kb import urls
from tests.builders import a_full_doc, a_loaded_page, folder_of

pytestmark = pytest.mark.django_db

ARGUMENTS = {"tool": "ssh", "slug": "permission-denied-publickey", "number": 1}
NOT_FOR_READERS = {"healthz", "readyz", "metrics"}
PUBLIC = sorted(
    pattern.name
    for pattern in urls.urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name and pattern.name not in NOT_FOR_READERS
)
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
}
LOADING_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon", "preconnect"}


class Loads(HTMLParser):
    """What a browser asks for by itself when it shows a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in LOADS and told.get(LOADS[tag]):
            self.addresses.append(told[LOADS[tag]])
        if tag == "link" and LOADING_LINKS & set(told.get("rel", "").split()):
            self.addresses.append(told["href"])
        if tag == "form":
            self.addresses.append(told.get("action", ""))


def answer(name: str) -> HttpResponse:
    pattern = next(pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern) and pattern.name == name)
    wanted = pattern.pattern.converters
    address = reverse(name, kwargs={key: ARGUMENTS[key] for key in wanted})
    return Client(headers={"Accept-Encoding": "gzip"}).get(address)  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def a_site(settings: Settings) -> None:
    settings.CONTACT = "mailto:ada@example.org"
    a_loaded_page(folder_of("ssh/permission-denied-publickey", a_full_doc()))


@pytest.mark.parametrize("name", PUBLIC)
def test_no_public_address_sets_a_cookie_or_varies_by_reader(name: str) -> None:
    response = answer(name)
    assert response.status_code in (200, 302)
    assert not response.cookies
    assert set(re.split(r",\s*", response.get("Vary", "Accept-Encoding"))) == {"Accept-Encoding"}


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_address_is_guarded(name: str) -> None:
    response = answer(name)
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("name", PUBLIC)
def test_no_public_page_loads_anything_from_another_site_or_holds_a_token(name: str) -> None:
    response = answer(name)
    if not response.get("Content-Type", "").startswith("text/html"):
        return
    html = Client().get(response.request["PATH_INFO"]).content.decode()  # type: ignore[attr-defined]
    loaded = Loads(html).addresses
    assert [address for address in loaded if urlsplit(address).netloc or urlsplit(address).scheme] == []
    assert "csrfmiddlewaretoken" not in html
    assert "nonce=" not in html


@pytest.mark.parametrize(
    ("method", "address", "body", "caching", "has_tag"),
    [
        ("get", "/", "", "no-cache", True),
        ("get", "/errors/ssh/permission-denied-publickey/", "", "no-cache", True),
        ("get", "/errors/ssh/permission-denied-publickey.md", "", "no-cache", True),
        ("get", "/sitemap.xml", "", "no-cache", True),
        ("get", "/feeds/new.atom", "", "no-cache", True),
        ("get", "/.well-known/security.txt", "", "max-age=86400", False),
        ("get", "/search?q=denied", "", "", False),
        ("get", "/errors/ssh/nothing-like-it/", "", "", False),
        ("post", "/match", "error: it broke", "private", False),
        ("post", "/api/v1/match", "error: it broke", "no-store", False),
    ],
)
def test_each_kind_of_answer_says_how_long_it_holds(
    method: str, address: str, body: str, caching: str, has_tag: bool
) -> None:
    """A page is kept and asked for again, a result by its reader alone; a wrong address says nothing."""
    response = Client().generic(method.upper(), address, body, content_type="text/plain")
    assert caching in response.get("Cache-Control", "")
    assert bool(caching) == ("Cache-Control" in response.headers)
    assert ("ETag" in response.headers) is has_tag
