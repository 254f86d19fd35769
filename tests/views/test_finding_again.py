from __future__ import annotations

from urllib.parse import quote

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from kb.content import document as doc
from kb.models import User
from tests.builders import a_published_page
from tests.hostile import HOSTILE, page_dangers

pytestmark = pytest.mark.django_db

PAGE = "/errors/ssh/permission-denied-publickey/"


@pytest.fixture(autouse=True)
def some_pages() -> None:
    a_published_page(aliases=("ssh/old-name", "scp/permission-denied"))
    lock = doc.Signature(key="a", text="the lock exists")
    a_published_page("git/index-lock", title="index.lock exists", signatures=(lock,))


def test_whoever_searched_enough_gets_no_more_found_at_addresses_that_are_not_there(settings: Settings) -> None:
    settings.LIMITED = True
    settings.LIMITS = {**settings.LIMITS, "search": (1, 60)}
    caches["counters"].clear()
    meant = [get("/errors/git/index-lok/") for _ in range(2)]
    assert [answer.status_code for answer in meant] == [404, 404]
    assert [b"index.lock exists" in answer.content for answer in meant] == [True, False]


def get(address: str, accept: str = "text/html") -> HttpResponse:
    return Client(headers={"Accept": accept}).get(address)  # type: ignore[return-value]


@pytest.mark.parametrize(
    "address",
    [
        "/errors/ssh/permission-denied-publickey",
        "/Errors/SSH/Permission-Denied-Publickey/",
        "/errors/ssh/permission-denied-publickey.",
        "/errors/ssh/permission-denied-publickey/.",
        "/errors/ssh/permission-denied-publickey/),",
        "/errors/ssh/permission-denied-publickey.html",
        "/errors/ssh/permission-denied-publickey/index.html",
        "/errors//ssh/permission-denied-publickey//",
        "/errors/ssh/permission-denied-publickey/%20",
        "/errors/ssh/permission-denied-publickey/…",
        "/errors/ssh/old-name",
        "/errors/ssh/old-name/",
        "/errors/SSH/Old-Name.",
        "/errors/scp/permission-denied/",
    ],
)
def test_an_address_that_was_meant_for_a_page_leads_to_it_for_good(address: str) -> None:
    response = Client(headers={"Accept": "text/html"}).get(address, follow=True)
    assert response.redirect_chain
    assert {status for _, status in response.redirect_chain} == {301}
    assert response.redirect_chain[-1][0] == PAGE
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/errors/ssh/old-name.md", "/errors/ssh/permission-denied-publickey.md"),
        ("/errors/scp/permission-denied.json", "/errors/ssh/permission-denied-publickey.json"),
        ("/errors/SSH/Permission-Denied-Publickey.MD", "/errors/ssh/permission-denied-publickey.md"),
        ("/errors/ssh/permission-denied-publickey.json/", "/errors/ssh/permission-denied-publickey.json"),
        ("/errors/ssh/permission-denied-publickey/.md", "/errors/ssh/permission-denied-publickey.md"),
        ("/errors/scp/", "/errors/ssh/"),
        ("/errors/scp/feed.atom", "/errors/ssh/feed.atom"),
        ("/errors/SSH/feed.atom", "/errors/ssh/feed.atom"),
        ("/Errors", "/errors/"),
        ("/ABOUT/", "/about"),
        ("/LLMS.txt", "/llms.txt"),
        ("/errors/GIT/?sort=recent", "/errors/git/?sort=recent"),
    ],
)
def test_every_form_of_an_address_is_led_on_in_the_same_form(address: str, target: str) -> None:
    response = Client().get(address, follow=True)
    assert response.redirect_chain
    assert response.redirect_chain[-1] == (target, 301)
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/errors/ssh/permision-denied-pubickey/", "Permission denied"),
        ("/errors/git/lock-exists-typo/", "index.lock exists"),
        ("/errors/nosuchtool/publickey-permission-denied/", "Permission denied"),
    ],
)
def test_likely_pages_are_offered_where_nothing_is(address: str, title: str) -> None:
    response = get(address)
    assert response.status_code == 404
    html = response.content.decode()
    assert "Its words lead to" in html
    assert title in html
    assert '<meta name="robots" content="noindex">' in html


def test_words_that_lead_nowhere_can_be_searched_for() -> None:
    html = get("/errors/ssh/zzz-qqq/").content.decode()
    assert "No page at this address" in html
    assert 'href="/search?q=ssh%20zzz%20qqq"' in html


@pytest.mark.parametrize("address", ["/wp-login.php", "/no/such/address", "/errors/" + "q" * 6000 + "/"])
def test_other_addresses_are_not_guessed(address: str) -> None:
    response = get(address)
    assert response.status_code == 404
    assert "Its words lead to" not in response.content.decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_an_address_can_run(text: str) -> None:
    response = get(f"/errors/ssh/{quote(text)} denied/")
    assert response.status_code == 404
    assert page_dangers(response.content.decode()) == []


@pytest.mark.parametrize("address", ["/admin/nothing", "/admin/nothing/", "/admin/kb/Nothing/"])
def test_nothing_in_the_administration_is_led_in_circles(address: str) -> None:
    client = Client(headers={"Accept": "text/html"})
    client.force_login(User.objects.create_superuser("root"))
    assert client.get(address).status_code == 404


def test_only_reading_is_led_on() -> None:
    assert Client().post("/errors/SSH/permission-denied-publickey.").status_code == 404
