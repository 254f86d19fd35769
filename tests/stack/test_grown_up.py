"""The same code on PostgreSQL and Redis, with several web processes, by settings only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.redis_server import redis_server
from tests.stack.conftest import new_database
from tests.stack.site import Site, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    with redis_server(tmp_path) as address:
        yield address


def test_two_web_processes_serve_and_a_worker_runs_jobs(tmp_path: Path, postgresql: str, redis: str) -> None:
    grown_up = {"KB_DATABASE_URL": new_database(postgresql, "grown_up"), "KB_REDIS_URL": redis, "KB_WEB_PROCESSES": "2"}
    site = Site(tmp_path / "data", extra=grown_up)
    with site.serving() as serve:
        wait_for(lambda: len([child for child in serve.children() if "web" in child.cmdline()]) == 2)
        for _ in range(20):
            assert httpx.get(f"{site.address}/errors/").status_code == 200
        asked = "from kb.services import jobs; print(jobs.enqueue('forget_done_jobs').pk)"
        number = site.python(asked)
        state = f"from kb.models import Job; print(Job.objects.get(pk={number}).state)"
        wait_for(lambda: site.python(state) == "done")
    assert not (site.data / "db.sqlite3").exists()
    assert not (site.data / "broker").exists()
