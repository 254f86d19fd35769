"""How many texts came in, by day, and what became of them: no text, no page, no trace of who asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.db import models, transaction
from django.db.models import F

from kb.models.choices import one_of


class PasteOutcome(models.TextChoices):
    ANSWERED = "answered"
    SYMPTOM = "symptom", "Symptom only"
    """Pages were found that only say that something failed: no answer."""
    UNANSWERED = "unanswered"


class Pasted(NamedTuple):
    """What is counted together."""

    day: dt.date
    outcome: str
    door: str


class PasteCountQuerySet(models.QuerySet["PasteCount"]):
    def add(self, counts: Mapping[Pasted, int]) -> None:
        """Add to the counters, in one transaction for the whole batch, so that none is lost beside other writers."""
        with transaction.atomic():
            # In one order everywhere, so that two writers never wait for each other's rows.
            for pasted in sorted(counts):
                row, _ = self.get_or_create(**pasted._asdict())
                self.filter(pk=row.pk).update(count=F("count") + counts[pasted])


class PasteCount(models.Model):
    """Texts of one day that came in through one door and had one outcome."""

    day = models.DateField()
    outcome = models.CharField(max_length=10, choices=PasteOutcome.choices)
    door = models.CharField(max_length=20)
    """As of a match: `web`, `api` or another name that the caller gives."""
    count = models.PositiveBigIntegerField(default=0)

    objects = PasteCountQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "outcome", "door")
        constraints = (
            models.UniqueConstraint(fields=("day", "outcome", "door"), name="pastecount_unique"),
            one_of("outcome", PasteOutcome, "pastecount"),
        )

    def __str__(self) -> str:
        return f"{self.outcome} on {self.day}: {self.count}"
