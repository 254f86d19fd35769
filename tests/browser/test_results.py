"""From a paste to the fix: the log beside the answers, the commands, the way to the page and back."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.screens import PASTES, paste

ADDRESS = "/errors/ssh/permission-denied-publickey/"
FILLED = "deploy@git.harborlane.example"


def text_of(name: str) -> str:
    return (PASTES / name).read_text(encoding="utf-8")


@pytest.fixture
def results(tab: Page, shared_site: str) -> Page:
    tab.goto(shared_site)
    paste(tab, text_of("answered.log"))
    return tab


def focused(tab: Page) -> str:
    return str(tab.evaluate("document.activeElement.id"))


def test_the_first_answer_leads_to_its_page(results: Page, shared_site: str) -> None:
    results.get_by_role("link", name="Permission denied (publickey)", exact=True).first.click()
    expect(results.get_by_role("heading", level=1)).to_have_text("Permission denied (publickey)")
    assert results.url == shared_site + ADDRESS


def test_what_was_captured_goes_on_to_the_page_and_into_no_address(results: Page, shared_site: str) -> None:
    results.get_by_role("link", name="Open the page about Permission denied").click()
    results.wait_for_url(shared_site + ADDRESS)
    kept = results.evaluate("(page) => sessionStorage.getItem(`fixpoint:values:${page}`)", ADDRESS[8:-1])
    assert json.loads(kept) == {"name": "deploy", "host": "git.harborlane.example"}
    assert results.evaluate("Object.keys(sessionStorage).length") == 1


def test_back_from_a_page_shows_the_answers_without_asking_to_send_again(results: Page, shared_site: str) -> None:
    results.get_by_role("link", name="Open the page about Permission denied").click()
    results.wait_for_url(shared_site + ADDRESS)
    results.go_back()
    expect(results.get_by_role("heading", level=1)).to_have_text("One page answers this")


def test_a_command_is_copied_with_the_values_from_the_log(tab: Page, shared_site: str) -> None:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shared_site)
    tab.goto(shared_site)
    paste(tab, text_of("answered.log"))
    tab.get_by_role("button", name="Copy").first.click()
    expect(tab.get_by_role("button", name="Copied")).to_be_visible()
    assert f"ssh -vT {FILLED} " in tab.evaluate("navigator.clipboard.readText()")


def test_where_the_clipboard_is_refused_the_command_is_selected(tab: Page, shared_site: str) -> None:
    tab.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    tab.goto(shared_site)
    paste(tab, text_of("answered.log"))
    tab.get_by_role("button", name="Copy").first.click()
    assert f"ssh -vT {FILLED} " in tab.evaluate("getSelection().toString()")


def test_the_command_with_its_placeholders_is_one_click_away(results: Page) -> None:
    open_slots = results.get_by_text("ssh -vT NAME@HOST")
    expect(open_slots).to_be_hidden()
    results.get_by_text("Filled in with values from your text").click()
    expect(open_slots).to_be_visible()


def test_lines_are_shown_under_their_own_numbers_and_the_rest_is_folded(results: Page) -> None:
    first = results.locator(".log .hit").first
    assert first.get_attribute("value") == "207"
    expect(first.locator("mark")).to_have_text("Permission denied (publickey).")
    expect(results.get_by_text("… 203 lines …")).to_be_visible()
    expect(results.locator(".log").get_by_text("Uploading chunk 9 of 25")).to_be_hidden()
    results.get_by_text("… 28 lines …").click()
    expect(results.locator(".log").get_by_text("Uploading chunk 9 of 25")).to_be_visible()


def test_n_and_p_go_from_line_to_line_while_the_log_has_the_focus(results: Page) -> None:
    results.keyboard.press("n")
    assert focused(results) == ""
    results.get_by_role("region", name="Your text").focus()
    for key, line in (("n", "L207"), ("n", "L208"), ("n", "L212"), ("n", "L207"), ("p", "L212")):
        results.keyboard.press(key)
        assert focused(results) == line
    results.get_by_role("button", name="Next").click()
    assert focused(results) == "L207"


def test_a_line_leads_to_its_answer_and_an_answer_to_its_line(results: Page) -> None:
    results.locator("#answer-2 .line-link").click()
    expect(results.locator("#L212")).to_be_in_viewport()
    results.keyboard.press("n")
    assert focused(results) == "L207", "going on begins where the link led to"
    results.get_by_role("link", name="led to answer 2").click()
    expect(results.locator("#answer-2")).to_be_in_viewport()


def test_without_javascript_no_button_is_dead(plain_tab: Page, shared_site: str) -> None:
    plain_tab.goto(shared_site)
    paste(plain_tab, text_of("answered.log"))
    for name in ("Copy", "Next", "Previous"):
        assert plain_tab.get_by_role("button", name=name).count() == 0
    plain_tab.locator("#answer-1 .line-link").click()
    expect(plain_tab.locator("#L207")).to_be_in_viewport()
    plain_tab.get_by_role("link", name="Open the page about Permission denied").click()
    assert plain_tab.url == shared_site + ADDRESS


def test_the_unknown_lines_can_be_searched_for(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site)
    paste(tab, text_of("unknown.log"))
    tab.get_by_role("button", name="Search for these words").click()
    tab.wait_for_load_state()
    assert "/search?q=upload+to+failed" in tab.url
    assert "k33p" not in tab.url


def test_a_script_in_a_paste_does_not_run(tab: Page, shared_site: str) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", note)
    tab.goto(shared_site)
    paste(tab, "error: <script>alert(1)</script><img src=x onerror=alert(2)>\n" + text_of("answered.log"))
    expect(tab.locator(".log").get_by_text("<script>alert(1)</script>")).to_be_visible()
    assert dialogs == []
