"""A running site with a few pages: `shared_site` for tests that only look, `site` for those that change something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from kb.content import document as doc
from kb.services import blast, finding, gate, indexing, lab, lookups, publishing, recording
from tests.browser.site import running
from tests.builders import a_full_doc, a_loaded_page, a_published_page, folder_of


@pytest.fixture(scope="session")
def shared_site(chromium: object) -> Iterator[str]:
    """The address of a site that runs as long as the tests do; without a browser none is started."""
    with running() as address:
        yield address


@pytest.fixture
def plain_tab(browser: Browser) -> Iterator[Page]:
    """A tab in which no script runs."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> recording.Recorder:
    """What pastes leave behind; it writes when it is told to."""
    recorder = recording.Recorder()
    monkeypatch.setattr(lookups, "recorder", recorder)
    return recorder


@pytest.fixture
def site(
    live_server: LiveServer, recorder: recording.Recorder, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> str:
    """The address of a site on which one page uses every field that there is."""
    live = indexing.LiveIndex()
    for service in (blast, finding, gate, lab, lookups, publishing):
        monkeypatch.setattr(service, "live", live)
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
