"""Unknown errors: lines that look like errors and that no page answers."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from kb.matching.grouping import group_key
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


ANSWER_TAKES = dt.timedelta(minutes=1)
"""Until every process answers with what was published, and has written what it saw before that."""

HALF_LIFE = dt.timedelta(days=30)
"""After so long a sighting counts half for the demand."""
_DEMAND_BEGINS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

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
    tool: str = ""
    """The tool that printed it, and the CI that it ran on, where the text says so."""
    ci: str = ""

    @property
    def weight(self) -> float:
        """What it adds to the demand: instead of letting old sightings fade, which would change every row every day,
        newer ones count more. The order is the same."""
        return self.count * weight_at(self.seen_at)


def weight_at(moment: dt.datetime) -> float:
    """What one sighting at this moment adds to the demand."""
    return float(2 ** ((moment - _DEMAND_BEGINS) / HALF_LIFE))


class UnknownErrorQuerySet(models.QuerySet["UnknownError"]):
    def open(self) -> Self:
        return self.filter(state=UnknownState.OPEN)

    def waiting(self) -> Self:
        """Not answered yet, whether or not a page is being written for them."""
        return self.filter(state__in=(UnknownState.OPEN, UnknownState.ATTACHED))

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
                "group": _storable(group_key(latest.template)),
                "first_seen": first,
                "last_seen": latest.seen_at,
            },
        )
        told = {name: value for name in ("tool", "ci") if (value := getattr(latest, name))}
        self.filter(pk=row.pk).update(
            count=F("count") + sum(sighting.count for sighting in sightings),
            demand=F("demand") + sum(sighting.weight for sighting in sightings),
            first_seen=Least("first_seen", models.Value(first)),
            last_seen=Greatest("last_seen", models.Value(latest.seen_at)),
            **told,
        )
        days: Counter[dt.date] = Counter()
        for sighting in sightings:
            days[sighting.seen_at.date()] += sighting.count
        UnknownCount.objects.add(row, days)
        if row.state == UnknownState.ANSWERED and row.moved_at < latest.seen_at - ANSWER_TAKES:
            self._open_again(row, latest)

    def _open_again(self, row: UnknownError, seen: Sighting) -> None:
        """Met again without an answer: its page changed, or answers only what the former example said."""
        self.filter(pk=row.pk, state=UnknownState.ANSWERED).update(
            state=UnknownState.OPEN,
            reason=f"{row.page or 'a page'} answered it once; it was pasted again and no page did",
            example=_storable(seen.example),
            page=None,
            moved_at=timezone.now(),
        )


class UnknownError(models.Model):
    """One kind of unanswered error line, by the fingerprint of its masked text."""

    fingerprint = models.CharField(max_length=80, unique=True)
    """Begins with the version of the rules that made it, so that new rules do not mix with old counts."""
    template = models.TextField()
    """The line with its changing parts masked."""
    example = models.TextField()
    """One line, redacted."""
    group = models.CharField(max_length=120, blank=True)
    """Of its most telling words: near duplicates share it."""
    count = models.PositiveBigIntegerField(default=0)
    demand = models.FloatField(default=0)
    """The number of sightings, of which newer ones count more: half as much for each `HALF_LIFE` that they are older.
    Only the order of these numbers means something, and their shares of `weight_at(now)`."""
    tool = models.CharField(max_length=64, blank=True)
    """The tool that printed it and the CI it ran on, as the last text said that spoke of them."""
    ci = models.CharField(max_length=40, blank=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    state = models.CharField(max_length=10, choices=UnknownState.choices, default=UnknownState.OPEN)
    reason = models.TextField(blank=True)
    """Why it is in this state, in a person's words or ours."""
    moved_at = models.DateTimeField(default=timezone.now)
    """Since when it is in this state."""
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="unknown_errors")
    """The page that answers it or that a curator attached it to."""

    objects = UnknownErrorQuerySet.as_manager()

    class Meta:
        ordering = ("-demand", "pk")
        constraints = (one_of("state", UnknownState, "unknownerror"),)
        indexes = (
            # The desk's list adds up groups; this holds all that it adds up.
            models.Index(
                fields=("state", "group", "demand", "count", "first_seen", "last_seen"), name="unknown_by_group"
            ),
            models.Index(fields=("state", "-demand"), name="unknown_by_demand"),
            models.Index(fields=("last_seen",), name="unknown_last_seen"),
            models.Index(fields=("group",), name="unknown_group"),
            models.Index(fields=("tool",), name="unknown_tool"),
            models.Index(fields=("ci",), name="unknown_ci"),
        )

    def __str__(self) -> str:
        return self.template

    def move_to(self, state: UnknownState, *, page: Page | None = None, reason: str = "") -> None:
        """Go into another state, if the table of moves leads there, and say which page or why."""
        check_move(UNKNOWN_MOVES, self, self.state, state)
        self.state, self.page, self.reason, self.moved_at = state, page, reason, timezone.now()
        self.save(update_fields=["state", "page", "reason", "moved_at"])

    @property
    def lately(self) -> float:
        """How often it is pasted, as the number of sightings that would weigh as much today."""
        return self.demand / weight_at(timezone.now())


class UnknownCountQuerySet(models.QuerySet["UnknownCount"]):
    def add(self, unknown: UnknownError, days: Mapping[dt.date, int]) -> None:
        for day in sorted(days):
            row, _ = self.get_or_create(unknown=unknown, day=day)
            self.filter(pk=row.pk).update(count=F("count") + days[day])


class UnknownCount(models.Model):
    """How often one unknown error was met on one day."""

    unknown = models.ForeignKey(UnknownError, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(db_index=True)
    count = models.PositiveBigIntegerField(default=0)

    objects = UnknownCountQuerySet.as_manager()

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("unknown", "day"), name="unknowncount_unique"),)

    def __str__(self) -> str:
        return f"{self.unknown_id} on {self.day}: {self.count}"


def _storable(text: str) -> str:
    """The beginning of a line, without what PostgreSQL's text type refuses: pasted logs hold anything."""
    return text[:LONGEST_TEXT].replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
