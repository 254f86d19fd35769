"""A new web process takes over from an old one while readers ask."""

from __future__ import annotations

import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.stack.conftest import NewSite
from tests.stack.site import Started, wait_for

pytestmark = pytest.mark.slow

ASKED_BEFORE_AND_AFTER = 40


class Readers:
    """Ask again and again, over a new connection each time, until they are told to stop."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.statuses: list[int] = []
        self.stopping = threading.Event()

    def ask(self) -> None:
        while not self.stopping.is_set():
            self.statuses.append(self._once().status_code)
            answer = httpx.post(f"{self.address}/match", data={"text": "error: the widget is bent"}, timeout=30)
            self.statuses.append(answer.status_code)

    def _once(self) -> httpx.Response:
        """A connection that is closed before an answer begins is tried again, as browsers and balancers do."""
        try:
            return httpx.get(f"{self.address}/errors/", timeout=30)
        except httpx.RemoteProtocolError:
            return httpx.get(f"{self.address}/errors/", timeout=30)

    def wait_for_more(self) -> None:
        before = len(self.statuses)
        wait_for(lambda: len(self.statuses) >= before + ASKED_BEFORE_AND_AFTER)


def serves(web: Started) -> bool:
    return "Index of 0 pages built" in web.printed()


def end_in_order(web: Started) -> None:
    """As a supervisor stops it; uvicorn ends by the very signal once it has tidied up."""
    web.process.send_signal(signal.SIGTERM)
    assert web.process.wait(timeout=30) == -signal.SIGTERM


def test_no_request_fails_while_a_new_web_process_takes_over(new_site: NewSite) -> None:
    site = new_site()
    assert site.manage("migrate", "--verbosity", "0").returncode == 0
    with socket.create_server(("127.0.0.1", site.port), backlog=128) as listener, ThreadPoolExecutor(2) as threads:
        listener.set_inheritable(True)
        number = listener.fileno()
        command = ("manage.py", "web", "--fd", str(number))
        readers = Readers(site.address)
        with site.started(*command, inherits=(number,)) as old:
            wait_for(lambda: serves(old))
            asking = [threads.submit(readers.ask) for _ in range(2)]
            try:
                readers.wait_for_more()
                with site.started(*command, inherits=(number,)) as new:
                    wait_for(lambda: serves(new))
                    end_in_order(old)
                    readers.wait_for_more()
                    readers.stopping.set()
                    for one in asking:
                        one.result(timeout=60)
                    end_in_order(new)
            finally:
                readers.stopping.set()
    assert set(readers.statuses) == {200}
    ((counted,),) = site.rows("select sum(count) from kb_unknownerror")
    assert counted == len(readers.statuses) // 2, "each paste is counted, and once"
