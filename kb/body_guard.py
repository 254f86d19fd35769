"""Counts the bytes of every body, and refuses one that comes too slowly, or that would fill memory or disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

REFUSED = "kb.refused"
"""In the scope: the status with which the application is to refuse a request whose body it does not get."""
_GONE: Message = {"type": "http.disconnect"}
_EMPTY: Message = {"type": "http.request", "body": b"", "more_body": False}


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a body may take to come: `grace_s`, and more the more of it is here, but never more than `longest_s`."""

    grace_s: float
    least_bytes_a_s: float
    longest_s: float

    def allowed_s(self, read: int) -> float:
        return min(self.grace_s + read / self.least_bytes_a_s, self.longest_s)


@dataclass(frozen=True, slots=True)
class BodyGuard:
    """In front of an application: passes on bodies of up to `body_limit` bytes that come at their pace.

    Any other it has the application refuse, with 413 or 408, as a request without a body. What is too large is first
    read to its end: most clients write all of theirs before they read, and would report a broken pipe instead of our
    answer. Nobody is read from for ever: beyond `drain_limit` we hang up.
    """

    application: Application
    body_limit: int
    drain_limit: int
    pace: Pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        body = _Body(receive, self.pace, asyncio.get_running_loop().time())
        if announced_length(scope) <= self.body_limit:
            await self.application(scope, lambda: self._next(body), send)
        if announced_length(scope) > self.body_limit or body.read > self.body_limit:
            await self._drain(scope, body)
            await self._refuse(413, scope, send)
        elif body.is_late:
            await self._refuse(408, scope, send)

    async def _next(self, body: _Body) -> Message:
        """The next part; to the application one that is refused looks like a client that has gone, to whom it answers
        nothing."""
        if body.read > self.body_limit or body.is_late:
            return _GONE
        message = await body.next()
        return _GONE if body.read > self.body_limit else message

    async def _drain(self, scope: Scope, body: _Body) -> None:
        """Read the rest of the body and drop it, unless it is announced to be more than we would read."""
        if announced_length(scope) > self.drain_limit:
            return
        while not body.is_whole and not body.is_late and body.read <= self.drain_limit:
            await body.next()

    async def _refuse(self, status: int, scope: Scope, send: Send) -> None:
        async def nothing() -> Message:
            return _EMPTY

        await self.application({**scope, REFUSED: status}, nothing, send)


class _Body:
    """What a client sends, with its size so far and whether it keeps its pace."""

    def __init__(self, receive: Receive, pace: Pace, began: float) -> None:
        self._receive = receive
        self._pace = pace
        self._began = began
        self.read = 0
        self.is_whole = False
        self.is_late = False

    async def next(self) -> Message:
        if self.is_whole:
            return await self._receive()  # from now on it tells when the client goes
        try:
            async with asyncio.timeout_at(self._began + self._pace.allowed_s(self.read)):
                message = await self._receive()
        except TimeoutError:
            self.is_late = True
            return _GONE
        self.read += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        return message


def header(scope: Scope, name: bytes) -> str:
    """The values of this header, in lower case; empty where there is none."""
    return b", ".join(value for key, value in scope["headers"] if key == name).decode("latin-1").lower()


def announced_length(scope: Scope) -> int:
    """The length that the client announces; 0 where it announces none."""
    value = header(scope, b"content-length")
    return int(value) if value.isascii() and value.isdigit() else 0
