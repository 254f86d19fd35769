"""A job that kills the process of its worker: it is set aside and shown, and the others go on."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from kb.jobs import ATTEMPTS
from tests.stack.conftest import NewSite
from tests.stack.site import Site, wait_for
from tests.stack.test_accounts import PASSWORD, fill

pytestmark = pytest.mark.slow

WORKER = ("-m", "celery", "--quiet", "--app", "tests.stack.deadly_job", "worker", "--beat", "--concurrency", "1")
ENQUEUE = """
from kb.models import User
from kb.services import jobs
from tests.stack import deadly_job
jobs.enqueue(deadly_job.NAME)
jobs.enqueue("forget_old_unknowns")
User.objects.create_superuser("ada", password={!r})
"""


def states(site: Site, name: str) -> list[tuple[str, int]]:
    return site.rows(f"select state, attempts from kb_job where name = '{name}'")


def test_a_job_that_kills_its_worker_is_set_aside_and_shown_while_others_go_on(
    new_site: NewSite, tmp_path: Path
) -> None:
    site = new_site()
    site.extra["KB_PORT"] = str(site.port)
    assert site.manage("migrate", "--verbosity", "0").returncode == 0
    site.python(ENQUEUE.format(PASSWORD))
    with site.started(*WORKER) as worker:
        wait_for(lambda: states(site, "add_tool_and_die") == [("set-aside", ATTEMPTS)], patience_s=180)
        assert states(site, "forget_old_unknowns") == [("done", 1)]
        site.python("from kb.services import jobs; jobs.enqueue('forget_done_jobs')")
        wait_for(lambda: {state for state, _ in states(site, "forget_done_jobs")} == {"done"})
        assert worker.process.poll() is None
    assert site.rows("select count(*) from kb_tool where slug = 'deadly'") == [(0,)]

    with site.started("manage.py", "web") as web, httpx.Client(base_url=site.address, timeout=30) as browser:
        wait_for(lambda: "Index of 0 pages built" in web.printed())
        desk = fill(browser, "/admin/login/", username="ada", password=PASSWORD)
        assert "job set aside" in desk.text
        told = browser.get("/admin/kb/job/?state__exact=set-aside").text
        assert "add_tool_and_die" in told
        assert f"The worker died or the lease ran out in each of {ATTEMPTS} attempts" in told
