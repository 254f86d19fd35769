"""Django behind ASGI, each request in one thread.

Django's own handler hops into a thread and back for every piece of middleware, and makes a thread and a database
connection for each request: here that took more time than the answer. This one reads the request first, however slowly
it comes, and then answers it from the first middleware to the last in a thread of a pool, which keeps its connection.
Answers are not streamed. `docs/decisions/one-thread-a-request.md` says what that costs.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from os import SEEK_END
from typing import IO

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponseBase
from django.urls import set_script_prefix

from kb.body_guard import Receive, Scope, Send

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
        response = await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, scope, body)
        await self.send_response(response, send)

    def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """The whole answer; what the request and its connection held is given back before it is sent."""
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=type(self), scope=scope)
            request, refusal = self.create_request(scope, body)
            if request:
                request.META["CONTENT_LENGTH"] = str(_size(body))  # what came, whatever was announced
            response = self.get_response(request) if request else refusal
            assert response is not None, "there is a request or a refusal"
            response.close()
        return response


def _size(body: IO[bytes]) -> int:
    size = body.seek(0, SEEK_END)
    body.seek(0)
    return size
