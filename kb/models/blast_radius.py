"""The blast radius of a draft: which known texts would find another page if it were public."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from kb.models.revision import Revision


class BlastRadius(models.Model):
    """One measurement, batch after batch: of the samples of all pages, then of the unknown errors."""

    class Phase(models.TextChoices):
        SAMPLES = "samples", "Samples"
        UNKNOWNS = "unknowns", "Unknown errors"
        DONE = "done", "Done"

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="blast_radius")
    digest = models.CharField(max_length=64)
    """Of what is tried: of the draft and of the public page as they were when it was begun."""
    tried = models.JSONField(default=list)
    """The keys of the signatures that differ from the public ones."""
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.SAMPLES)
    after = models.PositiveBigIntegerField(default=0)
    """The last row of the phase that was looked at."""
    samples = models.PositiveIntegerField(default=0)
    unknowns = models.PositiveIntegerField(default=0)
    """How many were looked at."""
    sample_changes = models.PositiveIntegerField(default=0)
    unknown_changes = models.PositiveIntegerField(default=0)
    pasted = models.PositiveBigIntegerField(default=0)
    """How often the unknown errors that change were pasted."""
    changes = models.JSONField(default=list)
    """The first of them, as `kb.services.blast.Change` says them."""
    begun_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-begun_at",)
        verbose_name_plural = "blast radii"

    def __str__(self) -> str:
        return f"blast radius of {self.revision}"

    @property
    def is_done(self) -> bool:
        return self.phase == self.Phase.DONE

    def begin_anew(self, digest: str, tried: list[str]) -> None:
        """Forget what was found, for what is said now."""
        fresh: dict[str, Any] = {"digest": digest, "tried": tried}
        for field in self._meta.concrete_fields:
            if field.name not in ("id", "revision", *fresh):
                setattr(self, field.name, field.get_default())
        self.digest, self.tried = digest, tried
