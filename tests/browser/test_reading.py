"""Reading a page: colours, keyboard, paper."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.screens import Screen
from tests.browser.site import EVERY_FIELD

PAGE = f"/errors/{EVERY_FIELD}/"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def test_the_colours_are_the_readers_choice_on_every_page(tab: Page, shared_site: str) -> None:
    tab.emulate_media(color_scheme="light")
    tab.goto(shared_site)
    light = tab.evaluate(BACKGROUND)
    tab.get_by_label("Colours").select_option("Dark")
    dark = tab.evaluate(BACKGROUND)
    assert dark != light
    tab.goto(shared_site + PAGE)
    assert tab.evaluate(BACKGROUND) == dark
    tab.get_by_label("Colours").select_option("Auto")
    assert tab.evaluate(BACKGROUND) == light
    tab.emulate_media(color_scheme="dark")
    assert tab.evaluate(BACKGROUND) == dark


def test_the_chosen_colours_are_there_before_the_page_is(tab: Page, shared_site: str) -> None:
    tab.emulate_media(color_scheme="light")
    tab.goto(shared_site)
    tab.get_by_label("Colours").select_option("Dark")
    tab.add_init_script(
        "new MutationObserver((_, watch) => { if (!document.body) return;"
        " window.firstTheme = document.documentElement.dataset.theme; watch.disconnect(); })"
        ".observe(document, {childList: true, subtree: true})"
    )
    tab.goto(shared_site + PAGE)
    assert tab.evaluate("window.firstTheme") == "dark"


def test_without_javascript_there_is_no_switch(plain_tab: Page, shared_site: str) -> None:
    plain_tab.goto(shared_site)
    expect(plain_tab.get_by_label("Colours")).to_be_hidden()


def test_the_first_tab_stop_leads_past_the_head_of_the_page(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site + PAGE)
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="Skip to content")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_be_focused()


def test_a_link_to_a_fix_lands_on_it(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site + PAGE + "#fix-add-key")
    expect(tab.locator("#fix-add-key")).to_be_in_viewport()


def test_on_paper_everything_is_open_light_and_names_its_sources(tab: Page, shared_site: str) -> None:
    Screen("page", PAGE).show(tab, shared_site)
    tab.get_by_label("Colours").select_option("Dark")
    tab.emulate_media(media="print")
    assert tab.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    expect(tab.get_by_text("set -eu")).to_be_visible()
    for name in ("Search", "Copy"):
        expect(tab.get_by_role("button", name=name).first).to_be_hidden()
    address = tab.evaluate("getComputedStyle(document.querySelector('.source-title a'), '::after').content")
    assert "https://" in address


def test_a_page_can_be_read_from_right_to_left(tab: Page, shared_site: str) -> None:
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.goto(shared_site + PAGE)
    tab.evaluate("document.documentElement.dir = 'rtl'")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1280
    middle = (
        "(name) => { const box = document.querySelector(name).getBoundingClientRect(); return box.left + box.right }"
    )
    assert tab.evaluate(middle, ".wordmark") > tab.evaluate(middle, ".masthead-search")
