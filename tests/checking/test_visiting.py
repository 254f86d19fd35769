"""Visits: what comes of them, within bounds, and politely. All of it on loopback."""

from __future__ import annotations

import datetime as dt
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest

from kb.checking.addresses import Guard
from kb.checking.asking import Limits
from kb.checking.outcomes import Resting
from kb.checking.visiting import PAUSE, Result, host_of
from tests.checking.local_site import LOOPBACK, LocalSite, Memory, Turns, a_visitor, local_site, says

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with local_site() as served:
        yield served


# --- what comes of it ---


def test_a_page_that_answers_is_read(site: LocalSite) -> None:
    site.pages["/a"] = says(b"Hello", ETag='"1"', Last_Modified="Fri, 20 Nov 2026 10:00:00 GMT")
    visit = a_visitor().visit(site.address("/a"))
    assert visit.answer is not None
    assert (visit.result, visit.note, visit.answer.body, visit.moved_to) == (Result.ANSWERED, "HTTP 200", b"Hello", "")
    assert visit.validator("etag", 200) == '"1"'


def test_a_page_that_was_not_modified_says_so_by_its_validators(site: LocalSite) -> None:
    site.pages["/a"] = says(status=304)
    assert a_visitor().visit(site.address("/a"), {"If-None-Match": '"1"'}).result is Result.SAME
    assert site.asked[-1][1]["If-None-Match"] == '"1"'


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (404, Result.GONE),
        (410, Result.GONE),
        (401, Result.REFUSED),
        (403, Result.REFUSED),
        (500, Result.NO_ANSWER),
        (502, Result.NO_ANSWER),
    ],
)
def test_a_status_is_what_it_means(site: LocalSite, status: int, result: Result) -> None:
    site.pages["/a"] = says(status=status)
    visit = a_visitor().visit(site.address("/a"))
    assert (visit.result, visit.note) == (result, f"HTTP {status}")


def test_a_page_that_moved_for_good_says_where_to(site: LocalSite) -> None:
    site.pages["/old"] = says(status=301, Location="/new")
    site.pages["/new"] = says(b"Hello", ETag='"1"')
    visit = a_visitor().visit(site.address("/old"), {"If-None-Match": '"0"'})
    assert (visit.result, visit.moved_to) == (Result.ANSWERED, site.address("/new"))
    assert visit.validator("etag", 200) == ""  # it is not the one of the address that was asked
    assert site.asked[-1][1]["If-None-Match"] is None


def test_a_redirect_for_now_is_no_move(site: LocalSite) -> None:
    site.pages["/a"] = says(status=302, Location="/b")
    site.pages["/b"] = says(status=301, Location="/c")
    site.pages["/c"] = says(b"Hello")
    assert a_visitor().visit(site.address("/a")).moved_to == ""


def test_redirects_end_after_five(site: LocalSite) -> None:
    site.pages["/a"] = says(status=301, Location="/a")
    visit = a_visitor().visit(site.address("/a"))
    assert (visit.result, visit.note) == (Result.REFUSED, "more than 5 redirects")
    assert site.paths == ["/a"] * 6


# --- where it may lead ---


@pytest.mark.parametrize("to", ["http://127.0.0.2:{port}/in", "http://inner.invalid:{port}/in", "file:///etc/passwd"])
def test_a_redirect_to_the_inside_is_not_followed(site: LocalSite, to: str) -> None:
    site.pages["/a"] = says(status=302, Location=to.format(port=site.port))
    visit = a_visitor({"inner.invalid": ["127.0.0.1", "10.0.0.1"]}).visit(site.address("/a"))
    assert visit.result is Result.REFUSED
    assert site.paths == ["/a"]


def test_a_name_is_resolved_once_for_a_request_and_connected_to_as_resolved(site: LocalSite) -> None:
    site.pages["/a"] = says(b"Hello")
    numbers = [["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]]
    visitor = a_visitor(guard=Guard(LOOPBACK, lambda host, port: numbers.pop(0)))
    assert visitor.visit(site.address("/a", "name.invalid")).result is Result.ANSWERED
    assert [headers["Host"] for _, headers in site.asked] == [f"name.invalid:{site.port}"] * 2
    assert numbers == [["10.0.0.1"]]


def test_the_next_number_is_tried_where_one_does_not_connect(site: LocalSite) -> None:
    site.pages["/a"] = says(b"Hello")
    deaf = "127.0.0.3"
    visitor = a_visitor(guard=Guard((*LOOPBACK, ip_network(deaf)), lambda host, port: [deaf, "127.0.0.1"]))
    assert visitor.visit(site.address("/a", "name.invalid")).result is Result.ANSWERED


def test_the_certificate_is_asked_for_by_name() -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with server.accept()[0] as connection, pytest.raises(ssl.SSLError):  # it has no certificate to show
                context.wrap_socket(connection, server_side=True)

        thread = threading.Thread(target=greet)
        thread.start()
        visit = a_visitor({"name.invalid": ["127.0.0.1"]}).visit(f"https://name.invalid:{server.getsockname()[1]}/")
        thread.join()
    assert (names, visit.result) == (["name.invalid"], Result.NO_ANSWER)


def test_a_proxy_of_the_environment_is_not_used(site: LocalSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    site.pages["/a"] = says(b"Hello")
    assert a_visitor().visit(site.address("/a")).result is Result.ANSWERED


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/", "http://ada:pw@127.0.0.1/", "http://a:b/", "javascript:alert(1)"]
)
def test_what_may_not_be_asked_is_refused(address: str) -> None:
    assert a_visitor().visit(address).result is Result.REFUSED


# --- bounds ---


def test_a_name_that_leads_nowhere_is_no_answer() -> None:
    visit = a_visitor().visit("http://name.invalid/")
    assert (visit.result, visit.note) == (Result.NO_ANSWER, "the name name.invalid leads nowhere")


def test_a_host_that_is_silent_is_left_after_a_while(site: LocalSite) -> None:
    ended = threading.Event()

    def keep_silent(to: BaseHTTPRequestHandler) -> None:
        ended.wait(5)

    site.pages["/a"] = keep_silent
    began = time.monotonic()
    visit = a_visitor().visit(site.address("/a"))
    ended.set()
    assert (visit.result, visit.note) == (Result.NO_ANSWER, "no answer in time")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_host_that_drips_is_left_when_the_time_is_up(site: LocalSite, where: str) -> None:
    def drip(to: BaseHTTPRequestHandler) -> None:
        to.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"X: " if where == "headers" else b"\r\n"))
        for _ in range(100):
            to.wfile.write(b"x")
            time.sleep(0.05)

    site.pages["/a"] = drip
    began = time.monotonic()
    visit = a_visitor().visit(site.address("/a"))
    assert (visit.result, visit.note) == (Result.NO_ANSWER, "no answer in time")
    assert time.monotonic() - began < 2


def test_of_a_large_answer_only_the_beginning_is_read(site: LocalSite) -> None:
    sent = 0

    def pour(to: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        to.send_response(200)
        to.end_headers()
        for _ in range(50):
            sent += to.wfile.write(b"x" * 1024 * 1024)

    site.pages["/a"] = pour
    visit = a_visitor(limits=Limits()).visit(site.address("/a"))
    assert visit.answer is not None
    assert len(visit.answer.body) == 2 * 1024 * 1024
    assert sent < 20 * 1024 * 1024


def test_of_what_unpacks_to_a_flood_only_the_beginning_is_unpacked(site: LocalSite) -> None:
    site.pages["/a"] = says(gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")
    visit = a_visitor().visit(site.address("/a"))
    assert visit.answer is not None
    assert len(visit.answer.body) == 2 * 1024 * 1024


# --- manners ---


@pytest.mark.parametrize("packed", ["br", "gzip"])
def test_what_cannot_be_unpacked_is_no_other_text(site: LocalSite, packed: str) -> None:
    site.pages["/a"] = says(b"neither", Content_Encoding=packed)
    visit = a_visitor().visit(site.address("/a"))
    assert (visit.result, visit.answer) == (Result.NO_ANSWER, None)


def test_whoever_is_visited_learns_who_it_was(site: LocalSite) -> None:
    site.pages["/a"] = says(b"Hello")
    a_visitor().visit(site.address("/a"))
    assert {headers["User-Agent"] for _, headers in site.asked} == {"Tester (+mailto:ada@example.invalid)"}


def test_rules_are_obeyed_and_asked_for_once(site: LocalSite) -> None:
    site.pages["/robots.txt"] = says(b"User-agent: *\nDisallow: /private\nCrawl-delay: 30\n")
    site.pages["/a"] = says(b"Hello")
    turns = Turns()
    visitor = a_visitor(hosts=turns)
    visit = visitor.visit(site.address("/private/a"))
    assert (visit.result, visit.note) == (Result.REFUSED, "robots.txt does not allow it")
    assert visitor.visit(site.address("/a")).result is Result.ANSWERED
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a"]
    assert turns.rests["127.0.0.1"] == dt.timedelta(seconds=30)


def test_rules_behind_a_byte_order_mark_are_obeyed(site: LocalSite) -> None:
    site.pages["/robots.txt"] = says(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n")
    assert a_visitor().visit(site.address("/a")).note == "robots.txt does not allow it"


def test_rules_hold_for_the_target_of_a_redirect(site: LocalSite) -> None:
    site.pages["/robots.txt"] = says(b"User-agent: Tester\nDisallow: /private\n")
    site.pages["/a"] = says(status=301, Location="/private")
    assert a_visitor().visit(site.address("/a")).note == "robots.txt does not allow it"
    assert site.paths == ["/a"]


@pytest.mark.parametrize(
    "rules", [b"User-agent: *\nDisallow: //[\n", b"\xff\xfe\x00" * 99, b"User-agent: *\nCrawl-delay: x"]
)
def test_rules_that_nobody_understands_end_no_visit_in_a_crash(site: LocalSite, rules: bytes) -> None:
    site.pages["/robots.txt"], site.pages["/a"] = says(rules), says(b"Hello")
    assert a_visitor().visit(site.address("/a")).result in (Result.ANSWERED, Result.REFUSED)


@pytest.mark.parametrize(
    "to",
    [
        *("http://[", "//[", "http://a:b/", "http://.invalid/", "http://" + "x" * 70 + ".invalid/", "?"),
        *("http://a.invalid:70000/", "http://a.invalid:0/", "http://a.invalid:99999999999999999999/"),
        "http://xn--.invalid/",
    ],
)
def test_redirects_to_nonsense_end_no_visit_in_a_crash(site: LocalSite, to: str) -> None:
    site.pages["/a"] = says(status=302, Location=to)
    visitor = a_visitor(guard=Guard(LOOPBACK, lambda host, port: ["127.0.0.1"]))
    assert visitor.visit(site.address("/a")).result in (Result.REFUSED, Result.NO_ANSWER, Result.GONE)


def test_a_host_that_cannot_tell_its_rules_is_not_asked(site: LocalSite) -> None:
    site.pages["/robots.txt"] = says(status=500)
    assert a_visitor().visit(site.address("/a")).result is Result.NO_ANSWER
    assert site.paths == []


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("120", 2 * MINUTE),
        ("99999999999999999999", dt.timedelta(days=1)),
        ("Fri, 20 Nov 2015 10:00:00 GMT", PAUSE),
        ("soon", 60 * MINUTE),
        ("", 60 * MINUTE),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_rest_gets_it(site: LocalSite, status: int, said: str, rest: dt.timedelta) -> None:
    site.pages["/a"] = says(status=status, Retry_After=said)
    turns = Turns()
    visit = a_visitor(hosts=turns).visit(site.address("/a"))
    assert (visit.result, visit.rest, turns.rests) == (Result.BUSY, rest, {"127.0.0.1": rest})


def test_a_host_is_taken_once_a_visit_and_given_back_whatever_happens(site: LocalSite) -> None:
    site.pages["/a"] = says(status=301, Location="http://name.invalid/")
    turns = Turns()
    a_visitor(hosts=turns).visit(site.address("/a"))
    assert (turns.taken, turns.rests) == (["127.0.0.1"], {"127.0.0.1": PAUSE})


def test_a_host_whose_turn_it_is_not_is_left_alone(site: LocalSite) -> None:
    class Taken(Turns):
        def take(self, host: str) -> None:
            raise Resting(f"{host} rests", MINUTE)

    visit = a_visitor(hosts=Taken(), memory=Memory()).visit(site.address("/a"))
    assert (visit.result, visit.rest, site.asked) == (Result.RESTING, MINUTE, [])


def test_turns_are_counted_by_host() -> None:
    assert host_of("https://Docs.Example.invalid:8443/a#b") == "docs.example.invalid"
    assert host_of("http://a:b/") == ""
    assert host_of("http://xn--.invalid/") == "xn--.invalid"
