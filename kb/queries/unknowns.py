"""The queue of unknown errors as the desk shows it: near duplicates stand together, the most wanted first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Max, Min, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from kb.models import UnknownCount, UnknownError, UnknownState
from kb.models.unknown_error import UnknownErrorQuerySet, weight_at

SHOWN_OF_A_GROUP = 4
DAYS_SHOWN = 30


class Sort(StrEnum):
    DEMAND = "demand"
    COUNT = "count"
    RECENT = "recent"
    NEW = "new"


_ORDER = {Sort.DEMAND: "-asked", Sort.COUNT: "-pasted", Sort.RECENT: "-last", Sort.NEW: "-first"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue somebody wants to see."""

    state: str = UnknownState.OPEN
    tool: str = ""
    ci: str = ""
    since: dt.date | None = None
    words: str = ""
    sort: Sort = Sort.DEMAND


@dataclass(frozen=True, slots=True)
class Group:
    """Near duplicates as one line of the queue."""

    lately: float
    """How often it is pasted, as the number of sightings that would weigh as much today."""
    count: int
    variants: int
    first_seen: dt.datetime
    last_seen: dt.datetime
    members: tuple[UnknownError, ...]
    """Those that are most wanted, one at least."""

    @property
    def first(self) -> UnknownError:
        return self.members[0]

    @property
    def unseen(self) -> int:
        """How many of it are not among the members."""
        return self.variants - len(self.members)


def found(wanted: Wanted) -> UnknownErrorQuerySet:
    """The errors that somebody wants to see."""
    rows = UnknownError.objects.filter(state=wanted.state)
    if wanted.tool:
        rows = rows.filter(tool=wanted.tool)
    if wanted.ci:
        rows = rows.filter(ci=wanted.ci)
    if wanted.since:
        rows = rows.filter(last_seen__gte=_beginning(wanted.since))
    for word in wanted.words.split():
        rows = rows.filter(template__icontains=word)
    return rows


def groups(wanted: Wanted) -> QuerySet[UnknownError, Any]:
    """What a list is cut into pages of; `grouped` makes a page of it readable."""
    return (
        found(wanted)
        .order_by()
        .values("group")
        .annotate(
            asked=Sum("demand"),
            pasted=Sum("count"),
            variants=Count("*"),
            first=Min("first_seen"),
            last=Max("last_seen"),
        )
        .order_by(_ORDER[wanted.sort], "group")
    )


def grouped(wanted: Wanted, rows: Iterable[Mapping[str, Any]]) -> list[Group]:
    """These groups with the first of their members; one query for all."""
    rows = list(rows)
    ranked = found(wanted).filter(group__in=[row["group"] for row in rows]).select_related("page")
    place = Window(RowNumber(), partition_by=F("group"), order_by=("-demand", "pk"))
    members: defaultdict[str, list[UnknownError]] = defaultdict(list)
    for unknown in ranked.annotate(place=place).filter(place__lte=SHOWN_OF_A_GROUP).order_by("group", "place"):
        members[unknown.group].append(unknown)
    now = weight_at(timezone.now())
    return [
        Group(
            lately=row["asked"] / now,
            count=row["pasted"],
            variants=row["variants"],
            first_seen=row["first"],
            last_seen=row["last"],
            members=tuple(members[row["group"]]),
        )
        for row in rows
        if members[row["group"]]  # else decided in this very moment
    ]


def tools() -> list[str]:
    """The tools that errors in the queue name."""
    return list(UnknownError.objects.exclude(tool="").order_by("tool").values_list("tool", flat=True).distinct())


def cis() -> list[str]:
    return list(UnknownError.objects.exclude(ci="").order_by("ci").values_list("ci", flat=True).distinct())


def alike(unknown: UnknownError) -> UnknownErrorQuerySet:
    """The near duplicates of an error, whatever became of them, the most wanted first."""
    return UnknownError.objects.filter(group=unknown.group).exclude(pk=unknown.pk).select_related("page")


def days(unknown: UnknownError) -> list[UnknownCount]:
    """How often it was met on each of the last days, the newest first."""
    since = timezone.now().date() - dt.timedelta(days=DAYS_SHOWN)
    return list(unknown.days.filter(day__gt=since).order_by("-day"))


def story(unknown: UnknownError) -> QuerySet[LogEntry]:
    """What was decided about it, by whom, the newest first."""
    kind = ContentType.objects.get_for_model(UnknownError)
    return LogEntry.objects.filter(content_type=kind, object_id=str(unknown.pk)).select_related("user")


def _beginning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
