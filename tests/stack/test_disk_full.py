"""A disk without room, as a small file system in memory."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.stack.site import Site, free_port, wait_for

pytestmark = pytest.mark.slow

PUBLISH = "from tests import builders; builders.a_published_page()"
DENIED = "git@x.invalid: Permission denied (publickey)."


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the room there is."""
    filler = folder / "filler"
    subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=4096"], capture_output=True, check=False)
    assert shutil.disk_usage(folder).free == 0
    return filler


def test_on_a_full_disk_texts_are_matched_and_nothing_is_written_half_until_there_is_room(
    site: Site, small_disk: Path
) -> None:
    port = free_port()
    settings = {"KB_PORT": str(port), "KB_STATIC": str(site.data / "static")}
    site = Site(small_disk / "data", port=port, extra=settings)
    assert site.manage("migrate", "--verbosity", "0").returncode == 0

    def count(table: str) -> int:
        ((rows,),) = site.rows(f"select count(*) from {table}")
        return int(rows)

    def paste() -> list[str]:
        headers = {"Content-Type": "text/plain"}
        answer = httpx.post(f"{site.address}/api/v1/match", content=DENIED, headers=headers, timeout=30)
        return [match["slug"] for match in answer.json()["matches"]]

    with site.started("manage.py", "web") as web:
        wait_for(lambda: "Index of 0 pages built" in web.printed())
        filler = fill(small_disk)
        with pytest.raises(AssertionError, match="full"):
            site.python(PUBLISH)
        # SQLite needs room even to read: then it is as good as away.
        assert httpx.get(f"{site.address}/errors/", timeout=30).status_code in (200, 503)
        assert paste() == []
        filler.unlink()
        assert (count("kb_page"), count("kb_revision"), count("kb_job")) == (0, 0, 0)
        site.python(PUBLISH)
        wait_for(lambda: paste() == ["ssh/permission-denied-publickey"])
        assert (count("kb_page"), count("kb_revision")) == (1, 1)
        assert web.process.poll() is None
