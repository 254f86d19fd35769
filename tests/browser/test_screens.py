from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect

pytestmark = pytest.mark.django_db(transaction=True)

LOG = "Cloning into 'app'...\ngit@example.com: Permission denied (publickey).\nfatal: Could not read from remote\n"
PAGE = "/errors/ssh/permission-denied-publickey/"
SCREENS = (
    *(
        "/",
        PAGE,
        f"{PAGE}history/?from=1&to=1",
        "/errors/",
        "/errors/?sort=recent",
        "/errors/ssh/",
        "/errors/ssh/?role=cause",
    ),
    *("/search", "/search?q=permission+denied", "/search?q=zzzyzx", f"/search?q={'x' * 500}", "/no/such/page"),
)


def paste(tab: Page, site: str, text: str) -> None:
    tab.goto(site)
    tab.get_by_label("An error message, a log").fill(text)
    tab.get_by_role("button", name="Find the page").click()
    tab.wait_for_load_state()


def violations(tab: Page) -> str:
    results = Axe().run(tab)
    return "" if results.violations_count == 0 else results.generate_report()


def test_a_paste_leads_to_its_page(tab: Page, site: str) -> None:
    paste(tab, site, LOG)
    expect(tab.get_by_role("heading", level=1)).to_have_text("One page answers this")
    expect(tab.locator(".log mark")).to_contain_text("Permission denied (publickey")
    tab.get_by_role("link", name="Permission denied (publickey)").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Permission denied (publickey)")
    assert tab.url == site + PAGE


def test_without_javascript_everything_works_and_nothing_is_dead(browser: Browser, site: str, tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    log.write_text(LOG)
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(site)
    tab.get_by_label("or a file").set_input_files(log)
    tab.get_by_role("button", name="Find the page").click()
    tab.wait_for_load_state()
    assert "build.log" in tab.content()
    assert tab.get_by_role("button", name="Copy").count() == 0
    expect(tab.get_by_label("Colours")).to_be_hidden()
    tab.get_by_role("link", name="Permission denied (publickey)").click()
    tab.wait_for_load_state()
    assert tab.url == site + PAGE
    context.close()


def test_a_command_is_copied_with_the_values_from_the_log(browser: Browser, site: str) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    tab = context.new_page()
    paste(tab, site, LOG)
    tab.get_by_role("button", name="Copy").first.click()
    expect(tab.get_by_role("button", name="Copied")).to_be_visible()
    assert tab.evaluate("navigator.clipboard.readText()") == "ssh -T git@example.com"
    context.close()


def test_where_the_clipboard_is_refused_the_command_is_selected(tab: Page, site: str) -> None:
    tab.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    paste(tab, site, LOG)
    tab.get_by_role("button", name="Copy").first.click()
    assert tab.evaluate("getSelection().toString()") == "ssh -T git@example.com"


def test_a_dropped_file_becomes_the_file_of_the_form(tab: Page, site: str) -> None:
    tab.goto(site)
    tab.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.items.add(new File([text], "dropped.log"));
            const form = document.querySelector("[data-drop]");
            for (const type of ["dragenter", "dragover", "drop"])
                form.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        LOG,
    )
    tab.get_by_role("button", name="Find the page").click()
    expect(tab.get_by_text("dropped.log")).to_be_visible()
    expect(tab.get_by_role("heading", level=1)).to_have_text("One page answers this")


def test_ctrl_enter_sends_the_box(tab: Page, site: str) -> None:
    tab.goto(site)
    box = tab.get_by_label("An error message, a log")
    box.fill(LOG)
    box.press("Control+Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("One page answers this")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_has_a_fault_that_axe_knows(browser: Browser, site: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    tab = context.new_page()
    found = {}
    for address in SCREENS:
        tab.goto(site + address)
        tab.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
        found[address] = violations(tab)
    for name, text in (("answer", LOG), ("no answer", "error: flux capacitor exhausted in sector 7"), ("empty", " ")):
        paste(tab, site, text)
        found[name] = violations(tab)
    context.close()
    assert {address: report for address, report in found.items() if report} == {}


@pytest.mark.parametrize("width", [320, 1280])
def test_no_screen_scrolls_sideways(browser: Browser, site: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    tab = context.new_page()
    too_wide = []
    for address in SCREENS:
        tab.goto(site + address)
        if tab.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(address)
    paste(tab, site, LOG + "x" * 5000 + " error: " + "y" * 5000)
    if tab.evaluate("document.documentElement.scrollWidth") > width:
        too_wide.append("answer")
    context.close()
    assert too_wide == []


def test_no_screen_breaks_the_security_policy(tab: Page, site: str) -> None:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            complaints.append(message.text)

    tab.on("console", note)
    for address in SCREENS:
        tab.goto(site + address)
    paste(tab, site, LOG)
    assert complaints == []


def test_a_script_in_a_paste_does_not_run(tab: Page, site: str) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", note)
    paste(tab, site, "error: <script>alert(1)</script><img src=x onerror=alert(2)>\n" + LOG)
    expect(tab.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert dialogs == []


def test_lines_are_shown_under_their_own_numbers(tab: Page, site: str) -> None:
    paste(tab, site, "\n" * 41 + LOG)
    assert tab.locator(".log li").first.get_attribute("value") == "43"


def test_the_first_tab_stop_leads_past_the_head_of_the_page(tab: Page, site: str) -> None:
    tab.goto(site + PAGE)
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="Skip to content")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_be_focused()


def test_the_colours_are_the_readers_choice_on_every_page(tab: Page, site: str) -> None:
    tab.emulate_media(color_scheme="light")
    tab.goto(site)
    background = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(background)
    tab.get_by_label("Colours").select_option("Dark")
    dark = tab.evaluate(background)
    assert dark != light
    tab.goto(site + PAGE)
    assert tab.evaluate(background) == dark
    tab.get_by_label("Colours").select_option("Auto")
    assert tab.evaluate(background) == light
    tab.emulate_media(color_scheme="dark")
    assert tab.evaluate(background) == dark


def test_a_link_to_a_fix_lands_on_it(tab: Page, site: str) -> None:
    tab.goto(site + PAGE + "#fix-add-key")
    expect(tab.locator("#fix-add-key")).to_be_in_viewport()
