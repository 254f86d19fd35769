"""A backup as docs/operations.md has it made, brought back into an empty place."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.stack.conftest import PostgreSQL, new_database
from tests.stack.site import PATIENCE_S, Site

pytestmark = pytest.mark.slow

PUBLISH = "from tests import builders; builders.a_published_page()"
TOLD = """
from kb.models import Page, Revision, User
from kb.services.lookups import look_up_uncounted
found = look_up_uncounted("git@x.invalid: Permission denied (publickey).")
print([match.slug for match in found.matches], Page.objects.published().count(), Revision.objects.count())
"""


def with_a_page(site: Site) -> str:
    """What the site tells of its content once it has a page."""
    assert site.manage("migrate", "--verbosity", "0").returncode == 0
    site.python(PUBLISH)
    told = site.python(TOLD)
    assert "ssh/permission-denied-publickey" in told
    return told


def test_sqlite_is_backed_up_while_it_is_open_and_brought_back(tmp_path: Path) -> None:
    site, restored = Site(tmp_path / "data"), Site(tmp_path / "restored")
    told = with_a_page(site)
    restored.data.mkdir()
    with (
        closing(sqlite3.connect(site.data / "db.sqlite3")) as live,
        closing(sqlite3.connect(restored.data / "db.sqlite3")) as copy,
    ):
        live.backup(copy)  # what `.backup` of the command line does
    shutil.copy(site.data / "secret-key", restored.data)
    assert restored.python(TOLD) == told
    assert restored.manage("migrate", "--check").returncode == 0


def test_postgresql_is_dumped_and_brought_back(tmp_path: Path, postgresql_server: PostgreSQL) -> None:
    address = postgresql_server.address
    before, after = new_database(address, "backup_before"), new_database(address, "backup_after")
    told = with_a_page(Site(tmp_path / "data", extra={"KB_DATABASE_URL": before}))
    tools, dump = postgresql_server.server.bin_path, tmp_path / "backup.dump"
    for command in (
        [tools / "pg_dump", "--format", "custom", "--file", dump, before],
        [tools / "pg_restore", "--no-owner", "--exit-on-error", "--dbname", after, dump],
    ):
        subprocess.run(command, check=True, timeout=PATIENCE_S)
    restored = Site(tmp_path / "restored", extra={"KB_DATABASE_URL": after})
    assert restored.python(TOLD) == told
    assert restored.manage("migrate", "--check").returncode == 0
