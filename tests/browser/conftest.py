"""A running site with a few pages, in a process that has nothing left over from other tests."""

from __future__ import annotations

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from kb.content import document as doc
from kb.services import finding, indexing, lookups, recording
from tests.builders import a_full_doc, a_loaded_page, a_published_page, folder_of


@pytest.fixture
def site(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> str:
    """The address of a site on which one page uses every field that there is."""
    live = indexing.LiveIndex()
    for service in (lookups, finding):
        monkeypatch.setattr(service, "live", live)
    monkeypatch.setattr(lookups, "recorder", recording.Recorder())
    monkeypatch.setattr(recording, "WRITE_EVERY_S", 0)
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    a_published_page(
        "ssh/other",
        title="Connection reset",
        signatures=(doc.Signature(key="reset", text="connection was reset by <host>"),),
    )
    denied = doc.Signature(key="denied", text="<name>@<host>: Permission denied (publickey).", prints="OpenSSH")
    older = [
        doc.Signature(key=f"old-{age}", text=f"no key of {age} fits", versions=f"before {age}") for age in range(5)
    ]
    full = a_full_doc(
        signatures=(denied, *older),
        role=doc.Role.CAUSE,
        background="# Numbers\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nprint('a', 1)  # note\n```",
        quick_fix=doc.QuickFix(text="Offer the key.", command="ssh -T git@{{ host }}"),
    )
    a_loaded_page(folder_of("ssh/permission-denied-publickey", full))
    return live_server.url
