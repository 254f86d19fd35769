"""What the home page leads to besides the box: what was proved, needed and changed of late."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone

from kb.models import MatchCount, Reproduction
from kb.queries.browse import Card, by_slug, cards, listed

Item = TypeVar("Item")

NEEDED_DAYS = 30
OF_ONE_TOOL = 2
"""A short list tells more when no tool fills it; so many of one are shown as long as there are others."""
_LOOKED_AT = 20
"""Times as many as are shown."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A page whose error was made to happen, by the run that did it."""

    card: Card
    with_versions: str
    date: dt.date
    fix_verified: bool


@dataclass(frozen=True, slots=True)
class Needed:
    card: Card
    count: int
    """How often it was found in the last NEEDED_DAYS days."""


def newly_proved(limit: int) -> list[Proved]:
    """The pages whose error was reproduced last, each with its newest run; of a day, those with a proven fix first."""
    newest = Reproduction.objects.successful().filter(page=OuterRef("page")).order_by("-date", "-pk")
    runs = (
        Reproduction.objects.filter(pk=Subquery(newest.values("pk")[:1]), page__live_revision__isnull=False)
        .select_related("page")
        .defer("transcript")
        .order_by("-date", "-fix_verified", "-pk")[: limit * _LOOKED_AT]
    )
    chosen = _spread(list(runs), limit, lambda run: run.page.tool_id)
    known = by_slug({run.page.full_slug for run in chosen})
    return [
        Proved(known[run.page.full_slug], _version_of(run), run.date, run.fix_verified)
        for run in chosen
        if run.page.full_slug in known
    ]


def _version_of(run: Reproduction) -> str:
    """The version of the page's own tool where the run tells it; it is what a reader compares with."""
    own = run.page.tool_id
    return f"{own} {run.versions[own]}" if own in run.versions else run.with_versions


def recent(limit: int, beside: Collection[str] = ()) -> list[Card]:
    """The pages that were published or changed last, without those that stand `beside` this list."""
    pages = listed().order_by("-live_revision__updated", "-live_revision__published_at", "slug")[: limit * _LOOKED_AT]
    others = [page for page in pages if page.full_slug not in beside]
    return cards(_spread(others, limit, lambda page: page.tool_id))


def _spread(items: Sequence[Item], limit: int, tool_of: Callable[[Item], str]) -> list[Item]:
    """The first of them, with no tool more than OF_ONE_TOOL times, unless there are not enough others."""
    taken: Counter[str] = Counter()
    chosen: list[int] = []
    left: list[int] = []
    for place, item in enumerate(items):
        taken[tool_of(item)] += 1
        (chosen if taken[tool_of(item)] <= OF_ONE_TOOL else left).append(place)
    return [items[place] for place in sorted([*chosen, *left][:limit])]


def most_needed(limit: int) -> list[Needed]:
    """The pages that were found most often of late."""
    since = timezone.now().date() - dt.timedelta(days=NEEDED_DAYS)
    found = dict(
        MatchCount.objects.filter(day__gte=since, page__live_revision__isnull=False)
        .values("page")
        .annotate(total=Sum("count"))
        .order_by("-total", "page")
        .values_list("page", "total")[:limit]
    )
    pages = {page.pk: page for page in listed().filter(pk__in=found)}
    return [Needed(cards([pages[pk]])[0], total) for pk, total in found.items() if pk in pages]
