"""Reproductions: runs that made the real tool print the error."""

from __future__ import annotations

from typing import Self

from django.db import models

from kb.models.choices import one_of
from kb.models.page import Page


class Outcome(models.TextChoices):
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not_reproduced"
    FAILED = "failed"
    """The script itself broke, which says nothing about the error."""


class ReproductionQuerySet(models.QuerySet["Reproduction"]):
    def successful(self) -> Self:
        """Runs in which the error was printed."""
        return self.filter(outcome=Outcome.REPRODUCED)


class Reproduction(models.Model):
    """One run of a page's `reproduce.sh`, and of `fixed.sh` after it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="reproductions")
    script_digest = models.CharField(max_length=64)
    """Of the scripts that ran: the run is stale once they differ."""
    versions = models.JSONField(default=dict)
    """Version by tool."""
    system = models.CharField()
    date = models.DateField()
    outcome = models.CharField(max_length=15, choices=Outcome.choices)
    fix_verified = models.BooleanField(default=False)
    transcript = models.TextField(blank=True)

    objects = ReproductionQuerySet.as_manager()

    class Meta:
        ordering = ("-date", "-pk")
        constraints = (
            one_of("outcome", Outcome, "reproduction"),
            models.CheckConstraint(
                condition=models.Q(fix_verified=False) | models.Q(outcome="reproduced"),
                name="reproduction_fix_needs_error",
            ),
        )

    def __str__(self) -> str:
        return f"{self.page} on {self.date}: {self.outcome}"

    def is_stale(self, script_digest: str) -> bool:
        """Whether the scripts have changed since this run."""
        return self.script_digest != script_digest
