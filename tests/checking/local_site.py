"""A site on loopback that answers as a test says, and a visitor that may go there."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

from kb.checking.addresses import Guard
from kb.checking.asking import Limits
from kb.checking.visiting import Visitor

LOOPBACK = (ip_network("127.0.0.1/32"),)
Answering = Callable[[BaseHTTPRequestHandler], None]


def says(body: bytes = b"", status: int = 200, **headers: str) -> Answering:
    """Answer so; header names with `_` for `-`."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return answer


@dataclass
class LocalSite:
    port: int
    pages: dict[str, Answering] = field(default_factory=dict)
    asked: list[tuple[str, Message]] = field(default_factory=list)

    def address(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, beside the rules."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


@contextmanager
def local_site() -> Iterator[LocalSite]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers))
            try:
                site.pages.get(self.path, says(status=404))(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the visitor has heard enough

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        site = LocalSite(server.server_port)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield site
        server.shutdown()


class Turns:
    """Remembers who was visited, and lets everybody in."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.rests: dict[str, dt.timedelta] = {}

    def take(self, host: str) -> None:
        self.taken.append(host)

    def free(self, host: str, rest: dt.timedelta) -> None:
        self.rests[host] = rest


class Memory(dict[str, Any]):
    def set(self, key: str, value: Any, timeout: float | None) -> None:
        self[key] = value


def a_visitor(names: Mapping[str, list[str]] | None = None, **changes: Any) -> Visitor:
    """May go to 127.0.0.1 alone; knows these names and no others."""

    def resolve(host: str, port: int) -> list[str]:
        if host.replace(".", "").isdigit():
            return [host]
        if host not in (names or {}):
            raise OSError("no such name")
        return (names or {})[host]

    facts: dict[str, Any] = {
        "name": "Tester",
        "contact": "mailto:ada@example.invalid",
        "hosts": Turns(),
        "memory": Memory(),
        "guard": Guard(LOOPBACK, resolve),
        "limits": Limits(connect=0.5, read=0.3, total=1.0),
    }
    return Visitor(**{**facts, **changes})
