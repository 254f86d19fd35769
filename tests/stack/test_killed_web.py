"""`kill -9` of the web process in the middle of what it was asked."""

from __future__ import annotations

import signal
import socket
from contextlib import closing

import httpx
import pytest

from tests.stack.conftest import NewSite
from tests.stack.site import Site, wait_for
from tests.stack.test_web import MATCH, MIB, head_of_upload

pytestmark = pytest.mark.slow

BEFORE = "error: the flywheel is bent"
FILLER = b"all is well here, and nothing is to be said of it\n"
LARGE = b"error: the gasket is torn\n" + FILLER * 190_000


def paste(site: Site, text: bytes | str) -> int:
    headers = {"Content-Type": "text/plain"}
    return httpx.post(f"{site.address}{MATCH}", content=text, headers=headers, timeout=120).status_code


def counted(site: Site) -> tuple[int, dict[str, int]]:
    """How many texts, and how often each line that no page answers."""
    ((texts,),) = site.rows("select coalesce(sum(count), 0) from kb_pastecount")
    return int(texts), dict(site.rows("select example, count from kb_unknownerror"))


def upload(site: Site, body: bytes) -> socket.socket:
    """A connection on which so much of the large text was sent."""
    connection = socket.create_connection(("127.0.0.1", site.port), timeout=60)
    connection.sendall(head_of_upload(len(LARGE)) + body)
    return connection


def is_unanswered(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return True


def test_a_web_process_killed_amid_a_match_and_an_upload_starts_again_with_all_that_was_counted_once(
    new_site: NewSite,
) -> None:
    assert 8 * MIB < len(LARGE) < 10 * MIB
    site = new_site()
    with site.serving() as serve:
        # The start itself asks with an empty text.
        begun = wait_for(lambda: counted(site)[0])
        for _ in range(3):
            assert paste(site, BEFORE) == 200
        before = begun + 3, {BEFORE: 3}
        wait_for(lambda: counted(site) == before)

        web = wait_for(lambda: serve.child("manage.py web"))
        with closing(upload(site, LARGE[:MIB])) as half, closing(upload(site, LARGE)) as whole:
            web.send_signal(signal.SIGSTOP)
            assert is_unanswered(half)
            assert is_unanswered(whole), "the match was over before it could be interrupted"
            web.kill()
            assert httpx.get(f"{site.address}/errors/", timeout=60).status_code == 200, "it waits for the successor"
        successor = wait_for(lambda: serve.child("manage.py web", other_than=web.pid))
        assert "web 1 was ended by signal 9; it starts again" in serve.printed()
        assert counted(site) == before

        assert paste(site, LARGE) == 200
        texts, lines = wait_for(lambda: (now := counted(site)) != before and now)
        assert texts == begun + 4
        assert lines[BEFORE] == 3
        assert set(lines.values()) == {1, 3}
        assert successor.is_running()
        assert site.rows("pragma integrity_check") == [("ok",)]
