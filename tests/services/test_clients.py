"""Whom a client is counted as."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.test import RequestFactory
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kb.management.commands.web import trusted
from kb.services.clients import UNKNOWN, address_of
from tests import loops


def client_at(address: str) -> str:
    return address_of(RequestFactory().get("/", REMOTE_ADDR=address))


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", UNKNOWN),
        ("unknown", UNKNOWN),
        ("192.0.2.1, 192.0.2.2", UNKNOWN),
    ],
)
def test_a_client_is_its_address_and_with_ipv6_its_network(address: str, client: str) -> None:
    assert client_at(address) == client


PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.9", ["192.0.2.1"], "192.0.2.9"),  # nobody's proxy: what it says of itself counts for nothing
        ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.7, 192.0.2.1"], "192.0.2.1"),  # the client wrote the first one
        ("10.0.0.1", ["203.0.113.7", "192.0.2.1"], "192.0.2.1"),  # the same in two lines
        ("10.0.0.1", ["192.0.2.1, 10.0.0.2"], "192.0.2.1"),  # through two of our proxies
        ("10.0.0.1", ["192.0.2.1:4711"], "192.0.2.1"),
        ("::ffff:10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("fd00::1", ["2001:db8::1"], "2001:db8::/64"),
        ("10.0.0.1", ["192.0.2.1, nonsense"], UNKNOWN),
        ("10.0.0.1", [], "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_is_believed_from_the_right(peer: str, forwarded: list[str], client: str) -> None:
    assert client_at(seen_behind_proxies(peer, forwarded)) == client


def seen_behind_proxies(peer: str, forwarded: list[str]) -> str:
    """The address that the site gets to see, through what uvicorn puts in front of it."""
    seen: list[str] = []

    async def site(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    scope: Any = {
        "type": "http",
        "client": (peer, 4711),
        "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded],
    }
    loops.run(ProxyHeadersMiddleware(site, trusted(PROXIES))(scope, None, None))  # type: ignore[arg-type]
    return seen[0]
