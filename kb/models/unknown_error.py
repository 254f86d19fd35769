"""Unknown errors: lines that look like errors and that no page answers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least

from kb.models.choices import one_of
from kb.models.moves import Moves, check_move
from kb.models.page import Page


class UnknownState(models.TextChoices):
    OPEN = "open"
    ANSWERED = "answered"
    IGNORED = "ignored"
    ATTACHED = "attached"
    """A curator says which page it belongs to, before that page finds it by itself."""


UNKNOWN_MOVES: Moves = {
    UnknownState.OPEN: (UnknownState.ANSWERED, UnknownState.IGNORED, UnknownState.ATTACHED),
    UnknownState.ATTACHED: (UnknownState.OPEN, UnknownState.ANSWERED, UnknownState.IGNORED),
    UnknownState.IGNORED: (UnknownState.OPEN,),
    UnknownState.ANSWERED: (UnknownState.OPEN,),
}


LONGEST_TEXT = 2_000
"""Of a line so many characters are kept: enough to recognise it, whatever was pasted."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An unanswered error line as the engine masked and redacted it; nothing else of the paste is kept."""

    fingerprint: str
    template: str
    example: str
    seen_at: dt.datetime
    count: int = 1


class UnknownErrorQuerySet(models.QuerySet["UnknownError"]):
    def open(self) -> Self:
        return self.filter(state=UnknownState.OPEN)

    def not_seen_since(self, moment: dt.datetime) -> Self:
        return self.filter(last_seen__lt=moment)

    def record(self, sightings: Iterable[Sighting]) -> None:
        """Count sightings, in one transaction for the whole batch, so that none is lost beside other writers."""
        by_fingerprint: defaultdict[str, list[Sighting]] = defaultdict(list)
        for sighting in sightings:
            by_fingerprint[sighting.fingerprint].append(sighting)
        with transaction.atomic():
            # In one order everywhere, so that two writers never wait for each other's rows.
            for fingerprint in sorted(by_fingerprint):
                self._count(by_fingerprint[fingerprint])

    def _count(self, sightings: list[Sighting]) -> None:
        latest = max(sightings, key=lambda sighting: sighting.seen_at)
        first = min(sighting.seen_at for sighting in sightings)
        row, _ = self.get_or_create(
            fingerprint=latest.fingerprint,
            defaults={
                "template": _storable(latest.template),
                "example": _storable(latest.example),
                "first_seen": first,
                "last_seen": latest.seen_at,
            },
        )
        self.filter(pk=row.pk).update(
            count=F("count") + sum(sighting.count for sighting in sightings),
            first_seen=Least("first_seen", models.Value(first)),
            last_seen=Greatest("last_seen", models.Value(latest.seen_at)),
        )


class UnknownError(models.Model):
    """One kind of unanswered error line, by the fingerprint of its masked text."""

    fingerprint = models.CharField(max_length=80, unique=True)
    """Begins with the version of the rules that made it, so that new rules do not mix with old counts."""
    template = models.TextField()
    """The line with its changing parts masked."""
    example = models.TextField()
    """One line, redacted."""
    count = models.PositiveBigIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    state = models.CharField(max_length=10, choices=UnknownState.choices, default=UnknownState.OPEN)
    reason = models.TextField(blank=True)
    """Why it is ignored, or who attached it."""
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="unknown_errors")
    """The page that answers it or that a curator attached it to."""

    objects = UnknownErrorQuerySet.as_manager()

    class Meta:
        ordering = ("-count", "pk")
        constraints = (one_of("state", UnknownState, "unknownerror"),)
        indexes = (
            models.Index(fields=("state", "-count"), name="unknown_by_count"),
            models.Index(fields=("state", "-last_seen"), name="unknown_by_last_seen"),
            models.Index(fields=("last_seen",), name="unknown_last_seen"),
        )

    def __str__(self) -> str:
        return self.template

    def move_to(self, state: UnknownState, *, page: Page | None = None, reason: str = "") -> None:
        """Go into another state, if the table of moves leads there, and say which page or why."""
        check_move(UNKNOWN_MOVES, self, self.state, state)
        self.state, self.page, self.reason = state, page, reason
        self.save(update_fields=["state", "page", "reason"])


def _storable(text: str) -> str:
    """The beginning of a line, without what PostgreSQL's text type refuses: pasted logs hold anything."""
    return text[:LONGEST_TEXT].replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
