"""`manage.py web`: one web process."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from kb.http_protocol import Protocol


class Command(BaseCommand):
    help = "Serve the site from one process. `serve` starts everything that the site needs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fd", type=int, help="a listening socket that was opened by whoever started this process")

    def handle(self, *args: Any, **options: Any) -> None:
        config = uvicorn.Config(
            "kb.asgi:application",
            host=settings.HOST,
            port=settings.PORT,
            http=Protocol,
            lifespan="on",
            ws="none",
            # Addresses may hold what a reader searched for, so they are not logged.
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=bool(settings.TRUSTED_PROXIES),
            forwarded_allow_ips=trusted(settings.TRUSTED_PROXIES),
            timeout_graceful_shutdown=10,
        )
        sockets = [socket.socket(fileno=options["fd"])] if options["fd"] is not None else None
        uvicorn.Server(config).run(sockets=sockets)


def trusted(proxies: Iterable[IPv4Network | IPv6Network]) -> list[str]:
    """The networks as uvicorn reads them. A socket for IPv6 shows those of IPv4 inside `::ffff:0:0/96`."""
    mapped = [f"::ffff:{one.network_address}/{96 + one.prefixlen}" for one in proxies if isinstance(one, IPv4Network)]
    return [*map(str, proxies), *mapped]
