"""Faults, injected one by one into the whole system: nothing is lost, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.stack.compose import Stack, Web
from tests.stack.conftest import NewStack, PostgreSQL
from tests.stack.site import wait_for
from tests.stack.test_compose import PASTE, PUBLISH

pytestmark = pytest.mark.slow

UNKNOWN = "error: the widget {} is bent"


@contextmanager
def at_work(stack: Stack, webs: int = 1) -> Iterator[list[Web]]:
    """Everything but Redis: so many web containers, a worker and the clock."""
    with ExitStack() as running:
        yield_webs = [running.enter_context(stack.web(f"web-{number}")) for number in range(webs)]
        for service in ("worker", "beat"):
            running.enter_context(stack.started(service))
        yield yield_webs


def sightings(stack: Stack) -> int:
    """How many unanswered lines were counted."""
    ((count,),) = stack.rows("select coalesce(sum(count), 0) from kb_unknownerror")
    return int(count)


def jobs(stack: Stack, name: str) -> list[tuple[str, int]]:
    return [
        (state, attempts) for state, attempts in stack.rows(f"select state, attempts from kb_job where name = '{name}'")
    ]


def test_without_a_database_matching_goes_on_and_what_was_counted_is_written_later(
    new_stack: NewStack, postgresql_server: PostgreSQL
) -> None:
    stack = new_stack()
    stack.python(PUBLISH)
    with stack.redis(), at_work(stack) as (web,):
        assert web.get("/errors/").status_code == 200
        assert web.pages(PASTE) == ["ssh/flux"]
        postgresql_server.stop()
        try:
            wait_for(lambda: web.get("/readyz").status_code == 503)
            assert web.get("/healthz").status_code == 200
            assert "fixpoint_database_up 0.0" in web.get("/metrics").text
            assert web.pages(PASTE) == ["ssh/flux"]
            assert "/errors/ssh/flux/" in web.post_form("/match", text=PASTE).text
            for _ in range(3):
                assert web.pages(UNKNOWN.format(1)) == []
            assert web.get("/errors/").status_code == 200, "a page that was built before is shown"
            away = web.get("/errors/ssh/flux/", Accept="text/html")
            assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
            assert "<h1>The pages are away for a moment</h1>" in away.text
            assert away.headers["Content-Security-Policy"]
            problem = web.get("/api/v1/pages")
            assert (problem.status_code, problem.headers["Content-Type"]) == (503, "application/problem+json")
        finally:
            postgresql_server.start()
        wait_for(lambda: web.get("/readyz").status_code == 200)
        # What is ready asks the database itself; pages are answered once the watching thread has seen it as well.
        wait_for(lambda: web.get("/errors/ssh/flux/").status_code == 200)
        wait_for(lambda: sightings(stack) == 3)
        stack.python("from kb.services import jobs; jobs.enqueue('forget_old_unknowns')")
        wait_for(lambda: {state for state, _ in jobs(stack, "forget_old_unknowns")} == {"done"})
        assert sightings(stack) == 3


def test_without_a_broker_the_site_serves_and_publishes_and_catches_up_on_its_jobs(new_stack: NewStack) -> None:
    stack = new_stack()
    with ExitStack() as later:
        with stack.redis():
            web, other = later.enter_context(at_work(stack, webs=2))
            assert web.pages(PASTE) == []
            wait_for(lambda: sightings(stack) == 1)
        for one in (web, other):
            wait_for(lambda one=one: one.get("/readyz").json()["parts"]["broker"] == "away")  # type: ignore[misc]
            assert one.get("/readyz").status_code == 200
        stack.python(PUBLISH)
        for one in (web, other):
            wait_for(lambda one=one: one.pages(PASTE) == ["ssh/flux"])  # type: ignore[misc]
            assert one.get("/errors/ssh/flux/").status_code == 200
        assert {state for state, _ in jobs(stack, "close_answered_unknowns")} == {"queued"}
        with stack.redis():
            wait_for(lambda: jobs(stack, "close_answered_unknowns") == [("done", 1)], patience_s=90)
            assert stack.rows("select distinct state from kb_unknownerror") == [("answered",)]
