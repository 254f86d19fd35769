"""What holds of every screen: found by axe, measured, listened to."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.screens import SCREENS, Screen
from tests.browser.site import EVERY_FIELD

MOST_CSS, MOST_JS = 30_000, 20_000
"""Bytes of one screen, compressed."""
EVERY_SCREEN = [*SCREENS, Screen("every-field", f"/errors/{EVERY_FIELD}/")]
ALL = pytest.mark.parametrize("screen", EVERY_SCREEN, ids=lambda screen: screen.name)
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((320, "light"), (1280, "dark"))
"""Each width and each colour scheme once: neither depends on the other."""


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[Page]:
    """One tab for all screens: each of them is a page of its own, and nothing else is asked of it."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def violations(tab: Page) -> str:
    results = Axe().run(tab, options={"resultTypes": ["violations"]})
    return "" if results.violations_count == 0 else results.generate_report()


@ALL
def test_a_screen_is_accessible_and_fits(shared: Page, shared_site: str, screen: Screen) -> None:
    """No fault that axe knows, in light and dark, narrow and wide, all folds open; nothing that scrolls sideways, not
    even with text twice as large."""
    found = {}
    screen.show(shared, shared_site)
    assert screen.heading in shared.get_by_role("heading", level=1).inner_text()
    shared.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    for width, scheme in LOOKS:
        shared.set_viewport_size({"width": width, "height": 800})
        shared.emulate_media(color_scheme=scheme)
        assert shared.evaluate("document.documentElement.scrollWidth") <= width
        found[f"{scheme} {width}"] = violations(shared)
    assert {how: report for how, report in found.items() if report} == {}
    shared.evaluate("document.documentElement.style.fontSize = '200%'")
    assert shared.evaluate("document.documentElement.scrollWidth") <= LOOKS[-1][0]


@ALL
def test_a_screen_keeps_the_security_policy_and_its_budget(shared: Page, shared_site: str, screen: Screen) -> None:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "404" not in message.text:
            complaints.append(message.text)

    shared.on("console", note)
    screen.show(shared, shared_site)
    files = shared.evaluate(LOADED)
    shared.remove_listener("console", note)
    assert complaints == []
    for kind, most in (("css", MOST_CSS), ("js", MOST_JS)):
        assert 0 < sum(len(gzip.compress(text.encode())) for name, text in files if name.endswith(f".{kind}")) <= most


LOADED = """async () => {
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
    const names = loaded.filter((name) => /\\.(css|js)$/.test(new URL(name).pathname));
    return await Promise.all(names.map(async (name) => [name, await (await fetch(name)).text()]));
}"""
