"""One request: to numbers that were looked at before, with an end to its size and its time."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from kb.checking.outcomes import NoAnswer

_ENCODINGS = {"gzip", "x-gzip", "deflate"}


@dataclass(frozen=True, slots=True)
class Limits:
    connect: float = 5
    """Seconds until a connection stands."""
    read: float = 10
    """Seconds of silence."""
    total: float = 20
    """Seconds for one address with its redirects and rules, however steadily they drip."""
    size: int = 2 * 1024 * 1024
    """Bytes that are read, and of what is packed, bytes that are unpacked; the rest is dropped."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: httpx.Headers
    body: bytes = b""

    def header(self, name: str) -> str:
        return str(self.headers.get(name, ""))


def ask(url: httpx.URL, numbers: Sequence[str], headers: Mapping[str, str], limits: Limits, seconds: float) -> Answer:
    """The answer to a GET, redirects unfollowed, or NoAnswer."""
    # In a thread of its own: asyncio ends what takes too long wherever it stands, and the caller may have a loop.
    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            return thread.submit(asyncio.run, _ask(url, numbers, headers, limits, seconds)).result()
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoAnswer("no answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise NoAnswer(f"no answer: {str(error) or type(error).__name__}"[:200]) from error


async def _ask(
    url: httpx.URL, numbers: Sequence[str], headers: Mapping[str, str], limits: Limits, seconds: float
) -> Answer:
    timeout = httpx.Timeout(limits.read, connect=limits.connect)
    # Nothing of the environment: a proxy named there would resolve the name again, and .netrc holds passwords.
    client = httpx.AsyncClient(transport=_Pinned(numbers), timeout=timeout, trust_env=False)
    async with asyncio.timeout(seconds), client, client.stream("GET", url, headers=headers) as response:
        if not response.is_success:
            return Answer(response.status_code, response.headers)
        raw = bytearray()
        async for chunk in response.aiter_raw(65536):
            raw += chunk
            if len(raw) >= limits.size:
                break
        return Answer(response.status_code, response.headers, _unpacked(response, bytes(raw[: limits.size]), limits))


def _unpacked(response: httpx.Response, raw: bytes, limits: Limits) -> bytes:
    """At most so many bytes, also of what unpacks to a thousand times its size. Unread is not empty: NoAnswer."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in _ENCODINGS:
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, limits.size)
        except zlib.error as error:
            raise NoAnswer(f"what came cannot be unpacked as {encoding}") from error
    if encoding not in ("", "identity"):
        raise NoAnswer(f"it came packed as {encoding[:50]}, which was not asked for")
    return raw


class _Pinned(httpx.AsyncBaseTransport):
    """Connects to these numbers, whatever the name says now; `Host` and certificate stay those of the name."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self._numbers = numbers
        self._transport = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        extensions = {**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")}
        *others, last = self._numbers
        for number in others:
            try:
                return await self._send(request, number, extensions)
            except (httpx.ConnectError, httpx.ConnectTimeout):  # IPv6 without a way out, for one: the next may do
                continue
        return await self._send(request, last, extensions)

    async def _send(self, request: httpx.Request, number: str, extensions: dict[str, object]) -> httpx.Response:
        url = request.url.copy_with(host=number)
        pinned = httpx.Request(request.method, url, headers=request.headers, extensions=extensions)
        return await self._transport.handle_async_request(pinned)

    async def aclose(self) -> None:
        await self._transport.aclose()
