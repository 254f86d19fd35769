"""What the desk's first screen shows: what needs a person, what is asked for, and how the pages stand.

Each of these is a query or two, whatever the number of rows: counts by an index, sums over ninety days, short lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum

from kb.models import (
    Evidence,
    EvidenceState,
    Feedback,
    Job,
    MatchCount,
    Page,
    PasteCount,
    PasteOutcome,
    Source,
    SourceState,
    UnknownError,
    User,
)
from kb.queries import drafts, freshness
from kb.queries.drafts import Queue

DAYS = 90
"""So far back demand is shown, and so long a page must have been found by nobody to be called silent."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Day:
    """What became of the texts of one day, or of several."""

    day: dt.date
    """The first of them."""
    answered: int = 0
    symptom: int = 0
    unanswered: int = 0

    @property
    def texts(self) -> int:
        return self.answered + self.symptom + self.unanswered

    @property
    def percent(self) -> int:
        """Of the texts that a page answered."""
        return round(100 * self.answered / self.texts) if self.texts else 0


def waiting(today: dt.date, user: User) -> dict[str, int]:
    """How much waits for this person, by what it is: as many as the list holds to which the number leads."""
    return {
        "review": drafts.queue(Queue.TO_REVIEW, user).count(),
        "drafts": drafts.queue(Queue.MINE, user).count(),
        "unknowns": UnknownError.objects.open().count(),
        "feedback": Feedback.objects.open().count(),
        "evidence": Evidence.objects.proposed().count(),
        "dead": Source.objects.dead().count(),
        "due": freshness.due(today).order_by().count(),
        "jobs": Job.objects.filter(state=Job.State.SET_ASIDE).count(),
    }


def demand(today: dt.date) -> list[Day]:
    """The texts of each of the last days, those with none among them."""
    first = today - dt.timedelta(days=DAYS - 1)
    rows = PasteCount.objects.filter(day__gte=first).order_by().values_list("day", "outcome").annotate(Sum("count"))
    counts = {(day, outcome): int(texts) for day, outcome, texts in rows}
    days = (first + dt.timedelta(days=number) for number in range(DAYS))
    return [Day(day, *(counts.get((day, outcome.value), 0) for outcome in PasteOutcome)) for day in days]


def by_week(days: Sequence[Day]) -> list[Day]:
    """The same by weeks that end with the last day; what does not fill the first of them is left out."""
    first = len(days) % WEEK
    weeks = (days[start : start + WEEK] for start in range(first, len(days), WEEK))
    return [together(week) for week in weeks]


def together(days: Sequence[Day]) -> Day:
    return Day(
        days[0].day,
        sum(one.answered for one in days),
        sum(one.symptom for one in days),
        sum(one.unanswered for one in days),
    )


def most_wanted(limit: int) -> list[UnknownError]:
    """The unknown errors that were met most often."""
    return list(UnknownError.objects.open().order_by("-demand", "pk")[:limit])


def silent_pages(today: dt.date) -> QuerySet[Page]:
    """Public pages that no text has led to for DAYS, the oldest first; one that is younger had no time to be found."""
    since = today - dt.timedelta(days=DAYS)
    found = MatchCount.objects.filter(page=OuterRef("pk"), day__gte=since)
    old = dt.datetime.combine(since, dt.time(), dt.UTC)
    ever = MatchCount.objects.filter(page=OuterRef("pk")).order_by("-day").values("day")[:1]
    pages = Page.objects.published().filter(created_at__lt=old).exclude(Exists(found))
    return pages.select_related("tool", "live_revision").annotate(found_on=Subquery(ever)).order_by("created_at", "pk")


def sources_by_state() -> dict[SourceState, int]:
    rows = Source.objects.order_by().values_list("state").annotate(Count("pk"))
    counts = dict(rows)
    return {state: counts.get(state.value, 0) for state in SourceState}


def evidence_by_state() -> dict[EvidenceState, int]:
    rows = Evidence.objects.order_by().values_list("state").annotate(Count("pk"))
    counts = dict(rows)
    return {state: counts.get(state.value, 0) for state in EvidenceState}
