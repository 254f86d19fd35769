"""The services of docker-compose.yml, started by its own commands, on a real PostgreSQL and Redis."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stack.compose import Stack, Web
from tests.stack.conftest import NewStack
from tests.stack.site import ROOT, wait_for

PASTE = "error: the flux capacitor of unit 17 is empty"
PUBLISH = """
from kb.content import document as doc
from tests import builders
text = "the flux capacitor of unit <n> is empty"
builders.a_published_page("ssh/flux", signatures=(doc.Signature(key="s", text=text),))
"""
APPLICATION = ("prepare", "web", "worker", "beat")


def unknowns(stack: Stack) -> list[tuple[Any, ...]]:
    return stack.rows("select count, state from kb_unknownerror")


def publish(stack: Stack, code: str = PUBLISH) -> None:
    stack.python(code)


def test_a_paste_that_no_page_answers_is_answered_by_all_processes_once_a_page_is_published(
    new_stack: NewStack,
) -> None:
    stack = new_stack()
    with ExitStack() as running:
        running.enter_context(stack.redis())
        webs: list[Web] = [running.enter_context(stack.web(f"web-{number}")) for number in (1, 2)]
        for service in ("worker", "beat"):
            running.enter_context(stack.started(service))
        for web in webs:
            assert web.get("/readyz").json()["parts"] == dict.fromkeys(
                ("database", "migrations", "index", "broker"), "ok"
            )
            assert web.pages(PASTE) == []
        wait_for(lambda: unknowns(stack) == [(len(webs), "open")])
        publish(stack)
        for web in webs:
            wait_for(lambda web=web: web.pages(PASTE) == ["ssh/flux"])  # type: ignore[misc]
            assert web.get("/errors/ssh/flux/").status_code == 200
        wait_for(lambda: [state for _, state in unknowns(stack)] == ["answered"])
        assert 'fixpoint_jobs{name="close_answered_unknowns",state="done"}' in webs[0].get("/metrics").text
        assert webs[0].get("/static/css/tokens.css").status_code == 404, "only hashed names are served"


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return found


@pytest.mark.parametrize("service", APPLICATION)
def test_a_container_of_ours_writes_nothing_to_its_disk_and_may_do_no_more_than_it_needs(service: str) -> None:
    told = services()[service]
    assert told["read_only"] is True
    assert {mount.partition(":")[0] for mount in told["tmpfs"]} == {"/data", "/tmp"}
    assert told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= set(told)


def test_no_service_holds_a_secret_in_its_environment_and_none_but_web_is_reached_from_outside() -> None:
    for name, told in services().items():
        words = [
            key for key in told.get("environment", {}) if "PASSWORD" in key or "SECRET" in key or "DATABASE_URL" in key
        ]
        assert [key for key in words if not key.endswith("_FILE")] == [], name
        assert all(port.startswith("127.0.0.1:") for port in told.get("ports", ())), name
    assert [name for name, told in services().items() if "ports" in told] == ["web"]


def test_compose_itself_takes_the_file(tmp_path: Path) -> None:
    found = shutil.which("docker-compose")
    if found is None:
        pytest.skip("no docker-compose: install it, for instance `apt-get install docker-compose`")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    done = subprocess.run([found, "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
