"""Which addresses may be asked: what a page cites is written by strangers, and must not lead into our own network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from kb.checking.outcomes import NoAnswer, Refused

Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Iterable[str]]
"""The numbers of a host's name, for a port."""

_FOR_INSIDERS = tuple(
    map(ip_network, ("168.63.129.16/32", "192.0.0.0/24", "2001::/23", "64:ff9b:1::/48"))  # the first: Azure's metadata
)
"""Networks that look public to some version of `ipaddress`, and answer only those inside: metadata, tunnels."""
_NAT64 = ip_network("64:ff9b::/96")


def resolved(host: str, port: int) -> Iterator[str]:
    for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        yield str(where[0])


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets an address pass, or says why not."""

    allowed: tuple[Network, ...] = ()
    """Networks that may be asked although they are not public."""
    resolve: Resolve = resolved

    def numbers_of(self, url: httpx.URL) -> tuple[str, ...]:
        """The numbers to connect to, and no others: asked a second time, the name might say something else."""
        if url.scheme not in ("http", "https"):
            raise Refused(f"only http and https are asked, not {url.scheme or 'an address without a scheme'}")
        if url.userinfo:
            raise Refused("the address holds credentials")
        host = url.raw_host.decode("ascii")
        if not host:
            raise Refused("the address names no host")
        port = url.port if url.port is not None else (443 if url.scheme == "https" else 80)
        if not 0 < port < 1 << 16:
            raise Refused(f"there is no port {port}")
        try:
            numbers = tuple(dict.fromkeys(self.resolve(host, port)))
        except (OSError, UnicodeError) as error:
            raise NoAnswer(f"the name {host} leads nowhere") from error
        if not numbers:
            raise NoAnswer(f"the name {host} leads nowhere")
        for number in numbers:
            if not self._may_be_asked(number):
                raise Refused(f"{host} is {number}, which is not a public address")
        return numbers

    def _may_be_asked(self, number: str) -> bool:
        try:
            address = ip_address(number)
        except ValueError:
            return False
        meant = _inside(address)
        return is_public(meant) or any(meant in network for network in self.allowed)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anybody on the internet is reached there, and nobody who only listens to neighbours."""
    is_special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or (isinstance(address, IPv6Address) and address.is_site_local)
    )
    return address.is_global and not is_special and not any(address in network for network in _FOR_INSIDERS)


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for: mapped, 6to4, or through a translator."""
    if isinstance(address, IPv4Address):
        return address
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
    return address.ipv4_mapped or address.sixtofour or translated or address
