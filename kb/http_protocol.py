"""uvicorn's HTTP with an end to what it lacks one for: the size of a request's head, and the time that it may take."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 64 * 1024
"""Bytes of the first line and the headers; browsers and proxies send a few thousand."""
HEAD_S = 15.0
"""From the first byte of a request, or from the connection, to the end of its headers."""
_HEADERS = (
    b"content-type: text/plain; charset=utf-8\r\n"
    b"cache-control: no-store\r\n"
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"connection: close\r\n"
)


class Protocol(HttpToolsProtocol):
    _head = 0
    """Bytes that came since the request began, while its headers have not ended."""
    _is_in_head = True
    _too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the library
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._head = self._head + len(data) if self._is_in_head else 0
        if self._head > HEAD_LIMIT and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The address or the headers are too long.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head = True
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        body = f"{text}\n".encode()
        start = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-length: {len(body)}\r\n".encode()
        self.transport.write(start + _HEADERS + b"\r\n" + body)
        self.transport.close()

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._too_late = self.loop.call_later(HEAD_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None
