from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from kb.content import document as doc
from tests.builders import a_published_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_address(settings: Settings) -> None:
    settings.SITE_URL = "https://errors.example.org"


def get(address: str) -> HttpResponse:
    return Client().get(address)  # type: ignore[return-value]


def text(address: str) -> str:
    response = get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_crawlers_are_led_to_the_sitemap_and_away_from_answers() -> None:
    robots = text("/robots.txt")
    assert robots.startswith("User-agent: *\n")
    assert "Sitemap: https://errors.example.org/sitemap.xml\n" in robots
    assert {"/match", "/search", "/admin/"} <= set(re.findall("Disallow: (.*)", robots))
    assert "Disallow: /\n" not in robots


def test_a_site_that_wants_no_crawlers_says_so(settings: Settings) -> None:
    settings.CRAWLERS = "refuse"
    assert text("/robots.txt") == "User-agent: *\nDisallow: /\n"


def test_llms_txt_lists_every_page_with_the_address_of_its_markdown() -> None:
    a_published_page(title="Denied [publickey]")
    listed = text("/llms.txt")
    assert listed.startswith("# Fixpoint\n\n> ")
    assert "\n## Ssh\n" in listed
    (address,) = re.findall(r"- \[Denied \\\[publickey\\\]\]\((.*?)\): \S", listed)
    assert get(address.removeprefix("https://errors.example.org")).status_code == 200


def test_llms_txt_of_a_large_site_names_where_the_pages_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.views.machines.PAGES_LISTED", 0)
    a_published_page()
    (address,) = re.findall(r"- \[1 pages?\]\(https://errors.example.org(.*?)\)", text("/llms.txt"))
    assert Client().get(address).json()["count"] == 1


def test_a_browser_learns_how_to_search_here(settings: Settings) -> None:
    settings.SITE_NAME = "A very long name & more of it"
    described = text("/opensearch.xml")
    assert 'template="https://errors.example.org/search?q={searchTerms}"' in described
    (short,) = re.findall("<ShortName>(.*?)</ShortName>", described)
    assert short == "A very long name"
    assert get("/opensearch.xml")["Content-Type"].startswith("application/opensearchdescription+xml")


def test_security_txt_says_whom_to_tell_and_until_when(settings: Settings) -> None:
    settings.CONTACT = "mailto:ada@example.org"
    response = get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    fields: dict[str, Any] = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert fields["Contact"] == "mailto:ada@example.org"
    assert fields["Canonical"] == "https://errors.example.org/.well-known/security.txt"
    expires = dt.datetime.fromisoformat(fields["Expires"])
    assert dt.timedelta() < expires - dt.datetime.now(dt.UTC) < dt.timedelta(days=365)


def test_without_a_contact_there_is_no_security_txt(settings: Settings) -> None:
    settings.CONTACT = ""
    assert get("/.well-known/security.txt").status_code == 404


def test_programs_that_do_not_read_the_page_find_its_icon() -> None:
    assert get("/favicon.ico")["Location"].endswith("/icon.svg")


@pytest.mark.parametrize(("ending", "kind"), [(".md", "text/markdown; charset=utf-8"), (".json", "application/json")])
def test_other_forms_of_a_page_say_what_they_are_and_which_page_they_belong_to(ending: str, kind: str) -> None:
    a_published_page()
    response = get(f"/errors/ssh/permission-denied-publickey{ending}")
    assert response["Content-Type"] == kind
    canonical = "https://errors.example.org/errors/ssh/permission-denied-publickey/"
    assert response["Link"] == f'<{canonical}>; rel="canonical"'


def test_each_page_announces_the_feeds_and_the_search() -> None:
    a_published_page("ssh/one", signatures=(doc.Signature(key="a", text="the first message"),))
    for address in ("/", "/errors/ssh/", "/errors/ssh/one/"):
        html = text(address)
        for kind, href in re.findall(r'<link rel="(?:alternate|search)" type="(.*?)" href="(.*?)"', html):
            assert get(href)["Content-Type"].split(";")[0] == kind
    assert 'href="/errors/ssh/feed.atom"' in text("/errors/ssh/")
