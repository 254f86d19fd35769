"""Counts the bytes of every body, and refuses one that is too large before it fills memory or disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

Refusal = Callable[[str], tuple[str, bytes]]
"""From what a client accepts to the content type and the body of the refusal."""


@dataclass(frozen=True, slots=True)
class BodyGuard:
    """In front of an application: passes bodies of up to `body_limit` bytes on, and answers 413 to larger ones.

    The refusal is sent once the body has been read to its end: most clients write all of theirs before they read, and
    would report a broken pipe instead of our answer. Nobody is read from for ever: beyond `drain_limit` we hang up.
    """

    application: Application
    body_limit: int
    drain_limit: int
    refusal: Refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
        elif announced_length(scope) > self.body_limit:
            await self._refuse(scope, receive, send, already_read=0)
        else:
            await self._count(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the body on, until there is too much of it."""
        read = 0

        async def counted() -> Message:
            nonlocal read
            if read <= self.body_limit:
                message = await receive()
                read += len(message.get("body", b""))
            # To the application it then looks as if the client had gone: it tidies up and answers nothing.
            return message if read <= self.body_limit else {"type": "http.disconnect"}

        await self.application(scope, counted, send)
        if read > self.body_limit:
            await self._refuse(scope, receive, send, already_read=read)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, already_read: int) -> None:
        await self._drain(scope, receive, already_read)
        content_type, body = self.refusal(header(scope, b"accept"))
        headers = [
            (b"content-type", content_type.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"content-security-policy", b"default-src 'self'"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _drain(self, scope: Scope, receive: Receive, already_read: int) -> None:
        """Read the rest of the body and drop it, unless it is announced to be more than we would read."""
        read = already_read
        is_more = announced_length(scope) <= self.drain_limit
        while is_more and read <= self.drain_limit:
            message = await receive()
            read += len(message.get("body", b""))
            is_more = message.get("more_body", False)


def header(scope: Scope, name: bytes) -> str:
    """The values of this header, in lower case; empty where there is none."""
    return b", ".join(value for key, value in scope["headers"] if key == name).decode("latin-1").lower()


def announced_length(scope: Scope) -> int:
    """The length that the client announces; 0 where it announces none."""
    value = header(scope, b"content-length")
    return int(value) if value.isascii() and value.isdigit() else 0
