"""What every test of a screen stands on: an index and a recorder of its own, as in a new process."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from kb.services import finding, indexing, lookups, recording, silence


@pytest.fixture(autouse=True)
def own_process(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Epochs begin anew in each test: the index of the one before would look current. Nothing is written later."""
    live = indexing.LiveIndex()
    for service in (lookups, finding, silence):
        monkeypatch.setattr(service, "live", live)
    monkeypatch.setattr(lookups, "recorder", recording.Recorder())
    monkeypatch.setattr(recording, "WRITE_EVERY_S", 0)
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # where collectstatic has not run, WhiteNoise warns
