"""What holds of every screen of the desk, as the role that works there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.screens import DESK_SCREENS, Screen, log_in
from tests.browser.test_screens import LOOKS, violations

ALL = pytest.mark.parametrize("screen", DESK_SCREENS, ids=lambda screen: screen.name)
TabOf = Callable[[Screen], Page]


@pytest.fixture(scope="module")
def tab_of(browser: Browser, shared_site: str) -> Iterator[TabOf]:
    """A tab for each role, which logs in once."""
    tabs: dict[str, Page] = {}

    def tab(screen: Screen) -> Page:
        if screen.role not in tabs:
            tabs[screen.role] = browser.new_context().new_page()
            if screen.role:
                log_in(tabs[screen.role], shared_site, screen.role)
        return tabs[screen.role]

    yield tab
    for opened in tabs.values():
        opened.context.close()


@ALL
def test_a_screen_of_the_desk_is_accessible_and_fits(tab_of: TabOf, shared_site: str, screen: Screen) -> None:
    """No fault that axe knows, in light and dark, narrow and wide, all folds open; nothing that scrolls sideways."""
    tab, found = tab_of(screen), {}
    screen.show(tab, shared_site)
    assert screen.heading in tab.get_by_role("heading", level=1).inner_text()
    tab.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    for width, scheme in LOOKS:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, wide_ones(tab)
        found[f"{scheme} {width}"] = violations(tab)
    assert {how: report for how, report in found.items() if report} == {}


@ALL
def test_a_screen_of_the_desk_keeps_the_security_policy(tab_of: TabOf, shared_site: str, screen: Screen) -> None:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    tab = tab_of(screen)
    tab.on("console", note)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    screen.show(tab, shared_site)
    tab.remove_listener("console", note)
    assert complaints == []


@ALL
def test_everything_on_a_screen_of_the_desk_is_reached_by_keyboard(
    tab_of: TabOf, shared_site: str, screen: Screen
) -> None:
    """The tab key comes to each link, button and field, and what has the focus is seen to have it."""
    tab = tab_of(screen)
    screen.show(tab, shared_site)
    missed = set(tab.evaluate(STOPS))
    unseen = []
    for _ in range(2 * len(missed) + 10):
        if not missed:
            break
        tab.keyboard.press("Tab")
        stop, is_seen = tab.evaluate(FOCUSED)
        missed.discard(stop)
        if not is_seen:
            unseen.append(stop)
    assert (missed, unseen) == (set(), [])


def wide_ones(tab: Page) -> list[str]:
    """What sticks out at the side."""
    return list(tab.evaluate(STICKS_OUT))


STICKS_OUT = """() => [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((element) => element.outerHTML.slice(0, 120)).slice(0, 5)"""
STOPS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled
        && element.tabIndex >= 0 && !element.matches("[type=hidden], [type=radio]:not(:checked)"))
    .map((element, number) => element.dataset.stop = `${number} ${element.outerHTML.slice(0, 80)}`)"""
FOCUSED = """() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    const stop = document.activeElement.dataset.stop ?? "";
    return [stop, !stop || (outlineStyle !== "none" && parseFloat(outlineWidth) > 0)];
}"""
