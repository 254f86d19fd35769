"""What every test stands on: no network but loopback, and a browser for those that need one."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# A busy machine is no fault of what is tested, and of whole pages made by chance many make none: neither decides.
hypothesis_settings.register_profile("here", deadline=None, suppress_health_check=list(HealthCheck))
hypothesis_settings.load_profile("here")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine: a test that needs the internet is not a test."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse_strangers(address: Any) -> None:
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise RuntimeError(f"A test wants to connect to {address[0]}:{address[1]}; tests talk to loopback only")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse_strangers(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse_strangers(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


@pytest.fixture(autouse=True)
def own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Epochs begin anew in each test: the index of the one before would look current."""
    if indexing := sys.modules.get("kb.services.indexing"):
        for name, value in vars(indexing.LiveIndex()).items():
            monkeypatch.setattr(indexing.live, name, value)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's browser. Without one the tests that need it are not run, and say so."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    pytest.skip("no browser: install one, for instance `apt-get install chromium`")


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """A browser without a window, with a profile of its own."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, in which Django takes database calls for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(chromium), args=list(CHROMIUM_FLAGS))
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """An empty tab without cookies."""
    context = browser.new_context()
    yield context.new_page()
    context.close()
