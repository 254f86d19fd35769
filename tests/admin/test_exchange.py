"""The desk's exchange: what goes out, what comes in, who may do it, and what is said of what may not come in."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kb.content.archives import Kind, read_archive, write_archive
from kb.content.document import PageFolder
from kb.forms import exchange as forms
from kb.models import Page, Revision
from kb.services import exchange, roles
from tests import builders
from tests.hostile import HOSTILE, page_dangers

pytestmark = pytest.mark.django_db

SCREEN = "/admin/desk/exchange/"
IMPORT = "/admin/desk/exchange/import"
EXPORT = "/admin/desk/exchange/export"


@pytest.fixture
def author(client: Client) -> Client:
    client.force_login(builders.a_curator())
    return client


@pytest.fixture
def reviewer(client: Client) -> Client:
    client.force_login(builders.a_curator("rita", roles.REVIEWER))
    return client


def packed(*folders: PageFolder) -> bytes:
    tools = [builders.a_tool_entry(slug) for slug in sorted({folder.tool for folder in folders})]
    return b"".join(write_archive(Kind.ZIP, folders, tools))


def looked_at(client: Client, data: bytes, name: str = "pages.zip") -> str:
    answer = client.post(IMPORT, {"deed": "plan", "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    return answer.content.decode()


def imported(client: Client, shown: str, **how: str) -> str:
    token = shown.partition('name="token" value="')[2].partition('"')[0]
    return client.post(IMPORT, {"deed": "import", "token": token, **how}).content.decode()


@pytest.mark.parametrize("kind", Kind)
def test_every_curator_downloads_the_public_pages(author: Client, kind: Kind) -> None:
    builders.a_published_page("ssh/a")
    builders.a_published_page("git/b")
    answer: Any = author.get(EXPORT, {"kind": kind, "pages": ""})
    assert answer.streaming
    assert answer["Content-Disposition"].endswith(f'.{kind}"')
    assert list(read_archive(io.BytesIO(b"".join(answer))).folders) == ["git/b", "ssh/a"]
    answer = author.get(EXPORT, {"kind": kind, "pages": "ssh/a"})
    assert list(read_archive(io.BytesIO(b"".join(answer))).folders) == ["ssh/a"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "rar"}, "rar is not one of the available choices"),
        ({"kind": "zip", "pages": "ssh/nothing"}, "no published page is called ssh/nothing"),
        ({"kind": "zip", "pages": "a/b " * 3 + " ".join(f"a/b{n}" for n in range(200))}, "201 pages are named"),
    ],
)
def test_an_export_that_cannot_be_made_says_so_beside_the_field(
    author: Client, asked: dict[str, str], words: str
) -> None:
    html = author.get(EXPORT, asked).content.decode()
    assert words in html
    assert asked.get("pages", "").strip() in html


def test_what_would_change_is_shown_before_anything_is_written_and_then_imported(reviewer: Client) -> None:
    builders.a_published_page()
    changed = builders.a_folder(title="<b>Another</b>")
    shown = looked_at(reviewer, packed(changed, builders.a_folder("car/new")))
    assert "1 created, 1 updated. Nothing is written yet." in shown
    assert "&lt;b&gt;Another&lt;/b&gt;" in shown
    assert (Page.objects.count(), Revision.objects.count()) == (1, 1)
    done = imported(reviewer, shown)
    assert "2 drafted" in done
    assert Revision.objects.drafts().count() == 2
    assert "It was kept for 30 minutes; choose it again." in imported(reviewer, shown)


def test_an_archive_that_one_person_looked_at_is_not_imported_by_another(reviewer: Client) -> None:
    shown = looked_at(reviewer, packed(builders.a_folder()))
    other = Client()
    other.force_login(builders.a_curator("eve", roles.REVIEWER))
    assert "choose it again" in imported(other, shown)
    assert not Page.objects.exists()


@pytest.mark.parametrize("token", ["", "x" * 65, "a\nb", "ü", "../x"])
def test_a_token_that_nobody_was_given_imports_nothing(reviewer: Client, token: str) -> None:
    html = reviewer.post(IMPORT, {"deed": "import", "token": token}).content.decode()
    assert "choose it again" in html


def test_too_many_changes_are_left_to_the_command_line(reviewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_AT_ONCE", 0)
    html = imported(reviewer, looked_at(reviewer, packed(builders.a_folder())))
    assert "load_pages takes any number" in html
    assert not Page.objects.exists()


def test_a_hostile_archive_is_refused_beside_the_field(reviewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = io.BytesIO()
    with zipfile.ZipFile(hostile, "w") as archive:
        archive.writestr("../../etc/<script>.yaml", "x")
    html = looked_at(reviewer, hostile.getvalue())
    assert "A name in it leads out of it" in html
    assert "<script>." not in html
    assert "This field is required." in reviewer.post(IMPORT, {"deed": "plan"}).content.decode()
    assert "neither a zip archive" in looked_at(reviewer, b"MZ, no archive")
    assert "submitted file is empty" in looked_at(reviewer, b"")
    monkeypatch.setattr(forms, "LARGEST_MB", 0)
    assert "load_pages takes larger ones" in looked_at(reviewer, packed(builders.a_folder()))


def test_authors_export_and_do_not_import_and_strangers_do_neither(author: Client) -> None:
    assert "Show what would change" not in author.get(SCREEN).content.decode()
    assert author.post(IMPORT, {"deed": "plan"}).status_code == 403
    assert author.post(IMPORT, {"deed": "import", "token": "x"}).status_code == 403
    assert Client().get(EXPORT, {"kind": "zip"}).status_code == 302


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_page_says_it_stays_text(reviewer: Client, text: str) -> None:
    cache.clear()
    builders.a_published_page()
    title = "".join(char for char in text if char.isprintable())
    plain, hostile = (looked_at(reviewer, packed(builders.a_folder(title=said))) for said in ("plain", title))
    assert page_dangers(hostile) == page_dangers(plain)


def test_looking_at_an_archive_takes_as_many_queries_however_many_pages_it_has(reviewer: Client) -> None:
    def asked(number: int) -> int:
        slugs = [f"ssh/p{one}" for one in range(number)]
        for slug in slugs:
            builders.a_published_page(slug)
        data = packed(*(builders.a_folder(slug, title="Other") for slug in slugs))
        looked_at(reviewer, data)
        with CaptureQueriesContext(connection) as queries:
            assert f"{number} updated" in looked_at(reviewer, data)
        return len(queries)

    assert asked(3) == asked(30)
