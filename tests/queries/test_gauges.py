from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kb.models import Job
from kb.queries.gauges import gauges
from kb.services import jobs

pytestmark = pytest.mark.django_db


def test_jobs_are_counted_by_name_and_state_and_those_that_wait_say_how_long() -> None:
    late = timezone.now() - dt.timedelta(minutes=5)
    Job.objects.create(name="forget_done_jobs", due=late)
    Job.objects.create(name="count_asked", state=Job.State.SET_ASIDE)
    jobs.enqueue("count_asked", due=timezone.now() + dt.timedelta(hours=1))
    found = gauges()
    assert found.jobs == {
        ("forget_done_jobs", "queued"): 1,
        ("count_asked", "set-aside"): 1,
        ("count_asked", "queued"): 1,
    }
    assert found.due_jobs == 1
    assert dt.timedelta(minutes=5) <= found.longest_wait < dt.timedelta(minutes=6)


def test_nothing_to_do_is_no_wait(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(4):
        found = gauges()
    assert (found.jobs, found.due_jobs, found.longest_wait) == ({}, 0, dt.timedelta())
