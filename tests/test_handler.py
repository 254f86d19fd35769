from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path
from pytest_django import Settings

from kb import urls
from kb.body_guard import Message, Scope
from kb.handler import Handler
from tests import loops

seen: list[str] = []


def note_thread(get_response: Any) -> Any:
    """Middleware that says in which thread it runs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        seen.append(threading.current_thread().name)
        response: HttpResponse = get_response(request)
        seen.append(threading.current_thread().name)
        return response

    return middleware


def show(request: HttpRequest) -> HttpResponse:
    seen.append(threading.current_thread().name)
    return HttpResponse(request.body or b"nothing")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        for piece in (b"one", b"two"):
            seen.append(threading.current_thread().name)
            yield piece

    response = StreamingHttpResponse(pieces())
    response._resource_closers.append(lambda: seen.append("closed"))  # type: ignore[attr-defined]
    return response


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def show_form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.POST['text']} of {request.META['CONTENT_LENGTH']}")


urlpatterns = [
    path("show", show),
    path("stream", stream),
    path("fail", fail),
    path("form", show_form),
    path("", include(urls)),
]


@pytest.fixture(autouse=True)
def small_site(settings: Settings) -> None:
    seen.clear()
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [f"{__name__}.note_thread", f"{__name__}.note_thread"]


def ask(
    address: str, *parts: bytes, is_cut_off: bool = False, raw: bytes = b"", kind: bytes = b""
) -> list[Mapping[str, Any]]:
    """What the handler sends to a client that sends its body in these parts."""
    sent: list[Mapping[str, Any]] = []
    messages: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.disconnect"} if is_cut_off else {"type": "http.request", "body": b""})
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": address,
        "raw_path": raw or address.encode(),
        "headers": [(b"content-type", kind)] if kind else [],
        "query_string": b"",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    loops.run(Handler()(scope, receive, send))
    return sent


def test_a_request_is_answered_in_one_thread_that_is_not_the_server_s() -> None:
    start, body = ask("/show", b"one ", b"two")
    assert (start["status"], body["body"]) == (200, b"one two")
    assert len(seen) == 5
    assert len(set(seen)) == 1
    assert seen[0].startswith("request")


def test_a_streamed_answer_is_sent_as_it_is_made_and_made_in_no_thread_of_the_server_s() -> None:
    _, *pieces = ask("/stream")
    assert [(piece["body"], piece["more_body"]) for piece in pieces[:2]] == [(b"one", True), (b"two", True)]
    assert not pieces[-1].get("more_body")
    assert all(name.startswith("request") for name in seen[:-1])
    assert seen[-1] == "closed"


def test_a_form_of_unannounced_length_is_read() -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nit broke\r\n--x--\r\n'
    _, body = ask("/form", part[:20], part[20:], kind=b"multipart/form-data; boundary=x")
    assert body["body"] == f"it broke of {len(part)}".encode()


def test_who_goes_away_while_sending_is_not_answered() -> None:
    assert ask("/show", b"one ", is_cut_off=True) == []
    assert seen == []


def test_a_failure_is_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    start, _ = ask("/fail")
    assert start["status"] == 500


def test_a_host_that_is_not_ours_is_an_answer(settings: Settings) -> None:
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    settings.ALLOWED_HOSTS = ["errors.example.org"]
    start, _ = ask("/show")
    assert start["status"] == 400
