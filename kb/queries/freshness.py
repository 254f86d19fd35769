"""Freshness: when a page was last verified, and what makes it due for a review. All rules stand here, as data.

A rule is a condition in SQL, so that the list of what is due is one query however many pages there are. Whether a tool
has moved on beyond the tested versions is no rule: pages say versions in words, and nothing here knows what a tool's
newest release is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from kb.models import DEAD, Cause, Citation, Evidence, EvidenceState, Feedback, Page, Reproduction, SourceState
from kb.models.feedback import YES

AGES_AFTER = dt.timedelta(days=365)
READERS_WITHIN = dt.timedelta(days=90)
READERS_COUNT = 5
"""So many readers must have said that a part did not work, and more of them than said that it did."""
_NEVER = dt.date(1, 1, 1)

_PAGE = OuterRef("pk")


# --- when a page was last verified ------------------------------------------------------------------------------------


def _evidence() -> QuerySet[Evidence]:
    return Evidence.objects.accepted().filter(page=_PAGE)


def _citations() -> QuerySet[Citation]:
    """What the page says of its sources; a source that is only proposed verifies nothing."""
    accepted = Evidence.objects.accepted().filter(page=OuterRef("page"), source=OuterRef("source"))
    return Citation.objects.filter(Exists(accepted), page=_PAGE)


def _living_sources() -> QuerySet[Evidence]:
    return _evidence().filter(source__state=SourceState.ALIVE)


def _runs() -> QuerySet[Reproduction]:
    return Reproduction.objects.successful().filter(page=_PAGE)


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody, or a check, looked at what a page rests on."""

    rows: Callable[[], QuerySet[Any]]
    date: str


SIGHTS: Sequence[Sight] = (
    Sight(_evidence, "date"),
    Sight(_citations, "seen_on"),
    Sight(_living_sources, "source__checked_on"),
    Sight(_runs, "date"),
)


def _last(sight: Sight) -> Coalesce:
    newest = sight.rows().filter(**{f"{sight.date}__isnull": False}).order_by(f"-{sight.date}").values(sight.date)[:1]
    return Coalesce(Subquery(newest), Value(_NEVER), output_field=DateField())


# --- what makes a page due --------------------------------------------------------------------------------------------


def _unsupported(causes: QuerySet[Cause]) -> QuerySet[Cause]:
    """Of these causes, which belong to a page of the query around them, those for which no evidence stands."""
    about = Evidence.objects.standing().filter(page=OuterRef("revision__page"), supports=OuterRef("key"))
    return causes.exclude(Exists(about))


def _nothing_stands(today: dt.date) -> Q:
    """Once something did. What is reproduced needs no source to be true."""
    once = Evidence.objects.exclude(state=EvidenceState.PROPOSED).filter(page=_PAGE)
    stands = Evidence.objects.standing().filter(page=_PAGE)
    return Q(Exists(once)) & ~Q(Exists(stands)) & ~Q(Exists(_runs()))


def _a_cause_is_unsupported(today: dt.date) -> Q:
    return Q(Exists(_unsupported(Cause.objects.filter(revision=OuterRef("live_revision"))))) & ~Q(Exists(_runs()))


def _a_source_is_dead(today: dt.date) -> Q:
    return Q(Exists(_evidence().filter(source__state__in=DEAD)))


def _did_not_work(today: dt.date) -> Q:
    since = dt.datetime.combine(today - READERS_WITHIN, dt.time(), dt.UTC)
    said = Feedback.objects.votes().filter(page=_PAGE, created_at__gte=since).order_by().values("part")
    worked = Q(verdict__in=YES)
    counted = said.annotate(bad=Count("pk", filter=~worked), good=Count("pk", filter=worked))
    return Q(Exists(counted.filter(bad__gte=READERS_COUNT, bad__gt=F("good"))))


def _unverified_for_long(today: dt.date) -> Q:
    seen = Q()
    for sight in SIGHTS:
        seen |= Q(Exists(sight.rows().filter(**{f"{sight.date}__gt": today - AGES_AFTER})))
    return ~seen


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a published page due for a review."""

    code: str
    text: str
    holds: Callable[[dt.date], Q] = field(repr=False)

    def __str__(self) -> str:
        return self.text


RULES: Sequence[Rule] = (
    Rule("nothing-stands", "nothing that it rests on stands any more", _nothing_stands),
    Rule("cause-unsupported", "a cause has no evidence that stands", _a_cause_is_unsupported),
    Rule("source-dead", "a source is gone, or has changed since it was cited", _a_source_is_dead),
    Rule(
        "did-not-work",
        f"{READERS_COUNT} readers or more said that a part did not work, or is not about their error",
        _did_not_work,
    ),
    Rule("unverified", "nothing was verified for a year", _unverified_for_long),
)
RULE_OF: Mapping[str, Rule] = {rule.code: rule for rule in RULES}


# --- asked of pages ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a page is."""

    last_verified: dt.date | None = None
    reasons: Sequence[Rule] = ()
    """Why it is due; none, if it is not."""
    unsupported: frozenset[str] = frozenset()
    """Keys of causes for which no evidence stands."""

    def is_due_for(self, code: str) -> bool:
        return any(rule.code == code for rule in self.reasons)


def of_pages(pages: Collection[int], today: dt.date) -> dict[int, Freshness]:
    """How fresh each of these published pages is; one query."""
    asked = Page.objects.published().filter(pk__in=pages).order_by()
    asked = asked.annotate(verified=Greatest(*(_last(sight) for sight in SIGHTS)))
    for rule in RULES:
        asked = asked.annotate(**{_flag(rule): ExpressionWrapper(rule.holds(today), output_field=BooleanField())})
    return {row["pk"]: _freshness(row) for row in asked.values("pk", "verified", *map(_flag, RULES))}


def of_page(page: Page, today: dt.date) -> Freshness:
    """How fresh this page is, and which of its causes are not supported."""
    found = of_pages([page.pk], today).get(page.pk, Freshness())
    if not found.is_due_for("cause-unsupported"):
        return found
    causes = _unsupported(Cause.objects.filter(revision=page.live_revision_id))
    return replace(found, unsupported=frozenset(causes.values_list("key", flat=True)))


def due(today: dt.date, code: str = "", tool: str = "") -> QuerySet[Page]:
    """Published pages that are due for a review, by one rule or by any; those most asked for first."""
    wanted = Q()
    for rule in [RULE_OF[code]] if code else RULES:
        wanted |= rule.holds(today)
    pages = Page.objects.published().filter(wanted)
    if tool:
        pages = pages.of_tool(tool)
    return pages.order_by("-listing__asked", "pk")


def _flag(rule: Rule) -> str:
    return "is_" + rule.code.replace("-", "_")


def _freshness(row: Mapping[str, Any]) -> Freshness:
    verified = row["verified"]
    return Freshness(None if verified == _NEVER else verified, tuple(rule for rule in RULES if row[_flag(rule)]))
