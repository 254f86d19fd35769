"""Unknown errors after they were recorded: closed when a page answers them, forgotten when nobody meets them again."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from kb.models import UnknownError, UnknownState
from kb.services import lookups


def close_answered() -> str:
    """Look every open error up again; where a page answers it by now, say so."""
    closed = 0
    for unknown in UnknownError.objects.open():
        page = lookups.answering_page(unknown.example)
        if page is not None:
            unknown.move_to(UnknownState.ANSWERED, page=page)
            closed += 1
    return f"{closed} answered"


def forget_old() -> str:
    """Delete what nobody has pasted for KB_UNKNOWN_DAYS."""
    long_ago = timezone.now() - dt.timedelta(days=settings.UNKNOWN_DAYS)
    forgotten, _ = UnknownError.objects.not_seen_since(long_ago).delete()
    return f"{forgotten} forgotten"
