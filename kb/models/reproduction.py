"""Reproductions: runs that made the real tool print the error."""

from __future__ import annotations

from typing import Self

from django.db import models

from kb.content import document as doc
from kb.models.choices import choices_of, one_of
from kb.models.page import Page


class Outcome(models.TextChoices):
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not_reproduced"
    FAILED = "failed"
    """The script itself broke, which says nothing about the error."""


class ReproductionQuerySet(models.QuerySet["Reproduction"]):
    def successful(self) -> Self:
        """Runs in which the error was printed, by scripts that have not changed since."""
        return self.filter(outcome=Outcome.REPRODUCED, is_stale=False)


class Reproduction(models.Model):
    """One run of a page's `reproduce.sh`, and of `fixed.sh` after it, as page files tell of it: nothing runs here."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="reproductions")
    script_digest = models.CharField(max_length=64)
    """Of the scripts that ran."""
    is_stale = models.BooleanField(default=False)
    """The scripts have changed since, as far as the page files loaded last know."""
    versions = models.JSONField(default=dict)
    """Version by tool."""
    system = models.CharField()
    date = models.DateField()
    outcome = models.CharField(max_length=15, choices=Outcome.choices)
    first_match = models.CharField(blank=True)
    """The page that the engine found first in what was printed."""
    fix_verified = models.BooleanField(default=False)
    isolation = models.CharField(max_length=10, choices=choices_of(doc.Isolation), default=doc.Isolation.NONE.value)
    """What kept the scripts from the network."""
    transcript = models.TextField(blank=True)

    objects = ReproductionQuerySet.as_manager()

    class Meta:
        ordering = ("-date", "-pk")
        constraints = (
            one_of("outcome", Outcome, "reproduction"),
            one_of("isolation", doc.Isolation, "reproduction"),
            models.CheckConstraint(
                condition=models.Q(fix_verified=False) | models.Q(outcome="reproduced"),
                name="reproduction_fix_needs_error",
            ),
        )

    def __str__(self) -> str:
        return f"{self.page} on {self.date}: {self.outcome}"

    @property
    def with_versions(self) -> str:
        """What it was run with: `git 2.39.5, openssh 9.2`, or the system where no version is known."""
        return ", ".join(f"{tool} {version}" for tool, version in sorted(self.versions.items())) or self.system

    @classmethod
    def of(cls, record: doc.Reproduction) -> Reproduction:
        return cls(
            script_digest=record.script_digest,
            is_stale=record.is_stale,
            versions={used.tool: used.version for used in record.versions},
            system=record.system,
            date=record.date,
            outcome=record.outcome.value,
            first_match=record.first_match,
            fix_verified=record.fix is doc.FixProof.VERIFIED,
            isolation=record.isolation.value,
            transcript=record.transcript,
        )

    def document(self) -> doc.Reproduction:
        return doc.Reproduction(
            script_digest=self.script_digest,
            date=self.date,
            system=self.system,
            versions=tuple(doc.ToolVersion(tool=tool, version=self.versions[tool]) for tool in sorted(self.versions)),
            isolation=doc.Isolation(self.isolation),
            outcome=doc.ReproductionOutcome(self.outcome),
            first_match=self.first_match,
            fix=doc.FixProof.VERIFIED if self.fix_verified else doc.FixProof.UNVERIFIED,
            transcript=self.transcript,
            is_stale=self.is_stale,
        )
