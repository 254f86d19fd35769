"""`match_log` at the command line."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from kb.management.commands import match_log
from kb.models import UnknownError
from kb.services import lookups
from kb.services.indexing import LiveIndex
from kb.services.recording import Recorder
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recorder and an index of this test alone."""
    recorder = Recorder()
    monkeypatch.setattr(lookups, "live", LiveIndex())
    monkeypatch.setattr(lookups, "recorder", recorder)
    monkeypatch.setattr(match_log, "recorder", recorder)


@pytest.mark.parametrize(("keep_nothing", "kept"), [(False, 1), (True, 0)])
def test_an_error_that_no_page_answers_is_kept_unless_nothing_is_to_be(
    tmp_path: Path, keep_nothing: bool, kept: int
) -> None:
    log = tmp_path / "build.log"
    log.write_text("fatal: the flux capacitor ran dry\n")
    with pytest.raises(SystemExit) as end:
        call_command("match_log", log, keep_nothing=keep_nothing, stdout=StringIO())
    assert end.value.code == 1
    assert UnknownError.objects.count() == kept


def test_the_page_that_a_log_is_about_is_printed(tmp_path: Path) -> None:
    builders.a_published_page()
    log, output = tmp_path / "build.log", StringIO()
    log.write_text("git@example.com: Permission denied (publickey).\n")
    call_command("match_log", log, stdout=output)
    assert "ssh/permission-denied-publickey" in output.getvalue()
