from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.content.document import ToolVersion
from kb.reproducing import tools


def install(place: Path, name: str, script: str) -> None:
    """A program of this name, found before any other."""
    path = place / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    tools.version_of.cache_clear()
    return tmp_path


def test_a_tool_that_is_not_on_path_is_missing() -> None:
    assert tools.missing(["sh", "no-such-tool-anywhere"]) == ("no-such-tool-anywhere",)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("git version 2.39.5", "2.39.5"),
        ("OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024", "9.2p1"),
        ("git-lfs/3.3.0 (GitHub; linux amd64; go 1.19.8)", "3.3.0"),
        ("v20.19.2", "20.19.2"),
        ("Squid Cache: Version 5.7\nService Name: squid", "5.7"),
        ("no number here", ""),
    ],
)
def test_the_first_number_that_looks_like_a_version_is_the_version(on_path: Path, said: str, version: str) -> None:
    install(on_path, "frobnicate", f'test "$1" = --version && cat >&2 <<END\n{said}\nEND')

    assert tools.version_of("frobnicate") == version


def test_tools_are_asked_in_their_own_way(on_path: Path) -> None:
    install(on_path, "openssl", 'test "$1" = version && echo "OpenSSL 3.0.15 3 Sep 2024"')

    assert tools.version_of("openssl") == "3.0.15"


def test_a_tool_that_does_not_tell_its_version_is_left_out(on_path: Path) -> None:
    install(on_path, "frobnicate", "echo frobnicate 3.10")
    install(on_path, "mute", "exit 1")

    assert tools.versions(["mute", "frobnicate"]) == (ToolVersion(tool="frobnicate", version="3.10"),)


def test_a_program_of_the_same_package_tells_for_one_that_does_not(on_path: Path) -> None:
    install(on_path, "ssh", 'test "$1" = -V && echo "OpenSSH_9.2p1" >&2')

    assert tools.version_of("ssh-keygen") == "9.2p1"


def test_the_system_has_a_name() -> None:
    assert tools.system().strip()
