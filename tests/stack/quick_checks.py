"""Checks of sources in a hurry, for a worker of its own: `celery --app tests.stack.quick_checks worker`.

Names that end in `.invalid` lead to this machine, one of them also elsewhere; pauses, leases and patience are short.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import socket
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")

import django

django.setup()

from kb import jobs  # noqa: E402
from kb.celery import app  # noqa: E402
from kb.checking import asking  # noqa: E402
from kb.services import source_checks  # noqa: E402

__all__ = ["app"]

HERE, ELSEWHERE = "127.0.0.1", "10.0.0.7"

jobs.KINDS[jobs.CHECK_SOURCE] = dataclasses.replace(jobs.KINDS[jobs.CHECK_SOURCE], lease=dt.timedelta(seconds=6))
source_checks.LONGEST_TURN = dt.timedelta(seconds=4)
asking.Limits.__init__.__defaults__ = (2.0, 2.0, 4.0, 2 * 1024 * 1024)
_resolve = socket.getaddrinfo


def resolve(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or not name.endswith(".invalid"):
        return _resolve(host, port, *rest, **options)
    numbers = (HERE, ELSEWHERE) if name.startswith("two.") else (HERE,)
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]


socket.getaddrinfo = resolve
