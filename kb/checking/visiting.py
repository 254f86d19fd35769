"""A visit to an address: its host's turn and rules first, then the address, then wherever it leads."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

import httpx

from kb.checking.addresses import Guard
from kb.checking.asking import Answer, Limits, ask
from kb.checking.outcomes import Busy, NoAnswer, Refused, Resting

MOST_REDIRECTS = 5
PAUSE = dt.timedelta(seconds=5)
"""Between two visits to one host."""
LONGEST_DELAY = dt.timedelta(minutes=1)
"""Of a `Crawl-delay` so much is kept: it is written for those who come for everything."""
_REST = dt.timedelta(hours=1)
"""For a host that is overloaded and does not say for how long."""
_LONGEST_REST = dt.timedelta(days=1)
_RULES_ARE_KEPT_S = 24 * 3600
_RULES_SIZE = 512 * 1024

_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%"
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)


class Result(StrEnum):
    ANSWERED = "answered"
    SAME = "same"
    """Not modified since the visit whose validators were sent."""
    GONE = "gone"
    NO_ANSWER = "no answer"
    REFUSED = "refused"
    BUSY = "busy"
    RESTING = "resting"
    """Not asked, because it is not our turn."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of it."""

    result: Result
    note: str
    """In words: `HTTP 404`."""
    answer: Answer | None = None
    moved_to: str = ""
    """Where it stands now, if it has moved for good."""
    is_direct: bool = True
    """No redirect came in between: the validators are those of the address itself."""
    rest: dt.timedelta = dt.timedelta()

    def validator(self, header: str, longest: int) -> str:
        """What to send next time, to hear only of another text; empty where it cannot be sent back as it is."""
        value = self.answer.header(header) if self.answer and self.is_direct else ""
        return value if len(value) <= longest and value.isascii() and value.isprintable() else ""


class Hosts(Protocol):
    """Whose turn it is, for all processes: a host is asked by one at a time."""

    def take(self, host: str) -> None:
        """Take a turn, or raise Resting."""

    def free(self, host: str, rest: dt.timedelta) -> None:
        """End the turn; nobody asks this host for so long."""


class Memory(Protocol):
    """Django's cache, for one."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: Any, timeout: float | None) -> None: ...


@dataclass(slots=True)
class _Trip:
    """One visit under way."""

    deadline: float
    rests: dict[str, dt.timedelta] = field(default_factory=dict)
    """The hosts whose turn is ours, and how long each is left alone afterwards."""

    def seconds_left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise NoAnswer("no answer in time")
        return left


@dataclass(frozen=True, slots=True)
class Visitor:
    name: str
    """By which `robots.txt` may call it."""
    contact: str
    hosts: Hosts
    memory: Memory
    guard: Guard = field(default_factory=Guard)
    limits: Limits = field(default_factory=Limits)

    def visit(self, address: str, validators: Mapping[str, str] | None = None) -> Visit:
        trip = _Trip(time.monotonic() + self.limits.total)
        try:
            return self._visit(trip, address, validators or {})
        except Refused as why:
            return Visit(Result.REFUSED, str(why))
        except NoAnswer as why:
            return Visit(Result.NO_ANSWER, str(why))
        except Busy as why:
            return Visit(Result.BUSY, str(why), rest=why.rest)
        except Resting as why:
            return Visit(Result.RESTING, str(why), rest=why.rest)
        finally:
            for host, rest in trip.rests.items():
                self.hosts.free(host, rest)

    def _visit(self, trip: _Trip, address: str, validators: Mapping[str, str]) -> Visit:
        url, moved_to, is_permanent = _url(address), "", True
        for redirects in range(MOST_REDIRECTS + 1):
            rest = self._obey(trip, url)
            answer = self._ask(trip, url, {} if redirects else validators, rest)
            target = _target(url, answer)
            if target is None:
                return _told(answer, moved_to, is_direct=not redirects)
            url, is_permanent = target, is_permanent and answer.status in _PERMANENT
            moved_to = str(url) if is_permanent else moved_to
        raise Refused(f"more than {MOST_REDIRECTS} redirects")

    def _ask(self, trip: _Trip, url: httpx.URL, headers: Mapping[str, str], rest: dt.timedelta = PAUSE) -> Answer:
        trip.seconds_left()  # before a name is resolved, which has a time limit of its own
        numbers = self.guard.numbers_of(url)
        host = _host(url)
        if host not in trip.rests:
            self.hosts.take(host)
        trip.rests[host] = rest
        ours = {
            "User-Agent": f"{self.name} (+{quote(self.contact, safe=_IN_ADDRESSES)})",
            "Accept-Encoding": "gzip",
            "Accept": "*/*",
        }
        answer = ask(url, numbers, {**ours, **headers}, self.limits, trip.seconds_left())
        if answer.status in (429, 503):
            trip.rests[host] = rest = _retry_after(answer)
            raise Busy(f"HTTP {answer.status}", rest)
        return answer

    def _obey(self, trip: _Trip, url: httpx.URL) -> dt.timedelta:
        """How long the host is left alone after this visit; Refused where its robots.txt does not want us."""
        rules = RobotFileParser()
        try:
            rules.parse(self._robots(trip, url).splitlines())
            is_allowed = rules.can_fetch(self.name, str(url))
        except ValueError as error:  # `Disallow: //[` is too much for the parser
            raise Refused("robots.txt cannot be understood") from error
        if not is_allowed:
            raise Refused("robots.txt does not allow it")
        delay = dt.timedelta(seconds=min(int(rules.crawl_delay(self.name) or 0), LONGEST_DELAY.total_seconds()))
        return max(delay, PAUSE)

    def _robots(self, trip: _Trip, url: httpx.URL) -> str:
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        key = f"robots-{sha256(origin.encode()).hexdigest()}"
        known = self.memory.get(key)
        if known is None:
            known = self._robots_of(trip, url.copy_with(raw_path=b"/robots.txt", fragment=None))
            self.memory.set(key, known, _RULES_ARE_KEPT_S)
        return str(known)

    def _robots_of(self, trip: _Trip, url: httpx.URL) -> str:
        """As RFC 9309 has it: without rules everything is allowed, and nothing while the host cannot tell them."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(trip, url, {})
            target = _target(url, answer)
            if target is None:
                if answer.status >= 500:
                    raise NoAnswer(f"HTTP {answer.status} for robots.txt")
                return answer.body[:_RULES_SIZE].decode("utf-8-sig", "replace") if answer.status == 200 else ""
            url = target
        return ""


def host_of(address: str) -> str:
    """The name under which the turns at this address are counted; empty for what is no address."""
    try:
        return _host(httpx.URL(address))
    except (httpx.InvalidURL, ValueError):
        return ""


def _host(url: httpx.URL) -> str:
    """As it is asked for: not every `xn--` can be read back into letters."""
    return url.raw_host.decode("ascii")


def _url(address: str) -> httpx.URL:
    try:
        return httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused("not an address that can be asked") from error


def _target(url: httpx.URL, answer: Answer) -> httpx.URL | None:
    location = answer.header("location")
    if answer.status not in _REDIRECTS or not location:
        return None
    try:
        return url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused("it redirects to what is no address") from error


def _told(answer: Answer, moved_to: str, *, is_direct: bool) -> Visit:
    status, note = answer.status, f"HTTP {answer.status}"
    if 200 <= status < 300:
        return Visit(Result.ANSWERED, note, answer, moved_to, is_direct)
    if status == 304:
        return Visit(Result.SAME, note, answer, moved_to, is_direct)
    if status in (404, 410):
        return Visit(Result.GONE, note)
    return Visit(Result.NO_ANSWER if status >= 500 else Result.REFUSED, note)


def _retry_after(answer: Answer) -> dt.timedelta:
    """In seconds or as a date; held to a day, so that nobody can be struck off for ever."""
    said = answer.header("retry-after").strip()
    try:
        rest = (
            dt.timedelta(seconds=min(int(said), _LONGEST_REST.total_seconds()))
            if said.isdigit()
            else _until(parsedate_to_datetime(said))
        )
    except (ValueError, OverflowError):
        rest = _REST
    return min(max(rest, PAUSE), _LONGEST_REST)


def _until(when: dt.datetime) -> dt.timedelta:
    return when.replace(tzinfo=when.tzinfo or dt.UTC) - dt.datetime.now(dt.UTC)
