"""What an answer says: words, not marks, and not what is different each time."""

from __future__ import annotations

import time

import httpx
import pytest

from kb.checking.asking import Answer
from kb.checking.reading import Reading, read
from kb.matching.ink import ink_of

ERROR = ink_of("fatal: couldn't find remote ref main")


def a_reading(body: str | bytes, kind: str = "text/html; charset=utf-8") -> Reading:
    data = body.encode() if isinstance(body, str) else body
    return read(Answer(200, httpx.Headers({"content-type": kind}), data))


@pytest.mark.parametrize(
    "body",
    [
        "<p>fatal: couldn't find remote ref main</p>",
        "<pre>fatal: <b>couldn&#39;t</b> find\n remote ref <i>main</i></pre>",
        '<script type="application/json">{"lines": ["fatal: couldn\'t find remote ref main"]}</script>',
    ],
)
def test_a_message_is_found_in_whatever_markup(body: str) -> None:
    assert a_reading(f"<html><body>{body}</body></html>").holds(ERROR)


def test_a_message_is_found_in_a_source_file() -> None:
    assert a_reading('die(_("couldn\'t find remote ref %s"), name);', "text/plain").holds(
        ink_of("couldn't find remote ref")
    )
    assert not a_reading('die(_("no such ref"));', "text/plain").holds(ERROR)


@pytest.mark.parametrize(
    "noise",
    [
        "<script>nonce = 1</script>",
        "<style>a {}</style>",
        "<nav>Home</nav>",
        "<footer>2026</footer>",
        "<time>3 days ago</time>",
        "<!-- built at noon -->",
        "<p class=x></p>",
        "\n\n",
    ],
)
def test_what_is_not_the_text_makes_no_other_text(noise: str) -> None:
    assert a_reading(f"<h1>Refs</h1>{noise}<p>Missing</p>").digest == a_reading("<h1>Refs</h1><p>Missing</p>").digest


@pytest.mark.parametrize("around", ["<p>{}</p>", "<form>{}</form>", "<header>{}</header>"])  # some sites are one form
def test_another_word_is_another_text(around: str) -> None:
    one, other = (a_reading(around.format(text)) for text in ("It exits with 1", "It exits with 2"))
    assert one.digest != other.digest


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"", b"%PDF-1.7\x00\xff", b"&#" + b"9" * 9000, b"&#xd800;"])
def test_bytes_of_any_kind_can_be_read(body: bytes) -> None:
    assert len(a_reading(body, "text/html").digest) == 64
    assert len(a_reading(body, "application/pdf").digest) == 64


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<p>x",
        "<!--",
        "<nav>",
        "<script>",
        "<a b='",
        "&",
        "&#",
        "<font size={n}>x<p>",
        "</",
        "<![CDATA[",
        "<" + "a" * 20_000,
    ],
)
def test_no_page_takes_long(piece: str) -> None:
    body = "".join(piece.replace("{n}", str(number)) for number in range(1_000_000 // len(piece)))
    began = time.process_time()
    a_reading(body)
    assert time.process_time() - began < 2
