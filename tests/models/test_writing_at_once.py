"""Several processes write to one database, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from kb.models import ContentEpoch, Revision
from kb.services import publishing
from tests import builders

WRITERS = 4
ROUNDS = 40

WRITE = f"""
import datetime, django
django.setup()
from django.db import transaction
from django.utils import timezone
from kb.models import ContentEpoch, Counted, MatchCount, Sighting, Tool, UnknownError
for _ in range({ROUNDS}):
    with transaction.atomic():  # reads, then writes what it has read: fails where transactions begin as readers
        tool = Tool.objects.get(slug="ssh")
        tool.name = str(int(tool.name) + 1)
        tool.save()
    now = timezone.now()
    UnknownError.objects.record([Sighting("1:a", "<path>", "/x", now), Sighting("1:b", "<num>", "1", now)])
    MatchCount.objects.add({{Counted(datetime.date(2026, 11, 20), 1, "exact", "web"): 2}})
    ContentEpoch.objects.bump()
"""

PREPARE = """
import django
django.setup()
from django.core.management import call_command
from kb.models import Page, Tool
call_command("migrate", verbosity=0)
Page.objects.create(tool=Tool.objects.create(slug="ssh", name="0", category="Network"), slug="denied")
"""

TELL = """
import django
django.setup()
from kb.models import ContentEpoch, MatchCount, Tool, UnknownError
print(Tool.objects.get().name, ContentEpoch.objects.current(), MatchCount.objects.get().count)
print(*UnknownError.objects.order_by("fingerprint").values_list("count", flat=True))
"""


def test_four_writing_processes_on_sqlite_lose_nothing(tmp_path: Path) -> None:
    def start(code: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
        environment = {**kept, "DJANGO_SETTINGS_MODULE": "kb.settings", "KB_DATA": str(tmp_path)}
        command = [sys.executable, "-c", code]
        return subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def end(process: subprocess.Popen[str]) -> str:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return output

    end(start(PREPARE))
    for writer in [start(WRITE) for _ in range(WRITERS)]:
        end(writer)
    total = WRITERS * ROUNDS
    assert end(start(TELL)).split() == [str(number) for number in (total, total, 2 * total, total, total)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory has one connection; see the test above")
def test_of_four_drafts_published_at_once_one_wins_and_the_others_are_told() -> None:
    page = builders.a_published_page()
    drafts = [builders.a_draft(page, title=f"Draft {number}") for number in range(WRITERS)]
    before, refusals = ContentEpoch.objects.current(), []

    def publish(draft: Revision) -> Callable[[], None]:
        def run() -> None:
            try:
                publishing.publish(draft)
            except publishing.PublishingRefusedError as refusal:
                refusals.append([objection.code for objection in refusal.objections])
            finally:
                connection.close()

        return run

    threads = [threading.Thread(target=publish(draft)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == [["outdated"]] * (WRITERS - 1)
    assert Revision.objects.published().filter(title__startswith="Draft").count() == 1
    assert ContentEpoch.objects.current() == before + 1
