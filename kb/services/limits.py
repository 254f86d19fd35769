"""How much anybody may ask within a time: `settings.LIMITS` says how much, this counts.

A sliding window made of two counters: what was taken in the window that runs now, and of the one before it the share
that still lies within the length of a window. A counter is raised first and looked at then, so that of several
processes that share a cache no two believe that the last place is theirs; who is refused gives back what it took.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

logger = logging.getLogger(__name__)

ALONE_S = 10.0
"""After a failure of the shared cache each process counts for itself for so long, before it asks the cache again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Too much was asked; at `retry_after_s` from now, as much as was asked for is free again."""

    kind: str
    most: int
    window_s: int
    retry_after_s: int

    def __str__(self) -> str:
        window = {60: "minute", 3600: "hour", 86400: "day"}.get(self.window_s, f"{self.window_s} seconds")
        seconds = "second" if self.retry_after_s == 1 else "seconds"
        return (
            f"Too many requests: {NAMES.get(self.kind, self.kind)} here are limited to {self.most:,} each {window}. "
            f"Try again in {self.retry_after_s:,} {seconds}."
        )


NAMES = {
    "match": "texts to match",
    "search": "searches",
    "hints": "hints while typing",
    "api": "requests to the API",
    "token": "requests with one token",
    "bytes": "bytes that are sent",
    "unknowns": "unknown errors",
    "feedback": "messages to us",
    "login": "attempts to log in",
    "login-address": "attempts to log in",
    "login-account": "attempts to log in",
}
"""What is limited, in a reader's words."""


def take(kind: str, who: str, cost: int = 1) -> Refusal | None:
    """Count `cost` of this kind for `who`, an address or the name of a token; the refusal, if that is too much."""
    if not settings.LIMITED:
        return None
    clock = now()
    if settings.REDIS_URL and _shared.answers(clock):
        try:
            return _take(caches["default"], kind, who, cost, clock)
        except Exception as error:  # whatever the client of the cache raises
            _shared.failed(clock)
            logger.warning("The cache does not answer (%s): each process counts for itself", type(error).__name__)
    return _take(caches["counters"], kind, who, cost, clock)


def _take(cache: BaseCache, kind: str, who: str, cost: int, clock: float) -> Refusal | None:
    most, window_s = settings.LIMITS[kind]
    number, elapsed = divmod(clock, window_s)
    left = 1 - elapsed / window_s
    key = _key(kind, who, int(number))
    before = cache.get(_key(kind, who, int(number) - 1), 0)
    taken = _raise(cache, key, cost, 2 * window_s)
    if before * left + taken <= most:
        return None
    _raise(cache, key, -cost, 2 * window_s)
    return Refusal(kind, most, window_s, _retry_after(most - cost, before, taken - cost, elapsed, window_s))


def _raise(cache: BaseCache, key: str, by: int, timeout_s: int) -> int:
    """The counter after it was raised. It outlives the time in which anybody raises it, so none is left for ever."""
    if cache.add(key, by, timeout_s):
        return by
    try:
        return int(cache.incr(key, by))
    except ValueError:  # dropped in between, by a full cache
        return by


def _retry_after(free: int, before: int, taken: int, elapsed: float, window_s: int) -> int:
    """Seconds until what was taken is down to `free`: within this window, else within the next one, else after it."""
    if before and free >= taken:
        wait = window_s * (1 - (free - taken) / before) - elapsed
    elif free >= 0:
        wait = window_s * (2 - free / taken) - elapsed
    else:
        wait = 2 * window_s - elapsed
    return max(1, ceil(wait))


def _key(kind: str, who: str, window: int) -> str:
    """Says nothing of `who` to whoever reads the cache."""
    digest = blake2b(who.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()
    return f"limit-{kind}-{digest}-{window}"


class _Shared:
    """Whether the shared cache answers. Nobody waits for one that does not, nor goes unlimited."""

    def __init__(self) -> None:
        self._away_until = 0.0

    def answers(self, clock: float) -> bool:
        return clock >= self._away_until

    def failed(self, clock: float) -> None:
        self._away_until = clock + ALONE_S


_shared = _Shared()
now = time.time
"""Processes and machines share their windows by it."""
