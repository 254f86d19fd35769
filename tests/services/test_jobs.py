"""Jobs: written down, run once, tried again, set aside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kb import jobs as registry
from kb.models import Job, Tool
from kb.services import jobs
from tests import builders

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


# --- what the jobs of these tests do ---


def add_tool(slug: str) -> str:
    Tool.objects.create(slug=slug, name=slug)
    return f"added {slug}"


def add_tool_and_fail(slug: str) -> None:
    add_tool(slug)
    raise ValueError(f"no room for {slug}")


def add_tool_too_slowly(slug: str) -> None:
    """While it is at it, its lease runs out and another worker begins the job anew."""
    add_tool(slug)
    Job.objects.update(attempts=2, lease_until=timezone.now() + MINUTE)


def fail_while_a_twin_is_queued() -> None:
    raise ValueError("come back later")


def ask_for_a_name(slug: str) -> str:
    """As a job that asks the network does: while it waits, nobody else may have to wait for it."""
    if connection.in_atomic_block:
        raise RuntimeError("asked inside a transaction")
    return slug.upper()


def add_named_tool(name: str, slug: str) -> str:
    if not connection.in_atomic_block:
        raise RuntimeError("written outside a transaction")
    Tool.objects.create(slug=slug, name=name)
    return f"added {name}"


def ask_in_vain(slug: str) -> str:
    raise ConnectionError(f"nobody knows {slug}")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for does in (add_tool, add_tool_and_fail, add_tool_too_slowly, fail_while_a_twin_is_queued):
        kind = registry.Kind(does.__name__, does=f"{__name__}.{does.__name__}")
        monkeypatch.setitem(registry.KINDS, kind.name, kind)
    for gathers in (ask_for_a_name, ask_in_vain):
        writes, asks = (f"{__name__}.{function.__name__}" for function in (add_named_tool, gathers))
        monkeypatch.setitem(registry.KINDS, gathers.__name__, registry.Kind(gathers.__name__, writes, gathers=asks))


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the jobs that workers were asked to run."""
    numbers: list[int] = []

    def note(arguments: tuple[int], **_: Any) -> None:
        numbers.append(arguments[0])

    monkeypatch.setattr(current_app.tasks[registry.RUN_TASK], "apply_async", note)
    return numbers


def a_job(name: str = "add_tool", **facts: Any) -> Job:
    return Job.objects.create(name=name, arguments=facts.pop("arguments", {"slug": "git"}), **facts)


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


# --- asking for one ---


def test_a_worker_is_asked_once_the_transaction_is_committed(
    asked: list[int], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("add_tool", slug="git")
        assert asked == []
    assert asked == [job.pk]


def test_a_job_that_nobody_knows_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="No job is called 'ad_tool'"):
        jobs.enqueue("ad_tool", slug="git")


def test_a_broker_that_is_down_is_no_error(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError("no broker here")

    monkeypatch.setattr(jobs._Broker, "away_until", 0.0)
    monkeypatch.setattr(current_app.tasks[registry.RUN_TASK], "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("add_tool", slug="git")
    assert again(job).state == Job.State.QUEUED


def test_nobody_waits_for_a_broker_that_was_away_a_moment_ago(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    asked: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(arguments)
        raise ConnectionRefusedError("no broker here")

    monkeypatch.setattr(jobs._Broker, "away_until", 0.0)
    monkeypatch.setattr(current_app.tasks[registry.RUN_TASK], "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        for tool in ("git", "ssh", "npm"):
            jobs.enqueue("add_tool", slug=tool)
    assert len(asked) == 1
    assert Job.objects.count() == 3


def test_two_requests_with_one_key_are_one_queued_job() -> None:
    first = jobs.enqueue("add_tool", unique="git", slug="git")
    second = jobs.enqueue("add_tool", unique="git", slug="git")
    assert first.pk == second.pk
    assert Job.objects.count() == 1


def test_a_request_while_its_twin_runs_is_a_job_of_its_own() -> None:
    running = a_job(unique="git", state=Job.State.RUNNING, lease_until=timezone.now() + MINUTE)
    assert jobs.enqueue("add_tool", unique="git", slug="git").pk != running.pk


def test_the_sooner_of_two_times_is_kept_for_one_key() -> None:
    later = timezone.now() + 60 * MINUTE
    jobs.enqueue("add_tool", unique="git", due=later, slug="git")
    job = jobs.enqueue("add_tool", unique="git", slug="git")
    assert again(job).due < later


# --- running one ---


def test_a_job_is_run_and_what_came_of_it_is_noted() -> None:
    job = a_job()
    jobs.run(job.pk)
    assert (again(job).state, job.outcome, job.attempts) == (Job.State.DONE, "added git", 1)
    assert Tool.objects.filter(slug="git").exists()


def test_a_job_that_was_handed_out_twice_has_its_effect_once() -> None:
    job = a_job()
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert again(job).attempts == 1


def test_a_job_that_another_worker_holds_is_left_to_it() -> None:
    job = a_job(state=Job.State.RUNNING, attempts=1, lease_until=timezone.now() + MINUTE)
    jobs.run(job.pk)
    assert (again(job).state, job.attempts) == (Job.State.RUNNING, 1)
    assert not Tool.objects.exists()


def test_a_job_whose_worker_died_is_run_again() -> None:
    job = a_job(state=Job.State.RUNNING, attempts=1, lease_until=timezone.now() - MINUTE)
    jobs.run(job.pk)
    assert (again(job).state, job.attempts) == (Job.State.DONE, 2)


def test_a_job_that_lost_its_lease_leaves_no_trace() -> None:
    job = a_job("add_tool_too_slowly")
    jobs.run(job.pk)
    assert again(job).state == Job.State.RUNNING
    assert not Tool.objects.exists()


def test_a_job_is_not_run_before_it_is_due() -> None:
    job = a_job(due=timezone.now() + MINUTE)
    jobs.run(job.pk)
    assert again(job).state == Job.State.QUEUED


def test_a_number_without_a_job_is_passed_over() -> None:
    jobs.run(4711)
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_job_gathers_is_gathered_before_its_transaction_begins() -> None:
    job = a_job("ask_for_a_name")
    jobs.run(job.pk)
    assert (again(job).state, job.outcome) == (Job.State.DONE, "added GIT")
    assert Tool.objects.get().name == "GIT"


# --- when it fails ---


def test_a_job_that_could_not_gather_waits_for_its_next_attempt() -> None:
    job = a_job("ask_in_vain")
    jobs.run(job.pk)
    assert (again(job).state, job.outcome) == (Job.State.QUEUED, "ConnectionError: nobody knows git")
    assert not Tool.objects.exists()


def test_what_a_failed_job_did_is_undone_and_it_waits_for_its_next_attempt() -> None:
    job = a_job("add_tool_and_fail")
    jobs.run(job.pk)
    assert (again(job).state, job.outcome) == (Job.State.QUEUED, "ValueError: no room for git")
    assert timezone.now() < job.due < timezone.now() + MINUTE
    assert not Tool.objects.exists()


def test_each_pause_is_longer_than_the_one_before() -> None:
    pauses = [registry.pause_after(attempt) for attempt in range(1, registry.ATTEMPTS)]
    assert pauses == sorted(set(pauses))


def test_a_job_is_set_aside_after_its_fifth_failure() -> None:
    job = a_job("add_tool_and_fail")
    for _ in range(7):
        Job.objects.update(due=timezone.now())
        jobs.run(job.pk)
    assert (again(job).state, job.attempts) == (Job.State.SET_ASIDE, 5)
    assert job.finished is not None


def test_a_job_that_this_version_does_not_know_fails_with_its_name() -> None:
    job = a_job("make_coffee")
    jobs.run(job.pk)
    assert again(job).outcome == "LookupError: No job is called 'make_coffee' in this version"


def test_a_failed_job_is_left_to_the_twin_that_was_queued_meanwhile() -> None:
    job = a_job("fail_while_a_twin_is_queued", arguments={}, unique="git")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=1, lease_until=timezone.now() - MINUTE)
    twin = a_job("fail_while_a_twin_is_queued", arguments={}, unique="git")
    jobs.run(job.pk)
    assert (again(job).state, again(twin).state) == (Job.State.DONE, Job.State.QUEUED)


def test_a_job_that_was_set_aside_gets_its_attempts_back() -> None:
    job = a_job(state=Job.State.SET_ASIDE, attempts=5, finished=timezone.now())
    jobs.run_again(job, ada := builders.a_user("ada"))
    assert [(deed.user, deed.object_id) for deed in LogEntry.objects.all()] == [(ada, str(job.pk))]
    jobs.run(job.pk)
    assert (again(job).state, job.attempts) == (Job.State.DONE, 1)


# --- the clock ---


def test_the_clock_hands_out_what_is_due_and_what_was_abandoned(asked: list[int]) -> None:
    due = a_job(due=timezone.now() - 2 * MINUTE)
    abandoned = a_job(state=Job.State.RUNNING, attempts=1, lease_until=timezone.now() - MINUTE)
    a_job(due=timezone.now() + MINUTE)
    a_job(state=Job.State.RUNNING, attempts=1, lease_until=timezone.now() + MINUTE)
    a_job(state=Job.State.DONE)
    assert jobs.hand_out_due() == 2
    assert asked == [due.pk, abandoned.pk]


def test_the_clock_does_not_repeat_itself_while_workers_are_busy(asked: list[int]) -> None:
    job = a_job()
    jobs.hand_out_due()
    jobs.hand_out_due()
    assert asked == [job.pk]


def test_the_clock_asks_again_when_nobody_has_begun(asked: list[int]) -> None:
    job = a_job(handed_out=timezone.now() - MINUTE)
    jobs.hand_out_due()
    assert asked == [job.pk]


def test_a_job_that_took_its_worker_down_every_time_is_set_aside(asked: list[int]) -> None:
    job = a_job(state=Job.State.RUNNING, attempts=5, lease_until=timezone.now() - MINUTE)
    jobs.hand_out_due()
    assert again(job).state == Job.State.SET_ASIDE
    assert asked == []


def test_what_the_timetable_wants_daily_is_asked_for_once_a_day() -> None:
    jobs.enqueue_timetable()
    jobs.enqueue_timetable()
    assert Job.objects.filter(name=registry.FORGET_DONE_JOBS).count() == 1
    Job.objects.update(created=timezone.now() - dt.timedelta(days=1), state=Job.State.DONE)
    jobs.enqueue_timetable()
    assert Job.objects.filter(name=registry.FORGET_DONE_JOBS).count() == 2


@pytest.mark.parametrize("is_on", [True, False])
def test_what_depends_on_a_setting_is_asked_for_only_where_it_is_on(settings: Settings, is_on: bool) -> None:
    settings.SOURCE_CHECKS = is_on
    jobs.enqueue_timetable()
    assert Job.objects.filter(name=registry.CHECK_DUE_SOURCES).exists() is is_on


def test_done_jobs_are_forgotten_and_those_set_aside_are_kept() -> None:
    long_ago = timezone.now() - dt.timedelta(days=15)
    a_job(state=Job.State.DONE, finished=long_ago)
    kept = {
        a_job(state=Job.State.DONE, finished=timezone.now()).pk,
        a_job(state=Job.State.SET_ASIDE, finished=long_ago).pk,
    }
    jobs.forget_done()
    assert set(Job.objects.values_list("pk", flat=True)) == kept


@pytest.mark.parametrize("kind", [*registry.KINDS.values()], ids=lambda kind: kind.name)
def test_every_name_in_the_timetable_stands_for_a_function(kind: registry.Kind) -> None:
    for name in filter(None, (kind.does, kind.gathers)):
        assert callable(import_string(name))
    assert not kind.where or isinstance(getattr(django_settings, kind.where), bool)
