"""A search that answers while one types: by keyboard, for screen readers, without a mouse."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.site import EVERY_FIELD


def test_a_page_is_found_and_opened_by_keyboard_alone(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site)
    box = tab.get_by_role("combobox", name="Search the pages")
    box.focus()
    tab.keyboard.type("every field")
    options = tab.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("Every field")
    expect(box).to_have_attribute("aria-expanded", "true")
    tab.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    expect(box).to_be_focused()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{shared_site}/errors/{EVERY_FIELD}/")


def test_the_arrows_go_round_and_the_field_is_one_of_the_places(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site)
    box = tab.get_by_role("combobox", name="Search the pages")
    box.fill('"of <name> is full"')
    options = tab.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_count(2)  # the page, and all results
    tab.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    tab.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    tab.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")


def test_escape_closes_the_list_and_enter_then_searches(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site)
    box = tab.get_by_role("combobox", name="Search the pages")
    box.fill("publickey")
    expect(tab.get_by_role("listbox")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    assert box.input_value() == "publickey"
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{shared_site}/search?q=publickey")
    expect(tab.locator(".card mark").first).to_have_text("publickey")


def test_how_many_there_are_is_said_once_the_typing_rests(tab: Page, shared_site: str) -> None:
    tab.goto(f"{shared_site}/search")
    tab.get_by_role("combobox", name="A piece of the message").fill('"of <name> is full"')
    expect(tab.get_by_role("status").filter(has_text="1 page found")).to_have_count(1)
    tab.get_by_role("combobox", name="A piece of the message").fill("zzzyzx")
    expect(tab.get_by_role("status").filter(has_text="No page found")).to_have_count(1)
    expect(tab.get_by_role("listbox")).to_have_count(0)


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site)
    box = tab.get_by_role("combobox", name="Search the pages")
    waiting = []
    tab.route("**/search/hints?q=publickey", lambda route: waiting.append(route))
    with tab.expect_request("**/search/hints?q=publickey"):
        box.fill("publickey")
    box.fill('"every field of"')
    expect(tab.get_by_role("listbox").get_by_role("option").first).to_contain_text("Every field")
    expect(tab.get_by_role("listbox").get_by_role("option").filter(has_text="Permission denied")).to_have_count(0)


def test_a_click_on_a_hint_opens_it(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site)
    tab.get_by_role("combobox", name="Search the pages").fill("publickey")
    tab.get_by_role("listbox").get_by_role("option").first.click()
    tab.wait_for_url(f"{shared_site}/errors/ssh/permission-denied-publickey/")


def test_the_open_list_has_no_fault_that_axe_knows(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site)
    tab.get_by_role("combobox", name="Search the pages").fill("publickey")
    expect(tab.get_by_role("listbox")).to_be_visible()
    tab.keyboard.press("ArrowDown")
    results = Axe().run(tab)
    assert results.violations_count == 0, results.generate_report()
