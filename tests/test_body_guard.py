"""What the guard lets through to the application, and what it has the application refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from kb.body_guard import REFUSED, BodyGuard, Message, Pace, Receive, Scope, Send
from tests import loops

SWIFT = Pace(grace_s=60, least_bytes_a_s=1, longest_s=60)
NEVER = Pace(grace_s=0, least_bytes_a_s=1, longest_s=0)


class Application:
    """Reads every body to its end and notes what it saw."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.refused: list[int] = []
        self.cut_off = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, is_more = b"", True
        while is_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.cut_off += 1
                return
            body += message.get("body", b"")
            is_more = message.get("more_body", False)
        if REFUSED in scope:
            self.refused.append(scope[REFUSED])
        else:
            self.bodies.append(body)


class Client:
    """Sends its parts one after the other, and then nothing any more, unless the last part is the end."""

    def __init__(self, parts: Sequence[bytes], is_whole: bool = True) -> None:
        self.parts = list(parts)
        self.is_whole = is_whole

    async def receive(self) -> Message:
        if not self.parts:
            await asyncio.Event().wait()
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts) or not self.is_whole}


def sent(client: Client, pace: Pace = SWIFT, announced: int | None = None) -> Application:
    async def send(message: Message) -> None:
        raise AssertionError("the application answers, not the guard")

    application = Application()
    guard = BodyGuard(application, body_limit=10, drain_limit=20, pace=pace)
    headers = [] if announced is None else [(b"content-length", str(announced).encode())]
    loops.run(guard({"type": "http", "headers": headers}, client.receive, send))
    return application


def test_a_body_within_the_limit_is_passed_on_as_it_comes() -> None:
    seen = sent(Client([b"12345", b"67890"]))
    assert (seen.bodies, seen.refused) == ([b"1234567890"], [])


@pytest.mark.parametrize("announced", [None, 11])
def test_a_larger_one_is_read_to_its_end_and_refused_without_it(announced: int | None) -> None:
    client = Client([b"12345", b"67890", b"1", b"2345"])
    seen = sent(client, announced=announced)
    assert (seen.bodies, seen.refused) == ([], [413])
    assert client.parts == []


def test_one_beyond_all_measure_is_refused_unread() -> None:
    client = Client([b"12345"] * 9)
    assert sent(client, announced=45).refused == [413]
    assert len(client.parts) == 9


def test_one_that_announces_nothing_and_never_ends_is_not_read_for_ever() -> None:
    client = Client([b"12345"] * 100)
    assert sent(client).refused == [413]
    assert len(client.parts) > 90


@pytest.mark.parametrize("parts", [[], [b"1"], [b"12345"]])
def test_one_that_does_not_go_on_coming_is_refused(parts: list[bytes]) -> None:
    seen = sent(Client(parts, is_whole=False), pace=Pace(0.01, 1_000_000, 0.01))
    assert (seen.bodies, seen.refused, seen.cut_off) == ([], [408], 1)


def test_one_too_large_that_does_not_go_on_coming_is_refused_for_its_size() -> None:
    seen = sent(Client([b"12345"] * 3, is_whole=False), pace=Pace(0.01, 1_000_000, 0.01))
    assert seen.refused == [413]


def test_an_answer_may_take_longer_than_its_question() -> None:
    """Once the body is here its pace is nobody's affair: the application may wait for the client to go."""

    async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(receive())), 0.02)

    guard = BodyGuard(waiting, 10, 20, Pace(0.01, 1, 0.01))
    loops.run(guard({"type": "http", "headers": []}, Client([b"whole"]).receive, None))  # type: ignore[arg-type]


@pytest.mark.parametrize(("read", "allowed"), [(0, 15), (8192, 16), (819_200, 115), (21_000_000, 300)])
def test_the_more_is_here_the_longer_the_rest_may_take(read: int, allowed: float) -> None:
    assert Pace(15, 8192, 300).allowed_s(read) == allowed


def test_what_is_no_request_is_passed_on() -> None:
    seen: list[Any] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    loops.run(BodyGuard(application, 10, 20, NEVER)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]
