"""Background jobs: ask for one, run one, hand out what is due.

What has to be done is a row, written in the transaction that needs it; Celery only says "run number 17 now", and may
lose that message. Whoever runs a job takes a lease by one conditional update. The job's effects and the word "done" are
one transaction, which only the holder of the lease can commit: a job whose worker died runs again, and its effect is
there once. What a job has to ask the network for is gathered before that transaction begins.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import cast

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from kb.jobs import ATTEMPTS, KINDS, RUN_TASK, Kind, pause_after
from kb.models import User
from kb.models.job import Job
from kb.services import audit

logger = logging.getLogger(__name__)

Argument = str | int | float | bool | None

ASK_AGAIN_AFTER = dt.timedelta(seconds=30)
"""A worker that was asked to run a job and has not begun is busy, or the message is lost: it is asked once more."""
HANDED_OUT_AT_ONCE = 100
NO_BROKER_FOR_S = 10.0
"""After a broker did not answer, nobody waits for it again for so long: the clock hands out what was not said."""
DONE_JOBS_ARE_KEPT = dt.timedelta(days=14)


class LeaseLost(Exception):
    """The job took longer than its lease, and may have been given to another worker."""


def enqueue(name: str, *, unique: str = "", due: dt.datetime | None = None, **arguments: Argument) -> Job:
    """Write down that this has to be done, and ask a worker to do it once the transaction is committed.

    With a `unique` key, a queued job that has it serves for both.
    """
    if name not in KINDS:
        raise ValueError(f"No job is called '{name}'; kb/jobs.py lists {', '.join(KINDS)}")
    now = timezone.now()
    due = due or now
    job = _queued_twin(unique, due) if unique else None
    if job is None:
        job = Job.objects.create(name=name, arguments=arguments, unique=unique, due=due, handed_out=now)
    if due <= now:
        transaction.on_commit(partial(_ask_a_worker, name, job.pk), robust=True)
    return job


def run(job_id: int) -> None:
    """Do what the job says, unless it is done or somebody else is at it."""
    job = _take(job_id)
    if job is None:
        return
    try:
        does = _gathered(job)
        with transaction.atomic():
            outcome = does(**job.arguments)
            _mark_done(job, outcome or "")
    except LeaseLost:
        logger.warning("%s took longer than its lease; its work is undone, another worker has it", job)
    except Exception as error:
        logger.exception("%s failed, attempt %d of %d", job, job.attempts, ATTEMPTS)
        _mark_failed(job, error)


def hand_out_due() -> int:
    """Ask the workers to run whatever is due and has not been begun; say how many jobs that were."""
    _set_aside_the_deadly()
    now = timezone.now()
    not_asked_lately = Q(handed_out=None) | Q(handed_out__lte=now - ASK_AGAIN_AFTER)
    due = Job.objects.runnable().filter(not_asked_lately).order_by("due", "pk")
    jobs = list(due.values_list("name", "pk")[:HANDED_OUT_AT_ONCE])
    Job.objects.filter(pk__in=[job_id for _, job_id in jobs]).update(handed_out=now)
    for name, job_id in jobs:
        _ask_a_worker(name, job_id)
    return len(jobs)


def enqueue_timetable() -> None:
    """Ask for the jobs that are done every so often and were not asked for within that time."""
    now = timezone.now()
    for kind in KINDS.values():
        if not kind.every or (kind.where and not getattr(settings, kind.where)):
            continue
        if not Job.objects.filter(name=kind.name, created__gt=now - kind.every).exists():
            enqueue(kind.name, unique=kind.name)


@transaction.atomic
def run_again(job: Job, actor: User) -> None:
    """Give a job that was set aside its attempts back."""
    waiting = {"state": Job.State.QUEUED, "attempts": 0, "due": timezone.now(), "handed_out": None, "finished": None}
    if Job.objects.filter(pk=job.pk, state=Job.State.SET_ASIDE).update(**waiting):
        audit.note(actor, job, "Asked for it once more.")
        transaction.on_commit(partial(_ask_a_worker, job.name, job.pk), robust=True)


def forget_done() -> str:
    """Delete the rows of jobs that were done long ago. What was set aside stays until a person has looked at it."""
    long_ago = timezone.now() - DONE_JOBS_ARE_KEPT
    forgotten, _ = Job.objects.filter(state=Job.State.DONE, finished__lt=long_ago).delete()
    return f"{forgotten} forgotten"


def _queued_twin(unique: str, due: dt.datetime) -> Job | None:
    """The queued job with this key, held until our transaction ends: begun sooner, it would not see what we wrote."""
    twin = Job.objects.filter(unique=unique, state=Job.State.QUEUED).order_by().first()
    if twin is None:
        return None
    due = min(due, twin.due)
    held = Job.objects.filter(pk=twin.pk, state=Job.State.QUEUED).update(due=due, handed_out=timezone.now())
    return twin if held else None


class _Broker:
    """Until when nobody asks the broker again, by the clock of this process."""

    away_until = 0.0


def _ask_a_worker(name: str, job_id: int) -> None:
    """Say "run it now". A broker that is down is no error: the clock asks again."""
    if time.monotonic() < _Broker.away_until:
        return
    kind = KINDS.get(name)
    time_limit = int(kind.lease.total_seconds()) if kind else 60
    try:
        current_app.tasks[RUN_TASK].apply_async((job_id,), time_limit=time_limit, retry=False)
    except Exception as error:  # every broker has errors of its own
        _Broker.away_until = time.monotonic() + NO_BROKER_FOR_S
        logger.warning("No worker could be asked to run job %d, the clock will ask again: %s", job_id, error)


def _take(job_id: int) -> Job | None:
    """Take the lease on a job that waits or was abandoned. One conditional update, so one worker gets it."""
    name = Job.objects.filter(pk=job_id).values_list("name", flat=True).first()
    if name is None:
        return None
    lease = KINDS[name].lease if name in KINDS else dt.timedelta(minutes=1)
    taken = Job.objects.runnable().filter(pk=job_id, attempts__lt=ATTEMPTS)
    lease_until = timezone.now() + lease
    mine = {"state": Job.State.RUNNING, "lease_until": lease_until, "attempts": F("attempts") + 1, "handed_out": None}
    if not taken.update(**mine):
        return None
    # Had the lease run out and been given away between these two lines, this would be another worker's attempt.
    return Job.objects.filter(pk=job_id, state=Job.State.RUNNING, lease_until=lease_until).first()


def _gathered(job: Job) -> Callable[..., str | None]:
    """The job's function; what has to be gathered for it outside the transaction is gathered now."""
    kind = _kind(job)
    function = cast("Callable[..., str | None]", import_string(kind.does))
    return partial(function, import_string(kind.gathers)(**job.arguments)) if kind.gathers else function


def _kind(job: Job) -> Kind:
    kind = KINDS.get(job.name)
    if kind is None:
        raise LookupError(f"No job is called '{job.name}' in this version")
    return kind


def _mark_done(job: Job, outcome: str) -> None:
    done = {"state": Job.State.DONE, "finished": timezone.now(), "lease_until": None, "outcome": outcome}
    if not Job.objects.leased(job).update(**done):
        raise LeaseLost


def _mark_failed(job: Job, error: Exception) -> None:
    """Let the job rest and run again; after the last attempt set it aside."""
    now = timezone.now()
    outcome = f"{type(error).__name__}: {error}"[:2000]
    mine = Job.objects.leased(job)
    if job.is_exhausted:
        mine.update(state=Job.State.SET_ASIDE, finished=now, lease_until=None, outcome=outcome)
        return
    due = now + pause_after(job.attempts)
    try:
        with transaction.atomic():
            mine.update(state=Job.State.QUEUED, due=due, lease_until=None, handed_out=None, outcome=outcome)
    except IntegrityError:  # another one with its key is queued by now, and will do
        mine.update(state=Job.State.DONE, finished=now, lease_until=None, outcome=f"Left to its twin after {outcome}")


def _set_aside_the_deadly() -> None:
    """A job that took its worker down with it in every attempt never gets to say that it failed."""
    deadly = Job.objects.runnable().filter(state=Job.State.RUNNING, attempts__gte=ATTEMPTS)
    outcome = f"The worker died or the lease ran out in each of {ATTEMPTS} attempts"
    deadly.update(state=Job.State.SET_ASIDE, finished=timezone.now(), lease_until=None, outcome=outcome)
