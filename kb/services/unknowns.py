"""Unknown errors after they were recorded: closed when a page answers them, forgotten when nobody meets them again."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from kb.jobs import CLOSE_ANSWERED_UNKNOWNS
from kb.models import UnknownError, UnknownState
from kb.services import jobs, lookups

AT_ONCE = 200
"""So many are looked up in one transaction, which keeps other writers waiting for no longer than a moment."""


def close_answered(after: int = 0) -> str:
    """Look the open errors up again; where a page answers one by now, say so. What is left over is the next job."""
    unknowns = list(UnknownError.objects.open().filter(pk__gt=after).order_by("pk")[:AT_ONCE])
    closed = 0
    for unknown in unknowns:
        page = lookups.answering_page(unknown.example)
        if page is not None:
            unknown.move_to(UnknownState.ANSWERED, page=page)
            closed += 1
    if len(unknowns) == AT_ONCE:
        last = unknowns[-1].pk
        jobs.enqueue(CLOSE_ANSWERED_UNKNOWNS, unique=f"{CLOSE_ANSWERED_UNKNOWNS} after {last}", after=last)
    return f"{closed} of {len(unknowns)} answered"


def forget_old() -> str:
    """Delete what nobody has pasted for KB_UNKNOWN_DAYS."""
    long_ago = timezone.now() - dt.timedelta(days=settings.UNKNOWN_DAYS)
    forgotten, _ = UnknownError.objects.not_seen_since(long_ago).delete()
    return f"{forgotten} forgotten"
