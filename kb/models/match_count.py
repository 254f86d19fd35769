"""How often each page was found, by day: the only trace that a match leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.db import models, transaction
from django.db.models import F

from kb.matching.records import Confidence
from kb.models.choices import choices_of, one_of
from kb.models.page import Page


class Counted(NamedTuple):
    """What is counted together."""

    day: dt.date
    page_id: int
    confidence: str
    door: str


class MatchCountQuerySet(models.QuerySet["MatchCount"]):
    def add(self, counts: Mapping[Counted, int]) -> None:
        """Add to the counters, in one transaction for the whole batch, so that none is lost beside other writers."""
        with transaction.atomic():
            # In one order everywhere, so that two writers never wait for each other's rows.
            for counted in sorted(counts):
                row, _ = self.get_or_create(**counted._asdict())
                self.filter(pk=row.pk).update(count=F("count") + counts[counted])


class MatchCount(models.Model):
    """Matches of one page on one day with one confidence through one door."""

    day = models.DateField()
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="match_counts", db_index=False)
    confidence = models.CharField(max_length=10, choices=choices_of(Confidence))
    door = models.CharField(max_length=20)
    """Where the text came in: `web`, `api` or another name that the caller gives."""
    count = models.PositiveBigIntegerField(default=0)

    objects = MatchCountQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "page")
        constraints = (
            models.UniqueConstraint(fields=("day", "page", "confidence", "door"), name="matchcount_unique"),
            one_of("confidence", Confidence, "matchcount"),
        )
        indexes = (models.Index(fields=("page", "day"), name="matchcount_of_page"),)

    def __str__(self) -> str:
        return f"{self.page} on {self.day}: {self.count}"
