from __future__ import annotations

import pytest
from django.test import Client

from kb.matching.invisible import INVISIBLE
from kb.refusals import Form, told


def test_a_refusal_on_a_terminal_names_what_it_would_obey() -> None:
    _, body = told(Form.TEXT, 404, "No page is at \x1b[2J\u202e\rx.")
    assert body.decode() == "No page is at [U+001B][2J[U+202E][U+000D]x.\n"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/v1/pages/%1b[2J/x%c2%9b", "/api/v1/pages?limit=%1b[2J", "/errors/%1b[2J/"])
@pytest.mark.parametrize("accept", ["text/plain", "application/json"])
def test_no_refusal_echoes_what_a_terminal_obeys(address: str, accept: str) -> None:
    response = Client(headers={"Accept": accept}).get(address)
    assert response.status_code in (400, 404)
    assert not INVISIBLE.search(response.content.decode())


@pytest.mark.django_db
def test_nor_does_the_refusal_of_a_kind_of_body() -> None:
    response = Client(headers={"Accept": "text/plain"}).post("/api/v1/match", b"x", content_type="image/\x1b[2J\x9b")
    assert response.status_code == 415
    assert not INVISIBLE.search(response.content.decode())
