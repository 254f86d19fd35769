"""The audit trail: who did what at the desk, as rows of the admin's own log, which its history screens show."""

from __future__ import annotations

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import Model

from kb.models import User

ADDED, CHANGED, DELETED = ADDITION, CHANGE, DELETION


def note(actor: User, what: Model, text: str, flag: int = CHANGED) -> None:
    """Keep that this person did this to this row; inside the transaction of the deed, so that both stand or fall."""
    LogEntry.objects.log_actions(actor.pk, [what], flag, text, single_object=True)
