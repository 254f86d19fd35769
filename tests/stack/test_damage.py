"""Files under KB_DATA that are damaged or gone: the start mends what can be made again, and else says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.stack.conftest import NewSite
from tests.stack.site import Site
from tests.stack.test_backup import TOLD, with_a_page

pytestmark = pytest.mark.slow


def refused(site: Site) -> str:
    """What the start says that does not come about."""
    start = site.manage(*site.serve()[1:])
    assert start.returncode == 1, start.stdout
    assert "Traceback" not in start.stderr
    return start.stderr


def rubbish(whole: bytes) -> bytes:
    return b"rubbish " * (len(whole) // 8)


def rubbish_after_the_head(whole: bytes) -> bytes:
    return whole[:100] + b"\xff" * (len(whole) - 100)


def rubbish_in_the_second_half(whole: bytes) -> bytes:
    """The list of tables is whole, most of what they hold is not."""
    half = len(whole) // 2
    return whole[:half] + b"\xff" * (len(whole) - half)


@pytest.mark.parametrize("spoil", [rubbish, rubbish_after_the_head, rubbish_in_the_second_half])
def test_a_damaged_database_stops_the_start_and_is_left_as_it_is(
    new_site: NewSite, spoil: Callable[[bytes], bytes]
) -> None:
    site = new_site()
    told = with_a_page(site)
    database = site.data / "db.sqlite3"
    whole = database.read_bytes()
    spoilt = spoil(whole)
    database.write_bytes(spoilt)
    why = refused(site)
    assert str(database) in why
    assert "left as it is" in why
    assert "backup" in why
    assert database.read_bytes() == spoilt
    database.write_bytes(whole)
    assert site.python(TOLD) == told


def test_a_folder_in_the_place_of_the_database_is_said(new_site: NewSite) -> None:
    site = new_site()
    (site.data / "db.sqlite3").mkdir()
    assert f"{site.data / 'db.sqlite3'} cannot be used as the database" in refused(site)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def no_text(file: Path) -> None:
    file.write_bytes(b"\xff" * 64)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [empty, no_text, a_folder])
def test_a_spoilt_secret_key_stops_the_start_and_costs_no_page(
    new_site: NewSite, spoil: Callable[[Path], None]
) -> None:
    site = new_site()
    told = with_a_page(site)
    key, database = site.data / "secret-key", site.data / "db.sqlite3"
    whole = database.read_bytes()
    spoil(key)
    why = refused(site)
    assert str(key) in why
    assert "delete" in why
    assert database.read_bytes() == whole
    shutil.rmtree(key) if key.is_dir() else key.unlink()
    assert site.python(TOLD) == told
    assert key.read_text(encoding="ascii")


def no_folder(data: Path) -> None:
    shutil.rmtree(data / "static")


def one_sheet_missing(data: Path) -> None:
    for sheet in data.glob("static/css/tokens.*"):
        sheet.unlink()


def no_list(data: Path) -> None:
    (data / "static" / "staticfiles.json").write_bytes(b"{")


def broken_stamp(data: Path) -> None:
    (data / "static.stamp").write_bytes(b"\xff\x00")


@pytest.mark.parametrize("spoil", [no_folder, one_sheet_missing, no_list, broken_stamp])
def test_style_sheets_that_are_damaged_or_gone_are_made_again(new_site: NewSite, spoil: Callable[[Path], None]) -> None:
    site = new_site()
    spoil(site.data)
    with site.serving():
        page = httpx.get(site.address, timeout=30)
        assert page.status_code == 200
        sheets = [part.split('"')[0] for part in page.text.split('rel="stylesheet" href="')[1:]]
        assert any("/tokens." in sheet for sheet in sheets)
        assert {httpx.get(f"{site.address}{sheet}", timeout=30).status_code for sheet in sheets} == {200}
