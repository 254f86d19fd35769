"""A job that takes its worker process down with it, each time: `celery --app tests.stack.deadly_job worker`."""

from __future__ import annotations

import datetime as dt
import os
import signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")

from kb import jobs
from kb.celery import app

__all__ = ["app"]

NAME = "add_tool_and_die"

jobs.KINDS[NAME] = jobs.Kind(NAME, does="tests.stack.deadly_job.add_tool_and_die", lease=dt.timedelta(seconds=1))


def add_tool_and_die() -> str:
    """Write a row, and end as a process does that the system takes the memory from."""
    from kb.models import Tool

    Tool.objects.create(slug="deadly", name="deadly")
    os.kill(os.getpid(), signal.SIGKILL)
    return "never said"
