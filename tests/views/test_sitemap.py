from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from kb.content import document as doc
from tests.builders import TODAY, a_published_page, an_empty_page

pytestmark = pytest.mark.django_db

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOST = "https://errors.example.org"
W3C_DATE = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


@pytest.fixture(autouse=True)
def own_address(settings: Settings) -> None:
    settings.SITE_URL = HOST


def entries(address: str, root: str, entry: str) -> dict[str, str]:
    """Location and day of each entry; that the file keeps to the protocol's schema is checked on the way.

    https://www.sitemaps.org/schemas/sitemap/0.9/sitemap.xsd and siteindex.xsd: one root, at least one entry, of which
    each has one `loc` of 12 to 2,048 characters and at most one `lastmod`, a W3C date.
    """
    response = Client().get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    tree = ElementTree.fromstring(response.content)
    assert tree.tag == f"{SPACE}{root}"
    assert len(response.content) < 50 * 1024 * 1024
    assert 1 <= len(tree) <= 50_000
    found = {}
    for child in tree:
        assert child.tag == f"{SPACE}{entry}"
        tags = [part.tag.removeprefix(SPACE) for part in child]
        assert tags in (["loc"], ["loc", "lastmod"])
        told = {part.tag.removeprefix(SPACE): part.text or "" for part in child}
        assert 12 <= len(told["loc"]) <= 2_048
        assert told["loc"].startswith(f"{HOST}/")
        assert W3C_DATE.fullmatch(told.get("lastmod", str(TODAY)))
        found[told["loc"].removeprefix(HOST)] = told.get("lastmod", "")
    return found


def a_page(slug: str) -> None:
    a_published_page(slug, signatures=(doc.Signature(key="a", text=f"message of {slug.replace('/', ' ')}"),))


def all_entries() -> dict[str, str]:
    files = entries("/sitemap.xml", "sitemapindex", "sitemap")
    return {address: day for file in files for address, day in entries(file, "urlset", "url").items()}


def test_every_public_page_stands_in_the_sitemap_with_the_day_of_its_last_change() -> None:
    a_page("ssh/one")
    a_page("git/two")
    an_empty_page("git/draft")
    found = all_entries()
    assert found["/errors/ssh/one/"] == found["/errors/git/two/"] == found["/errors/git/"] == str(TODAY)
    assert {"/", "/errors/", "/about", "/privacy"} <= found.keys()
    assert "/errors/git/draft/" not in found


def test_what_the_sitemap_names_is_there_and_is_its_own_canonical_address() -> None:
    a_page("ssh/one")
    for address in all_entries():
        response = Client().get(address)
        assert response.status_code == 200
        assert f'<link rel="canonical" href="{HOST}{address}">' in response.content.decode()


def test_many_pages_are_spread_over_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.views.sitemap.ADDRESSES_A_FILE", 2)
    monkeypatch.setattr("kb.views.sitemap._Pages.limit", 2)
    for number in range(5):
        a_page(f"ssh/page-{number}")
    files = entries("/sitemap.xml", "sitemapindex", "sitemap")
    assert [file for file in files if "pages" in file] == [f"/sitemap-pages-{number}.xml" for number in (1, 2, 3)]
    assert len([address for address in all_entries() if "/page-" in address]) == 5
    assert Client().get("/sitemap-pages-4.xml").status_code == 404


def test_a_file_has_one_address() -> None:
    a_published_page()
    assert Client().get("/sitemap-pages-1.xml").status_code == 200
    assert Client().get("/sitemap-pages-01.xml").status_code == 404


def test_an_empty_site_has_a_sitemap() -> None:
    assert "/" in all_entries()
