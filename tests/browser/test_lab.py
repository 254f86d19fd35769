"""The lab beside a field says, while a signature is typed, what the server says of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.screens import log_in
from tests.browser.site import AUTHOR

LAB = "/admin/desk/lab/?page=ssh/permission-denied-publickey"


@pytest.fixture(scope="module")
def author(browser: Browser, shared_site: str) -> Iterator[Page]:
    """A tab in which an author is logged in."""
    context = browser.new_context()
    tab = context.new_page()
    log_in(tab, shared_site, AUTHOR)
    yield tab
    context.close()


def test_what_a_signature_does_is_said_while_it_is_typed(author: Page, shared_site: str) -> None:
    author.goto(shared_site + LAB)
    lab = author.locator("details.lab")
    author.get_by_role("textbox", name="Signature").press_sequentially("Permission denied (publickey)", delay=5)
    expect(lab.locator("summary")).to_contain_text("hits")
    lab.locator("summary").click()
    expect(lab.get_by_role("rowheader").filter(has_text="hit-").first).to_be_visible()
    expect(author.get_by_role("status").filter(has_text="hits")).to_have_count(1)


def test_nothing_below_the_field_moves_while_one_types(author: Page, shared_site: str) -> None:
    author.goto(shared_site + LAB)
    button = author.get_by_role("button", name="Try it")
    before = button.bounding_box()
    author.get_by_role("textbox", name="Signature").fill("<any>")
    expect(author.locator("details.lab summary")).to_contain_text("Can never fire")
    assert button.bounding_box() == before


def test_only_the_newest_answer_is_shown(author: Page, shared_site: str) -> None:
    author.goto(shared_site + LAB)
    field, summary = author.get_by_role("textbox", name="Signature"), author.locator("details.lab summary")
    held = []
    author.route("**/desk/lab/signature/", lambda route: held.append(route), times=1)
    with author.expect_request("**/desk/lab/signature/"):
        field.fill("Permission denied (publickey)")
    field.fill("<any>")
    expect(summary).to_contain_text("Can never fire")


def test_a_field_that_comes_later_has_the_lab_as_well(author: Page, shared_site: str) -> None:
    author.goto(shared_site + LAB)
    author.evaluate("""() => {
        const field = document.querySelector("textarea[data-lab]");
        const other = field.cloneNode();
        other.name = "signatures-1-regex";
        other.id = "later";
        other.setAttribute("aria-label", "Later");
        field.closest("form").append(other);
    }""")
    author.get_by_label("Later").fill("(?=no) look-ahead there")
    expect(author.locator("#later + details.lab summary")).to_contain_text("not a regular expression")


def test_a_server_that_does_not_answer_is_said(author: Page, shared_site: str) -> None:
    author.goto(shared_site + LAB)
    author.route("**/desk/lab/signature/", lambda route: route.fulfill(status=502, body="<h1>no</h1>"), times=1)
    author.get_by_role("textbox", name="Signature").fill("Permission denied (publickey)")
    expect(author.locator("details.lab summary")).to_contain_text("does not answer just now")


def test_the_open_lab_has_no_fault_that_axe_knows(author: Page, shared_site: str) -> None:
    author.goto(shared_site + LAB)
    author.get_by_role("textbox", name="Signature").fill("Permission denied (publickey)")
    expect(author.locator("details.lab summary")).to_contain_text("hits")
    author.locator("details.lab summary").click()
    author.set_viewport_size({"width": 320, "height": 800})
    assert author.evaluate("document.documentElement.scrollWidth") <= 320
    results = Axe().run(author)
    assert results.violations_count == 0, results.generate_report()


def test_without_javascript_a_button_says_the_same(browser: Browser, author: Page, shared_site: str) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=author.context.storage_state())
    tab = context.new_page()
    tab.goto(shared_site + LAB)
    tab.get_by_role("textbox", name="Signature").fill("Permission denied (publickey)")
    tab.get_by_role("button", name="Try it").click()
    expect(tab.get_by_role("rowheader").filter(has_text="hit-").first).to_be_visible()
    context.close()
