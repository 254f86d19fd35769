"""What has to be done in the background, as rows: nothing is lost when a process or a broker dies."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kb.jobs import ATTEMPTS


class JobQuerySet(models.QuerySet["Job"]):
    def runnable(self) -> Self:
        """Jobs whose time has come, and jobs whose worker has let its lease run out."""
        now = timezone.now()
        waiting = Q(state=Job.State.QUEUED, due__lte=now)
        abandoned = Q(state=Job.State.RUNNING, lease_until__lte=now)
        return self.filter(waiting | abandoned)

    def leased(self, job: Job) -> Self:
        """This very job, as long as this very attempt at it holds the lease."""
        return self.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


class Job(models.Model):
    """Something that has to be done, once, and what became of it."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        SET_ASIDE = "set-aside", "Set aside after failures"

    name = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict, blank=True)
    unique = models.CharField(
        max_length=200, blank=True, help_text="At most one queued job has this key; blank: any number."
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    created = models.DateTimeField(default=timezone.now, editable=False)
    due = models.DateTimeField(default=timezone.now, help_text="Not to be run before.")
    handed_out = models.DateTimeField(null=True, blank=True, help_text="When a worker was last asked to run it.")
    lease_until = models.DateTimeField(null=True, blank=True, help_text="Until then it is the worker's that runs it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    finished = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created", "-pk")
        indexes = (
            models.Index(fields=("state", "due"), name="job_by_state_and_due"),
            models.Index(fields=("name", "created"), name="job_by_name"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("unique",), condition=Q(state="queued") & ~Q(unique=""), name="one_queued_job_a_key"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

    @property
    def is_exhausted(self) -> bool:
        return self.attempts >= ATTEMPTS
