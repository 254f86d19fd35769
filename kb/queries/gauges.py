"""What is measured when somebody asks for the metrics: jobs, unknown errors, the content epoch.

Outcomes of jobs are read from their rows, which every worker writes to, wherever it runs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min
from django.utils import timezone

from kb.models import ContentEpoch, Job, UnknownError


@dataclass(frozen=True, slots=True)
class Gauges:
    jobs: dict[tuple[str, str], int]
    """How many rows, by name and state. Those that are done stay for two weeks."""
    due_jobs: int
    longest_wait: dt.timedelta
    """How long the job that waits longest should have begun."""
    open_unknowns: int
    content_epoch: int


def gauges() -> Gauges:
    """A few queries, each answered by an index or a small table."""
    now = timezone.now()
    rows = Job.objects.order_by().values_list("name", "state").annotate(rows=Count("pk"))
    due = Job.objects.runnable().aggregate(jobs=Count("pk"), since=Min("due"))
    return Gauges(
        jobs={(name, state): number for name, state, number in rows},
        due_jobs=due["jobs"],
        longest_wait=now - due["since"] if due["since"] else dt.timedelta(),
        open_unknowns=UnknownError.objects.open().count(),
        content_epoch=ContentEpoch.objects.current(),
    )
