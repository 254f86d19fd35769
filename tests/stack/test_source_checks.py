"""Checks of sources with everything real but the names: a worker, its clock, a broker, and servers to be asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.redis_server import redis_server
from tests.stack.site import Site, wait_for

pytestmark = pytest.mark.slow

WORKER = ("-m", "celery", "--quiet", "--app", "tests.stack.quick_checks", "worker", "--beat", "--concurrency", "2")
CHUNK = b"x" * 65536
NO_HEADERS: Mapping[str, str] = {}
FIFTY_MB = 50 * 1024 * 1024
ASK = """
import datetime as dt
from tests import builders
from kb.models import Source
from kb.services import source_checks
for name in {names!r}:
    source = Source.of(builders.a_source(f"http://{{name}}.invalid:{port}/page"))
    if name == "changes":
        source.text_hash, source.seen_on = "0" * 64, dt.date(2020, 1, 1)
    source.save()
source_checks.ask_for(Source.objects.all())
"""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.visits: list[str] = []
        self.sent = 0
        self.let_go = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what is tried here."""


class Pages(BaseHTTPRequestHandler):
    """What a source does is said by its name."""

    server: Server

    def do_GET(self) -> None:
        name = self.headers["Host"].partition(".")[0]
        if self.path == "/robots.txt":
            self._answer(404)
            return
        self.server.visits.append(name)
        match name:
            case "dies":
                self._answer(404)
            case "moves" if self.path == "/page":
                self._answer(301, headers={"Location": "/there"})
            case "redirects":
                self._answer(302, headers={"Location": "http://[::1]/page"})
            case "overloaded":
                self._answer(429, headers={"Retry-After": "7200"})
            case "hangs":
                self.server.let_go.wait(60)
            case "huge":
                self._pour()
            case _:
                self._answer(200, b"<p>the text as it is now</p>")

    def _answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS) -> None:
        self.send_response(status)
        for header, value in {"Content-Length": str(len(body)), "Content-Type": "text/html", **headers}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)

    def _pour(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(FIFTY_MB))
        self.end_headers()
        for _ in range(FIFTY_MB // len(CHUNK)):
            self.wfile.write(CHUNK)
            self.server.sent += len(CHUNK)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def sources() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.let_go.set()
            server.shutdown()
            thread.join()


@contextmanager
def site_with_broker(folder: Path, broker: str) -> Iterator[Site]:
    with ExitStack() as running:
        redis = {"KB_REDIS_URL": running.enter_context(redis_server(folder))} if broker == "redis" else {}
        site = Site(folder / "data", extra={"KB_SOURCE_CHECKS_ALLOW": "127.0.0.0/8", **redis})
        assert site.manage("migrate", "--verbosity", "0").returncode == 0
        yield site


def states(site: Site) -> dict[str, tuple[str, str]]:
    rows = site.rows("select address, state, outcome from kb_source")
    return {address.split("/")[2].partition(".")[0]: (state, outcome) for address, state, outcome in rows}


def jobs(site: Site) -> list[tuple[str, int]]:
    found = site.rows("select state, attempts from kb_job where name = 'check_source' order by id")
    return [(state, attempts) for state, attempts in found]


@pytest.mark.parametrize("broker", ["embedded", "redis"])
def test_whatever_a_source_does_is_found_out_by_the_worker(broker: str, tmp_path: Path) -> None:
    names = ("lives", "dies", "moves", "changes", "redirects", "two", "huge", "overloaded", "hangs")
    with sources() as server, site_with_broker(tmp_path, broker) as site:
        site.python(ASK.format(names=names, port=server.server_port))
        with site.started(*WORKER) as worker:
            wait_for(lambda: [state for state, _ in jobs(site)] == ["done"] * len(names), patience_s=90)
        told = states(site)
    assert {name: state for name, (state, _) in told.items()} == {
        **dict.fromkeys(("lives", "huge"), "alive"),
        "dies": "gone",
        "moves": "moved",
        "changes": "changed",
        **dict.fromkeys(("redirects", "two", "overloaded", "hangs"), "unchecked"),
    }, worker.printed()
    assert "not a public address" in told["redirects"][1]
    assert "10.0.0.7" in told["two"][1]
    assert "429" in told["overloaded"][1]
    assert "no answer" in told["hangs"][1]
    assert "two" not in server.visits, "an address that also leads into a network of ours is not asked at all"
    assert server.sent < FIFTY_MB / 2
    assert server.visits.count("lives") == 1


def test_a_check_whose_worker_is_killed_is_made_again_and_noted_once(tmp_path: Path) -> None:
    with sources() as server, site_with_broker(tmp_path, "embedded") as site:
        site.python(ASK.format(names=("hangs",), port=server.server_port))
        with site.started(*WORKER) as worker:
            wait_for(lambda: server.visits == ["hangs"])
            worker.kill()
        assert jobs(site) == [("running", 1)]
        assert states(site) == {"hangs": ("unchecked", "")}
        with site.started(*WORKER):
            wait_for(lambda: states(site)["hangs"][1], patience_s=60)
            assert jobs(site)[0] == ("done", 2)
        assert site.rows("select failures from kb_source") == [(1,)]
