"""Silence: whether the public pages keep quiet on logs of runs that went well. Measured, and recorded for readers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from kb.matching.engine import search
from kb.models import ContentEpoch, Revision, SilenceCheck
from kb.services.indexing import live


def check(logs: Iterable[bytes]) -> SilenceCheck | None:
    """Search these healthy logs with all that is public now, and record what was found; nothing for no logs."""
    began = timezone.now()  # what is published from here on was not seen
    index = live.current()
    answers = [search(log, index) for log in logs]
    if not answers:
        return None
    fired = sorted({match.slug for answer in answers for match in answer.matches})
    with transaction.atomic():
        ContentEpoch.objects.bump()  # pages say how many logs it was
        return SilenceCheck.objects.create(
            checked_at=began,
            logs=len(answers),
            silent=sum(not answer.matches for answer in answers),
            fired=fired,
        )


def is_due(logs: int) -> bool:
    """Whether the pages as they are were never searched for in so many logs."""
    last = SilenceCheck.objects.first()
    if last is None or last.logs != logs:
        return True
    return Revision.objects.published().filter(published_at__gt=last.checked_at).exists()
