"""Django behind ASGI, each request in one thread.

Django's own handler hops into a thread and back for every piece of middleware, and makes a thread and a database
connection for each request: here that took more time than the answer. This one reads the request first, however slowly
it comes, and then answers it from the first middleware to the last in a thread of a pool, which keeps its connection.
What is streamed is made in those threads too, piece by piece. `docs/decisions/one-thread-a-request.md` says what all
that costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from os import SEEK_END
from typing import IO, Any, TypeVar, cast

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import set_script_prefix

from kb.body_guard import Receive, Scope, Send

T = TypeVar("T")

THREADS = 16
"""Requests that are answered at the same time; others wait. As many as the connections that PostgreSQL's pool holds."""


class Handler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """The synchronous chain, whatever the server speaks."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._in_thread(self._answer, scope, body)
        if not response.streaming:
            await self.send_response(response, send)
            return
        assert isinstance(response, StreamingHttpResponse), "no other response is streamed"
        try:
            response.streaming_content = self._pieces(iter(cast("Iterator[bytes]", response.streaming_content)))
            await self.send_response(response, send)
        finally:
            await self._in_thread(response.close)

    async def _pieces(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Each is made when the one before it is sent: however slowly a client reads, no thread waits for it."""
        while (piece := await self._in_thread(next, pieces, None)) is not None:
            yield piece

    async def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """The answer; what the request held is given back before it is sent, or after a streamed one's last piece."""
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=type(self), scope=scope)
            request, refusal = self.create_request(scope, body)
            if request:
                request.META["CONTENT_LENGTH"] = str(_size(body))  # what came, whatever was announced
            response = self.get_response(request) if request else refusal
            assert response is not None, "there is a request or a refusal"
            if not response.streaming:
                response.close()
        return response


def _size(body: IO[bytes]) -> int:
    size = body.seek(0, SEEK_END)
    body.seek(0)
    return size
