"""`manage.py serve`: one command, the whole site."""

from __future__ import annotations

import signal
import socket
import stat
from pathlib import Path

import httpx
import psutil

from tests.stack.conftest import NewSite
from tests.stack.site import Site, Started, wait_for


def stages(started: Started) -> list[str]:
    known = ("environment", "static", "migrate", "load pages", "start", "index", "ready", "stop")
    return [stage for line in started.printed().splitlines() for stage in known if line.startswith(stage)]


def test_the_site_starts_with_nothing_set_and_stops_without_a_trace(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")

    def whole_family() -> list[psutil.Process]:
        """The web process, the worker and what the worker starts."""
        found = serve.children()
        return found if len(found) >= 4 else []

    with site.serving() as serve:
        assert httpx.get(site.address).status_code == 200
        assert stages(serve) == ["environment", "static", "migrate", "load pages", "start", "index", "ready"]
        assert f"{site.address}/" in serve.printed()
        offspring = wait_for(whole_family)
        serve.process.send_signal(signal.SIGTERM)
        assert serve.process.wait(timeout=30) == 0
    assert [child for child in offspring if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert stages(serve)[-1] == "stop"
    assert "Traceback" not in serve.printed()


def test_what_the_site_keeps_is_readable_by_its_user_only(site: Site) -> None:
    assert stat.S_IMODE(site.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((site.data / "secret-key").stat().st_mode) == 0o600


def test_a_taken_port_is_said_before_anything_is_done(new_site: NewSite) -> None:
    site = new_site()
    with socket.create_server(("127.0.0.1", site.port)):
        refused = site.manage(*site.serve()[1:])
    assert refused.returncode == 1
    assert f"Port {site.port} on 127.0.0.1 is taken by another program" in refused.stderr
    assert "static" not in refused.stdout


def test_several_web_processes_without_redis_are_refused(new_site: NewSite) -> None:
    site = new_site(KB_WEB_PROCESSES="2")
    refused = site.manage(*site.serve()[1:])
    assert refused.returncode == 1
    assert "needs Redis: set KB_REDIS_URL" in refused.stderr


def test_a_mistake_in_the_page_files_stops_the_first_start(new_site: NewSite, tmp_path: Path) -> None:
    site = new_site()
    page = tmp_path / "pages" / "git" / "broken" / "page.yaml"
    page.parent.mkdir(parents=True)
    page.write_text("title: [\n", encoding="utf-8")
    refused = site.manage(*site.serve()[1:])
    assert refused.returncode == 1
    assert "git/broken/page.yaml:" in refused.stderr
    assert "Mend them and start again" in refused.stderr


def kill_and_await_successor(serve: Started, words: str) -> None:
    victim = wait_for(lambda: serve.child(words))
    victim.kill()
    wait_for(lambda: serve.child(words, other_than=victim.pid))


def test_a_process_that_dies_is_started_again(new_site: NewSite) -> None:
    site = new_site()
    with site.serving() as serve:
        kill_and_await_successor(serve, "manage.py web")
        kill_and_await_successor(serve, "celery")
        assert "web 1 was ended by signal 9; it starts again in 1 s" in serve.printed()
        assert "worker was ended by signal 9" in serve.printed()
        # The port stayed open: whoever comes meanwhile waits a moment instead of being turned away.
        assert httpx.get(f"{site.address}/healthz", timeout=20).status_code == 200


def test_nothing_is_left_running_when_the_supervisor_is_killed(new_site: NewSite) -> None:
    site = new_site()
    with site.serving() as serve:
        offspring = serve.children()
        serve.process.kill()
        wait_for(lambda: not any(child.is_running() for child in offspring), patience_s=30)
