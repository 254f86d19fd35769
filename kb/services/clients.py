"""Who asks: the address that a client is counted by."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address, ip_network

from django.http import HttpRequest

UNKNOWN = "unknown"
"""Whoever comes by a socket without addresses, or through a proxy that writes no address: they are counted as one."""
_OF_ONE_CLIENT = 64
"""Bits: who has one address of IPv6 has all that share so many with it."""


def address_of(request: HttpRequest) -> str:
    """`192.0.2.1`, or the network of an IPv6 address: `2001:db8::/64`.

    uvicorn has read `X-Forwarded-For` by now, from the right, as far as KB_TRUSTED_PROXIES names who wrote it
    (`kb.management.commands.web`); nothing else here may read that header.
    """
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _OF_ONE_CLIENT), strict=False))
