"""The desk's first screen: what needs a person, and how readers and pages fare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from kb.admin.desk import person, portion, show
from kb.models import EvidenceState, PasteOutcome, SourceState
from kb.queries import desk
from kb.rendering import charts
from kb.rendering.charts import Chart, Series

SHOWN = 10
"""Of the unknown errors and the silent pages so many stand here."""
LATELY = 30
"""Days whose share is told in words."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for people who have a permission, and where they see to it."""

    name: str
    """As `kb.queries.desk.waiting` calls it."""
    one: str
    many: str
    permission: str
    screen: str
    query: str = ""

    @property
    def address(self) -> str:
        return reverse(f"admin:{self.screen}") + (f"?{self.query}" if self.query else "")


TASKS: Sequence[Task] = (
    Task("review", "draft to review", "drafts to review", "kb.publish_revision", "desk-drafts", "show=to-review"),
    Task("drafts", "draft of yours", "drafts of yours", "kb.add_revision", "desk-drafts", "show=mine"),
    Task("unknowns", "unknown error", "unknown errors", "kb.change_unknownerror", "desk-unknowns"),
    Task("feedback", "reader's report", "readers' reports", "kb.change_feedback", "desk-readers"),
    Task(
        "evidence",
        "evidence to decide",
        "evidence to decide",
        "kb.change_evidence",
        "desk-evidence",
        "evidence=proposed",
    ),
    Task("dead", "dead source", "dead sources", "kb.view_source", "desk-evidence", "state=dead"),
    Task("due", "page due for review", "pages due for review", "kb.view_evidence", "desk-due"),
    Task("jobs", "job set aside", "jobs set aside", "kb.change_job", "kb_job_changelist", "state__exact=set-aside"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    count: int
    words: str
    address: str


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything that `admin/index.html` shows besides Django's list of tables."""
    today = timezone.now().date()
    days = desk.demand(today)
    quiet = desk.silent_pages(today)
    sources, evidence = desk.sources_by_state(), desk.evidence_by_state()
    return {
        "figures": list(_figures(request, desk.waiting(today, person(request)))),
        "days": days[::-1],
        "demand": demand_chart(days),
        "weeks": desk.by_week(days)[::-1],
        "share": share_chart(desk.by_week(days)),
        "lately": desk.together(days[-LATELY:]),
        "lately_days": LATELY,
        "unknowns": desk.most_wanted(SHOWN),
        "silent": list(quiet[:SHOWN]),
        "silent_count": quiet.count(),
        "silent_days": desk.DAYS,
        "health": [
            health_chart("Sources by what their last check found", sources.items()),
            health_chart("Evidence by state", evidence.items()),
        ],
    }


def silent(request: HttpRequest) -> HttpResponse:
    """All pages that nobody's text led to of late."""
    pages = desk.silent_pages(timezone.now().date())
    return show(request, "desk/silent.html", "Silent pages", days=desk.DAYS, **portion(request, pages))


def _figures(request: HttpRequest, counts: dict[str, int]) -> Iterator[Figure]:
    """What this person may see to; what waits stands first."""
    allowed = [task for task in TASKS if request.user.has_perm(task.permission)]
    for task in sorted(allowed, key=lambda task: not counts[task.name]):
        count = counts[task.name]
        yield Figure(count, task.one if count == 1 else task.many, task.address)


def demand_chart(days: Sequence[desk.Day]) -> Chart:
    whole = desk.together(days)
    series = (
        Series("answered", PasteOutcome.ANSWERED, [day.answered for day in days]),
        Series("symptom only", PasteOutcome.SYMPTOM, [day.symptom for day in days]),
        Series("unanswered", PasteOutcome.UNANSWERED, [day.unanswered for day in days]),
    )
    words = f"{whole.texts:,} texts in {len(days)} days, {whole.answered:,} of them answered."
    return charts.columns("Texts a day", words, [str(day.day) for day in days], series)


def share_chart(weeks: Sequence[desk.Day]) -> Chart:
    last = weeks[-1]
    words = f"In the last seven days a page answered {last.answered:,} of {last.texts:,} texts."
    series = (Series("answered", PasteOutcome.ANSWERED, [week.percent for week in weeks]),)
    return charts.columns("Answered, of 100 texts a week", words, [str(week.day) for week in weeks], series, top=100)


def health_chart(title: str, counts: Iterable[tuple[SourceState | EvidenceState, int]]) -> Chart:
    series = [Series(state.value, state.value, [count]) for state, count in counts]
    words = ", ".join(f"{one.values[0]:,} {one.name}" for one in series)
    return charts.parts(title, f"{words}.", series)
