"""Too much within a time is refused, and the refusal says when to come again."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from django.core.cache import caches

from kb.services import limits
from kb.services.limits import Refusal, take
from tests.redis_server import redis_server

ROOT = Path(__file__).resolve().parents[2]
ADA, BOB = "192.0.2.1", "192.0.2.2"


@dataclass
class Clock:
    time: float = 6_000_000.0
    """The start of a minute, and of an hour or a day for who needs none."""

    def __call__(self) -> float:
        return self.time


@pytest.fixture(autouse=True)
def clock(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    settings.LIMITED = True
    settings.LIMITS = {"match": (3, 60), "bytes": (1000, 60)}
    ours = Clock()
    monkeypatch.setattr(limits, "now", ours)
    monkeypatch.setattr(limits, "_shared", limits._Shared())
    caches["counters"].clear()
    yield ours
    caches["counters"].clear()


def taken(times: int, who: str = ADA, kind: str = "match") -> list[Refusal | None]:
    return [take(kind, who) for _ in range(times)]


def test_as_much_as_is_allowed_may_be_asked_and_no_more() -> None:
    *allowed, refused = taken(4)
    assert allowed == [None] * 3
    assert refused is not None
    assert (refused.kind, refused.most, refused.window_s) == ("match", 3, 60)


def test_each_client_and_each_kind_is_counted_for_itself() -> None:
    taken(3)
    assert take("match", BOB) is None
    assert take("bytes", ADA) is None


def test_whoever_waits_as_long_as_told_is_answered_and_not_before(clock: Clock) -> None:
    clock.time += 12
    taken(3)
    refused = take("match", ADA)
    assert refused is not None
    clock.time += refused.retry_after_s - 2
    assert take("match", ADA) is not None
    clock.time += 2
    assert take("match", ADA) is None


def test_the_edge_of_a_window_does_not_let_through_twice_as_much(clock: Clock) -> None:
    clock.time += 59
    assert taken(3) == [None] * 3
    clock.time += 2
    assert take("match", ADA) is not None


def test_who_goes_on_asking_while_refused_does_not_wait_longer_for_it(clock: Clock) -> None:
    taken(3)
    first, *_, last = [refused.retry_after_s for refused in taken(50) if refused]
    assert first == last


def test_cost_counts(clock: Clock) -> None:
    assert take("bytes", ADA, 600) is None
    refused = take("bytes", ADA, 600)
    assert refused is not None
    assert take("bytes", ADA, 400) is None
    clock.time += refused.retry_after_s + 60
    assert take("bytes", ADA, 600) is None


def test_what_can_never_be_allowed_is_refused_in_so_many_words() -> None:
    refused = take("bytes", ADA, 1001)
    assert refused is not None
    assert str(refused) == (
        "Too many requests: bytes that are sent here are limited to 1,000 each minute. Try again in 120 seconds."
    )


def test_of_many_who_ask_at_once_no_more_are_let_through_than_there_are_places(settings: Any) -> None:
    settings.LIMITS = {"match": (20, 60)}
    together = threading.Barrier(8)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def ask(_: int) -> list[Refusal | None]:
        together.wait()
        return taken(25)

    try:
        with ThreadPoolExecutor(8) as pool:
            answers = [one for several in pool.map(ask, range(8)) for one in several]
    finally:
        sys.setswitchinterval(interval)
    assert answers.count(None) == 20


COUNT = """
import sys
from django.conf import settings
from kb.services import limits
settings.LIMITS = {"match": (20, 60)}
limits.now = lambda: 6_000_000.0
sys.stdin.readline()
print([limits.take("match", "192.0.2.1") for _ in range(25)].count(None))
"""


def test_processes_that_share_redis_let_through_no_more_between_them(tmp_path: Path) -> None:
    with redis_server(tmp_path) as address:
        environment = {
            "PATH": os.environ["PATH"],
            "KB_DATA": str(tmp_path / "data"),
            "KB_REDIS_URL": address,
            "KB_TRUSTED_PROXIES": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "kb.settings",
        }
        command = [sys.executable, "-c", COUNT]
        processes = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, text=True) for _ in range(3)
        ]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        counted = [process.communicate()[0] for process in processes]
    assert sum(map(int, counted)) == 20, counted


def test_the_cache_holds_no_address(settings: Any) -> None:
    taken(1)
    assert not any(ADA in key for key in caches["counters"]._cache)  # type: ignore[attr-defined]


def test_a_site_that_only_this_machine_reaches_has_no_limits(settings: Any) -> None:
    settings.LIMITED = False
    assert taken(50) == [None] * 50


class Away:
    """A shared cache that does not answer."""

    asked = 0

    def get(self, *args: Any) -> Any:
        Away.asked += 1
        raise ConnectionError("refused")

    add = incr = get


def test_while_the_shared_cache_is_away_each_process_counts_for_itself(
    settings: Any, monkeypatch: pytest.MonkeyPatch, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "redis://cache.invalid"
    monkeypatch.setattr(limits, "caches", {"default": Away(), "counters": caches["counters"]})
    Away.asked = 0
    *allowed, refused = taken(4)
    assert allowed == [None] * 3
    assert refused is not None
    assert Away.asked == 1, "nobody else waits for it"
    assert [record.message for record in caplog.records] == [
        "The cache does not answer (ConnectionError): each process counts for itself"
    ]
    clock.time += limits.ALONE_S
    take("match", ADA)
    assert Away.asked == 2
