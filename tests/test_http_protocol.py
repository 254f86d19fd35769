"""The head of a request has an end, in bytes and in time."""

from __future__ import annotations

from typing import Any, cast

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from kb.http_protocol import HEAD_LIMIT, HEAD_S, Protocol


class Transport:
    """The server's side of a connection, as far as the protocol uses it."""

    def __init__(self) -> None:
        self.sent = b""
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        self.is_closed = True

    def pause_reading(self) -> None:
        pass

    def is_closing(self) -> bool:
        return self.is_closed

    def get_extra_info(self, name: str) -> Any:
        return None


class Timer:
    def __init__(self, after_s: float, act: Any) -> None:
        self.after_s, self.act, self.is_cancelled = after_s, act, False

    def cancel(self) -> None:
        self.is_cancelled = True


class Task:
    def add_done_callback(self, act: Any) -> None:
        pass


class Loop:
    """A loop whose time does not pass by itself; what it is to run it drops."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []
        self.begun = 0

    def call_later(self, after_s: float, act: Any) -> Timer:
        self.timers.append(Timer(after_s, act))
        return self.timers[-1]

    def create_task(self, work: Any) -> Task:
        self.begun += 1
        work.close()
        return Task()

    def run_timers(self) -> None:
        for timer in self.timers:
            if not timer.is_cancelled:
                timer.act()


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    return


class Connection:
    def __init__(self) -> None:
        self.transport, self.loop = Transport(), Loop()
        config = Config(nothing, proxy_headers=False, log_config=None)
        self.protocol = Protocol(config, ServerState(), {}, _loop=cast("Any", self.loop))
        self.protocol.connection_made(cast("Any", self.transport))

    def send(self, *parts: bytes) -> Connection:
        for part in parts:
            if not self.transport.is_closed:
                self.protocol.data_received(part)
        return self


REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_a_request_is_handed_on_and_its_time_is_forgotten() -> None:
    connection = Connection().send(REQUEST[:9], REQUEST[9:])
    connection.loop.run_timers()
    assert connection.loop.begun == 1
    assert not connection.transport.is_closed


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: loc"])
def test_who_does_not_come_to_the_end_of_the_headers_is_left(begun: bytes) -> None:
    connection = Connection().send(*filter(None, [begun]))
    assert {timer.after_s for timer in connection.loop.timers} == {HEAD_S}
    connection.loop.run_timers()
    assert connection.transport.is_closed
    assert connection.loop.begun == 0


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (b"GET / HTTP/1.1\r\n", b"A: " + b"b" * 997 + b"\r\n"),  # more and more headers
        (b"GET / HTTP/1.1\r\nA: ", b"b" * 1000),  # one that does not end
        (b"GET /", b"a" * 1000),  # an address that does not end
    ],
)
def test_a_head_that_does_not_end_is_refused(first: bytes, more: bytes) -> None:
    connection = Connection().send(first, *([more] * (2 * HEAD_LIMIT // 1000)))
    assert connection.transport.is_closed
    assert connection.transport.sent.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"\r\nx-content-type-options: nosniff\r\n" in connection.transport.sent
    assert connection.loop.begun == 0


def test_a_body_is_no_head_however_long() -> None:
    head = b"POST /match HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
    connection = Connection().send(head + b"x" * 1000, *([b"x" * 60_000] * 3))
    assert connection.transport.sent == b""


def test_each_request_of_a_connection_has_its_own_measure() -> None:
    head = b"GET / HTTP/1.1\r\nHost: localhost\r\nA: " + b"a" * 40_000 + b"\r\n\r\n"
    connection = Connection().send(head, head[:50], head[50:])
    assert b" 431 " not in connection.transport.sent


def test_what_is_no_http_is_told_so() -> None:
    connection = Connection().send(b"\x16\x03\x01 hello\r\n\r\n")
    assert connection.transport.sent.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert connection.transport.is_closed
