"""A job that can be interrupted in its middle, for a worker of its own: `celery --app tests.stack.slow_job worker`."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")

from kb import jobs
from kb.celery import app

__all__ = ["app"]

NAME = "add_tool_slowly"

jobs.KINDS[NAME] = jobs.Kind(NAME, does="tests.stack.slow_job.add_tool", lease=dt.timedelta(seconds=4))


def add_tool(folder: str) -> str:
    """Write a row, say so in a file, and wait for leave to come to an end."""
    from kb.models import Tool

    signs = Path(folder)
    Tool.objects.create(slug="slow", name="slow")
    (signs / f"begun-{os.getpid()}").touch()
    deadline = time.monotonic() + 30
    while not (signs / "leave").exists():
        if time.monotonic() > deadline:
            raise TimeoutError("nobody gave leave")
        time.sleep(0.02)
    return "added"
