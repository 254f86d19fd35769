"""Readers speak with and without a script; what they sent is in the database, and they are led on."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kb.models import Feedback
from tests.browser.screens import paste

pytestmark = [pytest.mark.django_db(transaction=True)]

PAGE = "/errors/ssh/permission-denied-publickey/"
LOG = "connection was reset by example.com\ngit@example.com: Permission denied (publickey).\n"


def kept() -> list[tuple[str, str, str]]:
    return list(Feedback.objects.order_by("pk").values_list("part", "verdict", "state"))


def open_folds(tab: Page) -> None:
    tab.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")


def test_a_vote_takes_one_key_and_the_page_stays(tab: Page, site: str) -> None:
    tab.goto(site + PAGE)
    open_folds(tab)
    tab.get_by_role("button", name="This worked").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("status").filter(has_text="Thank you.")).to_be_visible()
    assert tab.url == site + PAGE
    assert kept() == [("add-key", "solved", "counted")]
    assert tab.context.cookies() == []
    assert tab.get_by_role("button", name="This worked").count() == 0


def test_a_correction_is_sent_without_leaving_and_says_what_is_missing(tab: Page, site: str) -> None:
    tab.goto(site + PAGE)
    open_folds(tab)
    text = tab.get_by_label("What is wrong, and what is right")
    text.fill("   ")
    tab.get_by_role("button", name="Send the correction").click()
    form = tab.locator("form", has=text)
    expect(form.get_by_role("status")).to_have_text("Say what is wrong, and what is right if you know it.")
    tab.get_by_label("What it is about").select_option("wrong-key")
    text.fill("The server may know it and refuse it.")
    tab.get_by_role("button", name="Send the correction").click()
    expect(tab.get_by_role("status").filter(has_text="Thank you.")).to_be_visible()
    assert kept() == [("wrong-key", "correction", "open")]


def test_not_my_error_shows_what_goes_with_it_and_leads_to_the_next_answer(tab: Page, site: str) -> None:
    tab.goto(site)
    paste(tab, LOG)
    open_folds(tab)
    first = tab.locator("#answer-1")
    line = first.get_by_role("checkbox")
    shown = line.locator("xpath=..").inner_text().strip()
    first.get_by_role("button", name="This is not my error").click()
    link = first.get_by_role("link", name="See what else comes near")
    expect(link).to_be_focused()
    link.click()
    assert tab.url.endswith("#answer-2")
    report = Feedback.objects.get()
    assert (report.verdict, report.lines) == ("wrong", shown)


def test_a_line_that_is_not_ticked_stays_here(tab: Page, site: str) -> None:
    tab.goto(site)
    paste(tab, LOG)
    open_folds(tab)
    first = tab.locator("#answer-1")
    first.get_by_role("checkbox").uncheck()
    first.get_by_role("button", name="This is not my error").click()
    expect(first.get_by_role("status")).to_contain_text("Thank you.")
    assert Feedback.objects.get().lines == ""


def test_without_a_script_a_vote_leads_to_thanks_and_back(plain_tab: Page, site: str) -> None:
    plain_tab.goto(f"{site}{PAGE}#fix-add-key")
    plain_tab.get_by_role("button", name="It did not").click()
    assert plain_tab.get_by_role("heading", level=1).inner_text() == "Thank you"
    plain_tab.get_by_role("link", name="Back to the page").click()
    assert plain_tab.url == f"{site}{PAGE}#fix-add-key"
    assert kept() == [("add-key", "not_solved", "counted")]
    assert plain_tab.context.cookies() == []


def test_without_a_script_going_back_from_the_thanks_shows_the_answers_again(plain_tab: Page, site: str) -> None:
    plain_tab.goto(site)
    paste(plain_tab, LOG)
    plain_tab.locator("#answer-1").get_by_role("button", name="Yes").click()
    assert plain_tab.get_by_role("heading", level=1).inner_text() == "Thank you"
    plain_tab.go_back()
    assert plain_tab.locator("#answer-2").is_visible()


@pytest.mark.parametrize("text", ["The flag is -o.", " "])
def test_the_page_that_answers_without_a_script_is_accessible_and_fits(tab: Page, site: str, text: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(site + PAGE)
    open_folds(tab)
    tab.get_by_label("What is wrong, and what is right").fill(text)
    with tab.expect_navigation():
        tab.evaluate("document.querySelector('#correction-text').form.submit()")
    assert tab.url == f"{site}/feedback"
    results = Axe().run(tab, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
