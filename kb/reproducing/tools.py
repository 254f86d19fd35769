"""The tools and the system that a script ran with."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache

from kb.content.document import ToolVersion
from kb.reproducing.running import clean_environment, search_path

_ASKED_BY = {"go": "version", "java": "-version", "nginx": "-v", "openssl": "version", "ssh": "-V", "sshd": "-V"}
"""How a tool is asked for its version, if not by `--version`."""
_COMES_WITH = {"ssh-add": "ssh", "ssh-agent": "ssh", "ssh-keygen": "ssh", "ssh-keyscan": "ssh"}
"""Tools that do not tell their version, with one of the same package that does."""
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:p\d+)?")
_SECONDS = 20


def missing(tools: Iterable[str]) -> tuple[str, ...]:
    """Those of the tools that are not on PATH."""
    return tuple(tool for tool in tools if shutil.which(tool, path=search_path()) is None)


def versions(tools: Iterable[str]) -> tuple[ToolVersion, ...]:
    """The version of each tool that tells one, by name."""
    found = ((tool, version_of(tool)) for tool in sorted(tools))
    return tuple(ToolVersion(tool=tool, version=version) for tool, version in found if version)


@cache
def version_of(tool: str) -> str:
    """The first version number that the tool prints of itself; nothing where it prints none."""
    command = [_COMES_WITH.get(tool, tool), _ASKED_BY.get(_COMES_WITH.get(tool, tool), "--version")]
    try:
        said = subprocess.run(
            command,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = _VERSION.search(said.stdout.decode("utf-8", errors="replace"))
    return found.group() if found else ""


@cache
def system() -> str:
    """What this machine runs, as it calls itself: `Debian GNU/Linux 12 (bookworm)`."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform(terse=True)
