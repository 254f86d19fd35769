"""What healthy logs were searched with the pages, and which pages fired there: the proof that a page keeps quiet."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class SilenceCheck(models.Model):
    """One search of all healthy logs with every page that was public then."""

    checked_at = models.DateTimeField(default=timezone.now, db_index=True)
    logs = models.PositiveIntegerField()
    """How many logs were searched."""
    silent = models.PositiveIntegerField()
    """Those of them in which no page was found."""
    fired = models.JSONField(default=list)
    """Slugs of the pages that were found in one of them, though nothing had failed."""

    class Meta:
        ordering = ("-checked_at", "-pk")

    def __str__(self) -> str:
        return f"{self.logs} logs on {self.checked_at:%Y-%m-%d}: {len(self.fired)} pages fired"
