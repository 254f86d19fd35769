from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def database_without_nul() -> Iterator[None]:
    """SQLite takes a NUL; PostgreSQL refuses it."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "\\x00" in repr(params):
            raise ValueError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.usefixtures("database_without_nul")
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/errors/%00/x/", 404),
        ("/errors/git%00/x", 404),
        ("/errors/git/%00/", 404),
        ("/errors/?category=%00&platform=%00", 302),
        ("/search?q=%00a", 200),
        ("/search/hints?q=%00a", 200),
        ("/api/v1/pages?tool=%00", 200),
        ("/api/v1/pages?q=%00", 200),
        ("/api/v1/pages/%00/x", 404),
        ("/api/v1/pages/git/%00", 404),
    ],
)
def test_no_address_brings_a_nul_before_the_database(address: str, status: int, accept: str) -> None:
    assert Client(headers={"Accept": accept}).get(address).status_code == status
