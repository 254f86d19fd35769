"""The web process as clients meet it."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.stack.site import Site, wait_for

MIB = 1024 * 1024
MATCH = "/api/v1/match"


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.address, timeout=30) as client:
        yield client


def post(client: httpx.Client, size: int, **headers: str) -> httpx.Response:
    content = b"x" * 99 + b"\n"
    return client.post(MATCH, content=content * (size // 100), headers={"Content-Type": "text/plain", **headers})


def head_of_upload(size: int) -> bytes:
    """The beginning of a request that announces so many bytes."""
    lines = (f"POST {MATCH} HTTP/1.1", "Host: localhost", "Content-Type: text/plain", f"Content-Length: {size}", "", "")
    return "\r\n".join(lines).encode()


def chunks(size: int) -> Iterator[bytes]:
    """A body whose length is not announced."""
    for _ in range(size // 65536):
        yield b"x" * 65536


def test_ten_mebibytes_are_matched(client: httpx.Client) -> None:
    assert post(client, 10 * MIB).status_code == 200


@pytest.mark.parametrize("size", [11_000_000, 25 * MIB])
def test_a_body_that_is_too_large_is_answered_with_a_problem_document(client: httpx.Client, size: int) -> None:
    answer = post(client, size)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 413
    assert "at most 10 MiB" in answer.json()["detail"]


def test_a_body_that_is_too_large_is_answered_as_text_on_a_terminal(client: httpx.Client) -> None:
    answer = post(client, 25 * MIB, Accept="text/plain")
    assert answer.status_code == 413
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.startswith("More was sent than can be matched")


def test_a_body_that_is_too_large_is_answered_with_a_page_in_a_browser(client: httpx.Client) -> None:
    answer = client.post("/match", content=b"x" * 25 * MIB, headers={"Accept": "text/html,application/xhtml+xml"})
    assert answer.status_code == 413
    assert "<h1>This text is too large</h1>" in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_body_of_unannounced_length_is_counted(client: httpx.Client) -> None:
    answer = client.post(MATCH, content=chunks(25 * MIB), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 413
    assert client.post(MATCH, content=chunks(MIB), headers={"Content-Type": "text/plain"}).status_code == 200


def test_a_body_beyond_all_measure_is_refused_before_it_is_sent(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(head_of_upload(400 * MIB))
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_compressed_log_is_matched(client: httpx.Client) -> None:
    headers = {"Content-Type": "text/plain", "Content-Encoding": "gzip"}
    answer = client.post(MATCH, content=gzip.compress(b"line\n" * 100_000), headers=headers)
    assert answer.status_code == 200
    assert answer.json()["text"]["lines"] == 100_000


def test_fifty_slow_uploads_do_not_hinder_a_page(site: Site, client: httpx.Client) -> None:
    client.get("/")
    with ExitStack() as uploads:
        slow = [uploads.enter_context(socket.create_connection(("127.0.0.1", site.port))) for _ in range(50)]
        for connection in slow:
            connection.sendall(head_of_upload(MIB) + b"x" * 1000)
        times = []
        for _ in range(10):
            for connection in slow:
                connection.sendall(b"x" * 10)
            began = time.perf_counter()
            assert client.get("/").status_code == 200
            times.append(time.perf_counter() - began)
    assert sorted(times)[len(times) // 2] < 0.25, times


def test_public_pages_set_no_cookie_and_vary_on_nothing_but_encoding(client: httpx.Client) -> None:
    for address in ("/", "/errors/", "/search?q=git", "/api/v1/pages"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Set-Cookie" not in answer.headers, address
        assert answer.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding", address
        assert "csrfmiddlewaretoken" not in answer.text, address


@pytest.mark.parametrize("address", ["/", "/errors/", "/nowhere", "/admin/login/", "/api/v1/docs", "/api/v1/pages"])
def test_everything_is_served_under_the_strict_policy(client: httpx.Client, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert set(policy.values()) == {"'self'", "'none'"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", ["/", "/admin/login/", "/api/v1/docs"])
def test_no_page_holds_an_inline_script_or_style(client: httpx.Client, address: str) -> None:
    page = client.get(address).text
    scripts = [part.split(">")[0] for part in page.split("<script")[1:]]
    assert [script for script in scripts if "src=" not in script and "json" not in script] == []
    assert "<style" not in page
    assert " style=" not in page


def test_style_sheets_are_compressed_and_kept_for_ever(client: httpx.Client) -> None:
    page = client.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] in ("gzip", "br")
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_is_sent_once_until_another_process_changes_something(site: Site, client: httpx.Client) -> None:
    first = client.get("/")
    assert first.headers["content-encoding"] in ("br", "gzip")

    def again() -> int:
        return client.get("/", headers={"If-None-Match": first.headers["etag"]}).status_code

    assert again() == 304
    site.python("from kb.models import ContentEpoch; ContentEpoch.objects.bump()")
    wait_for(lambda: again() == 200, patience_s=5)


def test_another_host_name_is_refused(client: httpx.Client) -> None:
    assert client.get("/", headers={"Host": "errors.example.invalid"}).status_code == 400
