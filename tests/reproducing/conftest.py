from __future__ import annotations

import os
from pathlib import Path

import pytest

NPM = """#!/bin/sh
# Stands in for npm: a folder for each package it is asked for.
mkdir -p node_modules
for word; do case $word in install | --*) ;; *) mkdir "node_modules/$word" ;; esac; done
echo "$*" >> "$0.calls"
"""


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm that asks no registry, first on PATH; what it was called with stands in `npm.calls` beside it."""
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(NPM)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program
