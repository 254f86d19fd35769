"""A network of its own for a script, with nothing on it but loopback, where the kernel allows one to make it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from kb.content.document import Isolation

_LOOPBACK = Path(__file__).with_name("loopback.py")

_NAMESPACES = ("--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
"""Processes get a namespace too: what a script leaves in the background ends with it."""
_ONLY_NETWORK = ("--user", "--map-root-user", "--net")
"""What is left where a container lets nobody mount /proc."""
_PROBE_SECONDS = 10


def isolation() -> Isolation:
    """What this machine can put around a script."""
    return Isolation.NAMESPACE if _unshare() else Isolation.NONE


def isolated(command: list[str]) -> list[str]:
    """The same command in namespaces of its own; as it is where there can be none."""
    return [*unshare, *_with_loopback(command)] if (unshare := _unshare()) else command


def _with_loopback(command: list[str]) -> list[str]:
    return [sys.executable, "-I", "-S", str(_LOOPBACK), *command]


@cache
def _unshare() -> tuple[str, ...]:
    """The beginning of a command that makes the namespaces; nothing where that is not allowed."""
    unshare = shutil.which("unshare")
    for options in (_NAMESPACES, _ONLY_NETWORK):
        if unshare and _works([unshare, *options, *_with_loopback(["true"])]):
            return (unshare, *options)
    return ()


def _works(command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
