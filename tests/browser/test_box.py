"""The box: what may be put into it, what it says meanwhile, and what it holds on the way back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.screens import BOX, PASTES, SEND, paste

LOG = (PASTES / "answered.log").read_text(encoding="utf-8")
ANSWERED = "One page answers this"
DROP = """async ([name, line, times, tail]) => {
    const data = new DataTransfer();
    data.items.add(new File([line.repeat(times), tail], name));
    const beside = document.querySelector("h1");
    for (const type of ["dragenter", "dragover", "drop"])
        beside.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
LINE = "all is well, all is well, all is well, all is well\n"
FIVE_MEGABYTES = 5 * 1024 * 1024 // len(LINE)
NOTE_PROGRESS = """() => {
    const text = document.querySelector("[data-progress-text]");
    const note = () => sessionStorage.setItem("said", (sessionStorage.getItem("said") ?? "") + text.textContent);
    new MutationObserver(note).observe(text, {childList: true});
}"""


@pytest.fixture
def home(tab: Page, shared_site: str) -> Page:
    tab.goto(shared_site)
    return tab


def heading(tab: Page) -> str:
    return tab.get_by_role("heading", level=1).inner_text()


def test_ctrl_enter_sends_the_box(home: Page) -> None:
    box = home.get_by_label(BOX)
    box.fill(LOG)
    box.press("Control+Enter")
    home.wait_for_load_state()
    expect(home.get_by_role("heading", level=1)).to_have_text(ANSWERED)


def test_a_dropped_log_of_five_megabytes_is_read_with_progress_and_answered(home: Page) -> None:
    home.evaluate(NOTE_PROGRESS)
    home.evaluate(DROP, ["build.log", LINE, FIVE_MEGABYTES, LOG])
    expect(home.get_by_text("build.log, 5.0 MB")).to_be_visible()
    home.get_by_role("button", name=SEND).click()
    expect(home.get_by_role("heading", level=1)).to_have_text(ANSWERED)
    expect(home.get_by_text("build.log")).to_be_visible()
    expect(home.locator(".log .hit").first).to_contain_text("Permission denied (publickey)")
    said = home.evaluate("sessionStorage.getItem('said')")
    assert "Reading build.log: 5.0 MB of 5.0 MB" in said
    assert re.search(r"Sending build.log, \d+ kB", said), "packed, it is a tenth of the size or less"


def test_sending_can_be_cancelled(home: Page) -> None:
    held: list[Route] = []
    home.route("**/match", lambda route: held.append(route))
    # In the page: while it is being left, nothing waits for it from outside.
    home.evaluate(
        """() => {
            const text = document.querySelector("[data-progress-text]");
            const cancel = () => {
                if (!text.textContent.startsWith("Sending")) return;
                setTimeout(() => {
                    document.querySelector("[data-cancel]").click();
                    document.documentElement.dataset.cancelled = "";
                }, 300);
            };
            new MutationObserver(cancel).observe(text, {childList: true});
        }"""
    )
    home.evaluate(DROP, ["build.log", LINE, FIVE_MEGABYTES, LOG])
    home.get_by_role("button", name=SEND).click(no_wait_after=True)
    expect(home.locator("[data-cancelled]")).to_be_attached(timeout=20_000)
    expect(home.get_by_role("progressbar")).to_be_hidden()
    home.get_by_role("button", name="Remove").click()
    expect(home.locator("[data-progress]")).to_be_hidden()
    assert home.get_by_label("or a file").input_value() == ""
    assert heading(home) == "I got this error. What now?"


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(home: Page) -> None:
    home.evaluate(DROP, ["huge.log", LINE, 5 * FIVE_MEGABYTES, ""])
    home.get_by_role("button", name=SEND).click()
    problem = home.get_by_label("or a file").evaluate("(input) => input.validationMessage")
    assert problem.startswith("huge.log holds 25.0 MB, and 10.0 MB are read.")
    assert heading(home) == "I got this error. What now?"


def paste_at(place: Locator, text: str) -> None:
    place.evaluate(
        """(place, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            place.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_a_paste_beside_the_box_goes_into_it_but_one_elsewhere_does_not(home: Page) -> None:
    paste_at(home.get_by_role("heading", level=1), LOG)
    expect(home.get_by_label(BOX)).to_have_value(LOG)
    expect(home.get_by_label(BOX)).to_be_focused()
    paste_at(home.get_by_role("combobox", name="Search the pages"), "a word")
    expect(home.get_by_label(BOX)).to_have_value(LOG)


def test_a_paste_of_megabytes_becomes_a_file(home: Page) -> None:
    paste_at(home.get_by_label(BOX), LINE * 30_000 + LOG)
    expect(home.get_by_text("pasted.log, 1.5 MB")).to_be_visible()
    home.get_by_role("button", name=SEND).click()
    expect(home.get_by_role("heading", level=1)).to_have_text(ANSWERED)


def test_without_javascript_a_file_is_sent_just_as_well(plain_tab: Page, shared_site: str, tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    log.write_text(LINE * 30_000 + LOG)
    plain_tab.goto(shared_site)
    expect(plain_tab.locator("[data-progress]")).to_be_hidden()
    plain_tab.get_by_label("or a file").set_input_files(log)
    plain_tab.get_by_role("button", name=SEND).click()
    assert heading(plain_tab) == ANSWERED
    expect(plain_tab.get_by_text("build.log")).to_be_visible()


def test_the_text_is_in_the_box_again_on_the_way_back(home: Page) -> None:
    paste(home, LOG)
    home.go_back()
    expect(home.get_by_label(BOX)).to_have_value(LOG)


def test_the_text_can_be_edited_and_sent_again(home: Page) -> None:
    paste(home, "it works on my machine\nno error here\n")
    assert heading(home) == "No page answers this yet"
    box = home.get_by_label(BOX)
    expect(box).to_have_value("it works on my machine\nno error here\n")
    box.fill(LOG)
    home.get_by_role("button", name=SEND).click()
    expect(home.get_by_role("heading", level=1)).to_have_text(ANSWERED)
