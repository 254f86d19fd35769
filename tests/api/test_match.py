from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kb.content import document as doc
from tests import builders

pytestmark = pytest.mark.django_db

DENIED = "git@example.invalid: Permission denied (publickey)."
LOG = f"Cloning into 'x'...\n{DENIED}\nfatal: Could not read from remote repository.\n"


@pytest.fixture(autouse=True)
def page() -> None:
    builders.a_published_page(
        quick_fix=doc.QuickFix(text="Offer the key.", command="ssh -T {{ name }}@{{ host }}"),
    )


def post(client: Client, body: bytes | str, content_type: str = "text/plain", **headers: str) -> Any:
    return client.generic("POST", "/api/v1/match", body, content_type=content_type, headers=headers)


def the_match(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.content
    (match,) = json.loads(response.content)["matches"]
    assert isinstance(match, dict)
    return match


def detail(response: Any, status: int) -> str:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["status"] == status
    return str(problem["detail"])


# --- answers


def test_a_log_gets_its_page_with_the_line_and_a_filled_fix(client: Client) -> None:
    response = post(client, LOG)
    match = the_match(response)
    assert match["slug"] == "ssh/permission-denied-publickey"
    assert match["url"] == f"{settings.SITE_URL}/errors/ssh/permission-denied-publickey/"
    assert (match["role"], match["confidence"]) == ("cause", "exact")
    assert match["lines"][0]["number"] == 2
    assert match["lines"][0]["captures"] == {"name": "git", "host": "example.invalid"}
    assert match["quick_fix"] == {"text": "Offer the key.", "command": "ssh -T git@example.invalid", "filled": True}
    assert response["Cache-Control"] == "no-store"


def test_the_answer_names_the_index_and_what_was_read_of_the_text(client: Client) -> None:
    answer = json.loads(post(client, LOG).content)
    assert answer["index"]["pages"] == answer["index"]["signatures"] == 1
    assert answer["text"] == {"bytes": len(LOG), "lines": 3, "redacted": 0, "truncated": False, "timed_out": False}


@pytest.mark.parametrize("body", ["", "  \n", "\0"])
def test_a_blank_paste_gets_empty_lists(client: Client, body: str) -> None:
    answer = json.loads(post(client, body).content)
    assert (answer["matches"], answer["suggestions"], answer["unmatched"]) == ([], [], [])


def test_what_no_page_is_about_gets_no_match_but_its_lines(client: Client) -> None:
    answer = json.loads(post(client, "error: the flux capacitor is empty\n").content)
    assert answer["matches"] == []
    assert answer["unmatched"][0]["number"] == 1
    assert answer["unmatched"][0]["fingerprint"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_any_encoding_is_read(client: Client, encoding: str) -> None:
    assert the_match(post(client, f"größe\n{LOG}".encode(encoding)))["lines"][0]["number"] == 3


def test_json_with_the_text_is_read(client: Client) -> None:
    assert the_match(post(client, json.dumps({"text": LOG}), "application/json"))["lines"][0]["number"] == 2


def test_an_uploaded_file_is_read(client: Client) -> None:
    upload = SimpleUploadedFile("build.log", LOG.encode())
    assert the_match(client.post("/api/v1/match", {"file": upload}))["lines"][0]["number"] == 2


def test_a_body_that_curl_calls_a_form_is_read_as_it_comes(client: Client) -> None:
    assert the_match(post(client, LOG, "application/x-www-form-urlencoded"))


def test_gzip_is_undone(client: Client) -> None:
    packed = gzip.compress(LOG.encode())
    assert the_match(post(client, packed, **{"Content-Encoding": "gzip"}))
    assert the_match(post(client, packed, "application/gzip"))


def test_with_accept_text_the_answer_is_for_a_terminal(client: Client) -> None:
    response = post(client, f"{LOG}\x1b[2J\u202e", Accept="text/plain")
    assert response["Content-Type"].startswith("text/plain")
    text = response.content.decode()
    assert "Permission denied (publickey)" in text
    assert "ssh -T git@example.invalid" in text
    assert "     2 | git@example.invalid" in text
    assert "\x1b" not in text


def test_public_answers_hold_no_cookie(client: Client) -> None:
    assert not post(client, LOG).cookies


def test_the_schema_describes_the_answer(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/match" in schema["paths"]
    assert {"matches", "suggestions", "unmatched"} <= set(schema["components"]["schemas"]["AnswerDoc"]["properties"])
    assert client.get("/api/v1/docs").status_code == 200


# --- refusals


@pytest.mark.parametrize("body", ["{", "[]", '{"log": "x"}', '{"text": 1}', "[" * 100_000])
def test_json_without_a_text_is_refused_with_an_example(client: Client, body: str) -> None:
    assert '"text"' in detail(post(client, body, "application/json"), 400)


def test_a_form_without_a_text_is_refused(client: Client) -> None:
    assert "'text'" in detail(client.post("/api/v1/match", {"log": "x"}), 400)


@pytest.mark.parametrize(
    "body", [b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"%PDF-1.7 x", b"\x7fELF" + bytes(50), bytes(range(1, 9)) * 9]
)
def test_what_is_no_text_is_refused(client: Client, body: bytes) -> None:
    assert "plain text" in detail(post(client, body), 400)


def test_broken_gzip_is_refused(client: Client) -> None:
    assert "gzip" in detail(post(client, b"not gzip", **{"Content-Encoding": "gzip"}), 400)
    assert "too early" in detail(post(client, gzip.compress(LOG.encode())[:-9], "application/gzip"), 400)


def test_a_gzip_bomb_is_refused_before_it_unfolds(client: Client) -> None:
    assert "10 MiB" in detail(post(client, gzip.compress(bytes(40_000_000)), "application/gzip"), 413)


def test_too_much_text_is_refused(client: Client) -> None:
    assert "10 MiB" in detail(post(client, b"x" * (settings.TEXT_LIMIT + 1)), 413)


def test_as_much_text_as_allowed_is_answered(client: Client) -> None:
    text = LOG.encode() + b"fine\n" * ((settings.TEXT_LIMIT - len(LOG)) // 5)
    assert the_match(post(client, text))["lines"][0]["number"] == 2


def test_a_type_that_is_not_read_is_refused(client: Client) -> None:
    assert "image/png" in detail(post(client, b"x", "image/png"), 415)
    assert "br" in detail(post(client, b"x", **{"Content-Encoding": "br"}), 415)


def test_who_asked_for_text_gets_the_refusal_as_text(client: Client) -> None:
    response = post(client, b"x", "image/png", Accept="text/plain")
    assert response.status_code == 415
    assert response["Content-Type"].startswith("text/plain")


def test_other_methods_are_refused(client: Client) -> None:
    assert client.get("/api/v1/match").status_code == 405
