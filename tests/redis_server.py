"""A real Redis for a test, gone when it ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stack.site import PATIENCE_S, free_port, wait_for


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Its address. The test is skipped where there is no Redis."""
    server = shutil.which("redis-server", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if server is None:
        pytest.skip("no Redis: install redis-server")
    port = str(free_port())
    command = [server, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout as said:
        wait_for(lambda: "accept connections" in said.readline() or process.poll() is not None)
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()
        process.wait(timeout=PATIENCE_S)
