"""How quiet the site is when nothing is wrong: the healthy logs of the repository against the live index."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kb.matching.engine import search
from kb.matching.index import Index
from kb.services.indexing import live
from kb.services.lookups import LIMITS

CLEAN = settings.BASE_DIR / "fixtures" / "clean"


@dataclass(frozen=True, slots=True)
class Silence:
    logs: int
    """Healthy logs that were looked at."""
    silent: int
    """Those in which no page was found."""


_counting = threading.Lock()
_counted: tuple[Index, Silence] | None = None


def silence() -> Silence:
    """Counted once for each index: that takes a second or two."""
    global _counted
    with _counting:
        index = live.current()
        if _counted is None or _counted[0] is not index:
            _counted = (index, _count(index, _logs()))
        return _counted[1]


def _count(index: Index, logs: list[Path]) -> Silence:
    return Silence(len(logs), sum(not search(log.read_bytes(), index, LIMITS).matches for log in logs))


def _logs() -> list[Path]:
    return sorted(CLEAN.rglob("*.log"))
