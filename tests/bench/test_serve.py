from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import pytest

from bench.serve import Measured, Request, alone, rate_of, targets
from tests import loops

Told = TypeVar("Told")


def figures(share: float, unchanged: float, slowest_ms: float) -> list[tuple[Measured, Measured]]:
    def measured(name: str, server_ms: float) -> Measured:
        return Measured(name, 1, [1.0], [server_ms, server_ms, 99.0], [1.0])

    bare = measured("constant", 1.0)
    return [
        (measured("error page", 1 / share), bare),
        (measured("error page, unchanged", 1 / unchanged), bare),
        (measured("result of a line", slowest_ms), bare),
    ]


@pytest.mark.parametrize(
    ("measured", "met"),
    [
        (figures(0.61, 0.91, 10.0), [True, True, True]),
        (figures(0.59, 0.91, 9.0), [False, True, True]),
        (figures(2.0, 0.89, 9.0), [True, False, True]),
        (figures(1.0, 1.0, 10.1), [True, True, False]),
    ],
)
def test_a_target_is_met_or_missed(measured: list[tuple[Measured, Measured]], met: list[bool]) -> None:
    assert [target.is_met for target in targets(measured)] == met


def with_a_server(answer: bytes, ask: Callable[[int], Awaitable[Told]]) -> Told:
    """Ask a server on loopback that always gives this answer."""

    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer)
        writer.close()
        gone.set()

    async def run() -> Told:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            try:
                return await ask(server.sockets[0].getsockname()[1])
            finally:
                await asyncio.wait_for(gone.wait(), 5)
                await asyncio.sleep(0.05)

    return loops.run(run())


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
GET = Request("page", "GET / HTTP/1.1")


def test_each_request_is_timed_and_its_answer_measured() -> None:
    size, taken = with_a_server(OK, lambda port: alone(port, GET, 7))
    assert size == 5
    assert len(taken) == 7


def test_requests_are_counted_over_all_connections() -> None:
    seconds = iter([1.0, 1.5])
    rate, server_ms = with_a_server(OK, lambda port: rate_of(port, GET, 3, 0.1, lambda: next(seconds)))
    assert rate > 3 / 10  # each of the three was answered at least once, however busy the machine
    assert 0 < server_ms <= 500 / 3


def test_another_status_than_the_expected_one_ends_the_measurement() -> None:
    with pytest.raises(RuntimeError, match="page: 200 instead of 304"):
        with_a_server(OK, lambda port: alone(port, Request("page", "GET / HTTP/1.1", status=304), 1))
