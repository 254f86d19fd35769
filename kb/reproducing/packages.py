"""Packages of the npm registry for scripts: installed once, outside of any script, and kept for the next run."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

INSTALLER = "npm"
FOLDER = "node_modules"
_SECONDS = 600
_OPTIONS = (
    "--ignore-scripts",  # nothing of a package runs before the script does, which has no network
    "--force",  # a page may be about a package for another system, or about peers that do not fit
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
)


class NotInstalled(Exception):
    """Why npm did not install the packages, in its own words."""


def installed(packages: Sequence[str], cache: Path) -> Path:
    """The `node_modules` that hold these packages and theirs. Raises NotInstalled.

    Only here is the registry asked, with the npm and the configuration of whoever runs this.
    """
    kept = cache / _key(packages)
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=cache))
        try:
            _install(packages, fresh)
            _keep(fresh, kept)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return kept / FOLDER


def _key(packages: Sequence[str]) -> str:
    """Packages with compiled parts differ by machine."""
    wanted = "\n".join((*sorted(packages), platform.system(), platform.machine()))
    return hashlib.sha256(wanted.encode()).hexdigest()[:32]


def _install(packages: Sequence[str], place: Path) -> None:
    (place / "package.json").write_text(json.dumps({"private": True}))
    try:
        done = subprocess.run(
            [INSTALLER, "install", *_OPTIONS, "--", *packages],
            cwd=place,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from error
    if done.returncode or not (place / FOLDER).is_dir():
        raise NotInstalled(done.stdout.decode("utf-8", errors="replace").strip() or "npm installed nothing")


def _keep(fresh: Path, kept: Path) -> None:
    """Whole or not at all; another run may have been faster, and its folder is as good."""
    try:
        fresh.rename(kept)
    except OSError:
        if not kept.exists():
            raise
