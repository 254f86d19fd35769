"""How fast the site answers: its pages beside a view that returns a constant, through the same server and middleware.

    python -m bench.serve [--seconds 2] [--rounds 3] [--connections 4] [--json FILE]

Starts a site of its own on 127.0.0.1 with `fixtures/pages`, asks it over kept connections, and deletes it at the end.
`bench/README.md` says what is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from bench.site import ROOT, serving, stop_in_order_when_terminated
from kb.content.files import read_tree
from kb.content.tools import read_tools

COLUMNS = f"{'alone':>10} {'rate':>10} {'server':>10}"
MOST_REQUESTS = 200_000
"""Of one measurement, whatever the seconds."""
SETTLED_AFTER_S = 7
"""By then the clock has asked for its daily jobs, one of which counts anew what lists are sorted by."""
A_LINE = b"git@example.invalid: Permission denied (publickey)."
A_PASTE = b"text=git%40example.invalid%3A%20Permission%20denied%20%28publickey%29."


@dataclass(frozen=True, slots=True)
class Request:
    """One kind of request; the bytes are sent as they are."""

    name: str
    head: str
    body: bytes = b""
    status: int = 200

    def sent(self) -> bytes:
        length = f"Content-Length: {len(self.body)}\r\n" if self.body else ""
        return f"{self.head}\r\nHost: 127.0.0.1\r\n{length}\r\n".encode() + self.body


@dataclass(slots=True)
class Measured:
    name: str
    size: int
    rates: list[float] = field(default_factory=list)
    """Requests a second, by round."""
    cpu_ms: list[float] = field(default_factory=list)
    """Milliseconds of the server's processor time for each request, by round."""
    alone_ms: list[float] = field(default_factory=list)
    """Milliseconds of each request when nothing else is asked."""

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def median_ms(self) -> float:
        return statistics.median(self.alone_ms)

    @property
    def processor_ms(self) -> float:
        return statistics.median(self.cpu_ms)

    @property
    def figures(self) -> str:
        return f"{self.median_ms:>7.2f} ms {self.rate:>8,.0f}/s {self.processor_ms:>7.2f} ms"


@dataclass(frozen=True, slots=True)
class Target:
    what: str
    value: float
    bound: float
    is_least: bool

    @property
    def is_met(self) -> bool:
        return self.value >= self.bound if self.is_least else self.value <= self.bound

    def __str__(self) -> str:
        relation = "at least" if self.is_least else "at most"
        return f"{'met   ' if self.is_met else 'MISSED'} {self.what}: {self.value:.2f} ({relation} {self.bound:g})"


class Connection:
    """One kept connection that asks the same thing again and again."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int) -> AsyncIterator[Connection]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        size = int(headers.get("content-length", 0))
        return int(status.split(" ")[1]), headers, await self._reader.readexactly(size)


async def rate_of(
    port: int, request: Request, connections: int, seconds: float, used: Callable[[], float] = time.process_time
) -> tuple[float, float]:
    """Requests a second over so many connections; and milliseconds for each of the processor time that `used` tells."""
    sent, done = request.sent(), 0
    began, used_before = time.perf_counter(), used()
    deadline = began + seconds

    async def one() -> None:
        nonlocal done
        async with Connection.open(port) as connection:
            while time.perf_counter() < deadline and done < MOST_REQUESTS:
                status, _, _ = await connection.ask(sent)
                if status != request.status:
                    raise RuntimeError(f"{request.name}: {status} instead of {request.status}")
                done += 1

    await asyncio.gather(*(one() for _ in range(connections)))
    return done / (time.perf_counter() - began), (used() - used_before) / done * 1000


async def alone(port: int, request: Request, times: int) -> tuple[int, list[float]]:
    """Size of the answer, and milliseconds of each of so many requests, one after the other."""
    sent, taken, size = request.sent(), [], 0
    async with Connection.open(port) as connection:
        for _ in range(times):
            began = time.perf_counter()
            status, _, body = await connection.ask(sent)
            size = len(body)
            taken.append((time.perf_counter() - began) * 1000)
            if status != request.status:
                raise RuntimeError(f"{request.name}: {status} instead of {request.status}")
    return size, taken


async def requests_for(port: int, page: str) -> AsyncIterator[tuple[Request, Request]]:
    """Each request with the bare one that it is compared with: a constant of the same size as its answer."""
    form = "Content-Type: application/x-www-form-urlencoded"
    for kind in (
        Request("error page", f"GET {page} HTTP/1.1"),
        Request("error page, brotli", f"GET {page} HTTP/1.1\r\nAccept-Encoding: br"),
        Request("error page, unchanged", await _if_changed(port, page), status=304),
        Request("home, brotli", "GET / HTTP/1.1\r\nAccept-Encoding: br"),
        Request("error page as JSON", f"GET {page.rstrip('/')}.json HTTP/1.1"),
        Request("result of a line", f"POST /match HTTP/1.1\r\n{form}", A_PASTE),
        Request("API, a line", "POST /api/v1/match HTTP/1.1\r\nContent-Type: text/plain", A_LINE),
        Request("search", "GET /search?q=permission+denied HTTP/1.1"),
        Request("no page, but likely ones", "GET /errors/git/autentication-faild/ HTTP/1.1", status=404),
        Request("style sheet", f"GET {await _style_sheet(port)} HTTP/1.1"),
    ):
        size, _ = await alone(port, kind, 1)
        yield kind, Request("constant", f"GET /bare/{size} HTTP/1.1")


async def _if_changed(port: int, page: str) -> str:
    """The request of a browser that has the page."""
    headers, _ = await _once(port, page)
    return f"GET {page} HTTP/1.1\r\nIf-None-Match: {headers['etag']}"


async def _style_sheet(port: int) -> str:
    """One under the hashed name that the home page gives it."""
    _, html = await _once(port, "/")
    return "/static/css/" + html.decode().split('href="/static/css/')[1].split('"')[0]


async def _once(port: int, path: str) -> tuple[dict[str, str], bytes]:
    async with Connection.open(port) as connection:
        _, headers, body = await connection.ask(Request(path, f"GET {path} HTTP/1.1").sent())
    return headers, body


async def measure(
    port: int, page: str, seconds: float, rounds: int, connections: int, used: Callable[[], float]
) -> list[tuple[Measured, Measured]]:
    """Each kind beside its constant, in turns, so that what else the machine does touches both."""
    figures = []
    await asyncio.sleep(SETTLED_AFTER_S)
    async for pair in requests_for(port, page):
        both = []
        for request in pair:
            await rate_of(port, request, connections, seconds / 4)  # warm up
            size, taken = await alone(port, request, 200)
            both.append(Measured(request.name, size, alone_ms=taken))
        for _ in range(rounds):
            for request, measured in zip(pair, both, strict=True):
                rate, cpu_ms = await rate_of(port, request, connections, seconds, used)
                measured.rates.append(rate)
                measured.cpu_ms.append(cpu_ms)
        ours, bare = both
        print(
            f"{ours.name:<26} {ours.size:>9,} B {ours.figures}   {bare.figures}"
            f" {bare.processor_ms / ours.processor_ms:>7.2f}",
            flush=True,
        )
        figures.append((ours, bare))
    return figures


def targets(figures: Sequence[tuple[Measured, Measured]]) -> list[Target]:
    share = {ours.name: bare.processor_ms / ours.processor_ms for ours, bare in figures}
    slowest = max(figures, key=lambda pair: pair[0].processor_ms)[0]
    return [
        Target("error page, share of the constant", share["error page"], 0.6, is_least=True),
        Target("unchanged error page, share of the constant", share["error page, unchanged"], 0.9, is_least=True),
        Target(f"slowest kind, ms of the server ({slowest.name})", slowest.processor_ms, 10, is_least=False),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="of each measurement (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each kind (default: %(default)s)")
    parser.add_argument("--connections", type=int, default=4, help="at once (default: %(default)s)")
    parser.add_argument("--page", default="git/authentication-failed", help="the error page that is asked for")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()
    stop_in_order_when_terminated()
    pages, tools = read_tree(ROOT / "fixtures" / "pages"), read_tools(ROOT / "fixtures" / "tools.yaml")
    with serving(pages, tools, settings="bench.serve_settings") as site:
        port = urlsplit(site.address).port
        assert port is not None, "it was given one"
        print(f"\n{'':<38} {'the page':>32}   {'a constant of that size':>32}")
        print(f"{'':<26} {'size':>11} {COLUMNS}   {COLUMNS} {'share':>7}")
        page = f"/errors/{options.page}/"
        webs = [child for child in psutil.Process(site.server.pid).children() if "web" in child.cmdline()]

        def used() -> float:
            """Seconds of processor time of the web processes so far."""
            return sum(sum(web.cpu_times()[:2]) for web in webs)

        figures = asyncio.run(measure(port, page, options.seconds, options.rounds, options.connections, used))
    print()
    for target in targets(figures):
        print(target)
    if options.json:
        kept = [{"ours": asdict(ours), "constant": asdict(bare)} for ours, bare in figures]
        options.json.write_text(json.dumps(kept, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
