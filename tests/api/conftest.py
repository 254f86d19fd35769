from __future__ import annotations

import pytest

from kb.services.indexing import LiveIndex
from kb.services.recording import Recorder


@pytest.fixture(autouse=True)
def own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index and a recorder of this test alone: those of the process remember pages of other tests."""
    monkeypatch.setattr("kb.services.lookups.live", LiveIndex())
    monkeypatch.setattr("kb.services.lookups.recorder", Recorder())
