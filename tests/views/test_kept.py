from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from django.core.cache import caches
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kb.checking.visiting import Result, Visit
from kb.models import ContentEpoch
from kb.services import publishing, source_checks
from kb.services.page_files import load
from kb.views import kept, revalidation
from kb.views.kept import encoding_for
from tests.builders import (
    a_draft,
    a_folder,
    a_loaded_page,
    a_published_page,
    a_reproduced_folder,
    a_tool_entry,
    withdraw,
)

pytestmark = pytest.mark.django_db

PAGE = "/errors/ssh/permission-denied-publickey/"
PUBLIC = (
    *("/", "/errors/", "/errors/ssh/", PAGE, f"{PAGE[:-1]}.md", f"{PAGE[:-1]}.json", "/about", "/privacy"),
    *("/sitemap.xml", "/sitemap-lists.xml", "/sitemap-pages-1.xml", "/robots.txt", "/llms.txt", "/opensearch.xml"),
    *("/feeds/new.atom", "/feeds/changed.atom", "/errors/ssh/feed.atom"),
)


@pytest.fixture(autouse=True)
def a_program() -> Iterator[None]:
    yield
    revalidation._program.cache_clear()


@pytest.fixture(autouse=True)
def a_cache(settings: Settings) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"},
    }
    caches["pages"].clear()


def get(address: str, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(headers=named).get(address)  # type: ignore[return-value]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_built_once_and_then_takes_no_more_than_the_question_for_the_epoch(
    address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_published_page()
    first = get(address)
    assert first.status_code == 200
    with django_assert_num_queries(1):
        again = get(address)
    assert again.content == first.content
    # Beside its own id it is the same answer.
    assert {**again.headers, "X-Request-Id": ""} == {**first.headers, "X-Request-Id": ""}


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [("gzip, deflate, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("identity", "", bytes)],
)
def test_each_encoding_is_compressed_once(
    accepted: str, encoding: str, decode: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_published_page()
    plain = get(PAGE).content
    first = get(PAGE, accept_encoding=accepted)
    monkeypatch.setattr(kept, "COMPRESS", dict.fromkeys(kept.COMPRESS))  # to compress now would fail
    again = get(PAGE, accept_encoding=accepted)
    assert again.get("Content-Encoding", "") == encoding
    assert again["Content-Length"] == str(len(again.content))
    assert again["Vary"] == "Accept-Encoding"
    assert again.content == first.content
    assert decode(again.content) == plain


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("br", "br"),
        ("GZIP;q=0.5, BR;q=0.1", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, gzip;q=0", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity", ""),
        ("nonsense;;;,,", ""),
    ],
)
def test_no_encoding_is_sent_that_the_client_does_not_take(accepted: str, encoding: str) -> None:
    assert encoding_for(accepted) == encoding


def test_a_kept_page_is_not_sent_to_who_has_it() -> None:
    a_published_page()
    first = get(PAGE, accept_encoding="br")
    again = get(PAGE, accept_encoding="gzip", if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Vary"] == "Accept-Encoding"
    assert get(PAGE, if_none_match='W/"another"').status_code == 200


def test_what_others_append_to_a_link_does_not_build_the_page_anew(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    a_published_page()
    get(PAGE)
    with django_assert_num_queries(1):
        assert get(f"{PAGE}?utm_source=chat").status_code == 200


def test_a_list_is_not_kept_under_the_query_that_narrows_it() -> None:
    a_published_page()
    whole = get("/errors/ssh/").content
    narrowed = get("/errors/ssh/?sort=recent").content
    assert narrowed != whole
    assert get("/errors/ssh/").content == whole
    assert get("/errors/ssh/?sort=recent").content == narrowed


@pytest.mark.parametrize("address", [f"{PAGE}nothing/", "/errors/nothing/", "/errors/ssh/old-name/"])
def test_only_what_is_there_is_kept(address: str) -> None:
    a_published_page(aliases=("ssh/old-name",))
    get(address)
    assert not list(caches["pages"]._cache)  # type: ignore[attr-defined]


def test_the_number_of_kept_pages_is_bounded(settings: Settings) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "pages": {**settings.CACHES["pages"], "LOCATION": "few", "OPTIONS": {"MAX_ENTRIES": 3}},
    }
    a_published_page()
    for address in PUBLIC:
        get(address)
    assert len(caches["pages"]._cache) <= 3  # type: ignore[attr-defined]


# --- what changes a public page changes its tag -----------------------------------------------------------------------


def edit() -> None:
    publishing.publish(a_draft(a_published_page(), title="Another title"))


def withdraw_evidence() -> None:
    withdraw(a_published_page().evidence.accepted()[0])


def check_a_source() -> None:
    gone = source_checks.Found(Visit(Result.GONE, "HTTP 404"))
    source_checks.note(gone, a_published_page().citations.all()[0].source.pk)


def record_a_reproduction() -> None:
    a_loaded_page(a_reproduced_folder())


def add_an_alias() -> None:
    a_loaded_page(a_folder(aliases=("ssh/another-name",)))


def rename_the_tool() -> None:
    load([], [a_tool_entry(name="Secure Shell")])


@pytest.mark.parametrize(
    "change",
    [edit, withdraw_evidence, check_a_source, record_a_reproduction, add_an_alias, rename_the_tool],
)
def test_whatever_changes_a_public_page_is_seen_by_who_asks_again(change: Callable[[], None]) -> None:
    a_published_page()
    first = get(PAGE)
    change()
    again = get(PAGE, if_none_match=first["ETag"])
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_a_change_that_is_rolled_back_is_no_change() -> None:
    a_published_page()
    first = get(PAGE)
    with transaction.atomic():
        ContentEpoch.objects.bump()
        transaction.set_rollback(True)
    assert get(PAGE)["ETag"] == first["ETag"]


@pytest.mark.parametrize(
    ("name", "value"), [("SITE_NAME", "Another"), ("SITE_URL", "https://a.example"), ("CONTACT", "mailto:a@b.example")]
)
def test_a_setting_that_stands_on_pages_changes_them(name: str, value: str, settings: Settings) -> None:
    a_published_page()
    first = get("/about")
    setattr(settings, name, value)
    assert get("/about", if_none_match=first["ETag"]).status_code == 200


@pytest.mark.parametrize("place", ["templates/home/show.html", "static/css/site.css", "requirements.txt"])
def test_a_deploy_changes_every_page(place: str, settings: Settings, tmp_path: Path) -> None:
    for folder in ("templates/home", "static/css"):
        (tmp_path / folder).mkdir(parents=True)
    for path in ("templates/home/show.html", "static/css/site.css", "requirements.txt"):
        (tmp_path / path).write_text("as it was")
    settings.BASE_DIR = tmp_path
    revalidation._program.cache_clear()
    first = revalidation.version()
    (tmp_path / place).write_text("deployed")
    revalidation._program.cache_clear()
    assert revalidation.version() != first
