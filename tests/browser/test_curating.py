"""A curator's whole way in a browser: from what ten people pasted in vain to the answer that the next one gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.jobs import CLOSE_ANSWERED_UNKNOWNS
from kb.models import Job, UnknownError, UnknownState
from kb.services import jobs
from kb.services.recording import Recorder
from kb.services.roles import AUTHOR, REVIEWER
from tests import builders
from tests.browser.screens import log_in, paste
from tests.browser.site import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

LOG = "step 1\nfatal: the flux capacitor of car-7 ran dry at 88 mph\n"
ADDRESS = "ssh/flux-capacitor-ran-dry"
TOO_SHORT = "Permission denied (publickey)"
BY_ITSELF = "fatal: the flux capacitor of <name> ran dry at <num> mph"


@pytest.fixture
def tab_of(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """Opens a tab in which somebody in this role is logged in."""
    contexts = []

    def opened(role: str) -> Page:
        user = builders.a_curator(role, role)
        user.set_password(PASSWORD)
        user.save()
        contexts.append(browser.new_context())
        tab = contexts[-1].new_page()
        log_in(tab, site, role)
        return tab

    yield opened
    for context in contexts:
        context.close()


def press(tab: Page, name: str) -> None:
    with tab.expect_navigation():
        tab.get_by_role("button", name=name, exact=True).click()


def heading(tab: Page) -> str:
    return tab.locator("h1").inner_text()


def test_from_the_queue_to_the_answer(tab: Page, site: str, recorder: Recorder, tab_of: Callable[[str], Page]) -> None:
    for _ in range(10):
        tab.goto(site)
        paste(tab, LOG)
        assert heading(tab) == "No page answers this yet"
    recorder.write()

    # The queue, and a draft from its first line.
    author = tab_of(AUTHOR)
    author.get_by_role("link", name="Unknown errors", exact=True).click()
    author.get_by_role("link", name="flux capacitor").click()
    expect(author.get_by_text("10 times")).to_be_visible()
    author.get_by_label("Address").fill(ADDRESS)
    press(author, "Start a draft")
    expect(author.get_by_role("heading", level=1)).to_contain_text(ADDRESS)

    # As it is typed, the lab says that this text belongs to another page; the mended one is this page's alone.
    author.locator("summary", has_text="flux capacitor").first.click()
    text = author.locator("#f-signatures-0-text")
    said = author.locator("details.lab summary").first
    text.fill(TOO_SHORT)
    expect(said).to_contain_text("other pages")
    text.fill(BY_ITSELF)
    expect(said).to_contain_text("In 1 of 1 hit")
    expect(said).not_to_contain_text("other pages")
    author.get_by_label("Title", exact=False).first.fill("The flux capacitor ran dry")
    author.get_by_label("Summary", exact=False).first.fill("Fill it.")
    author.get_by_role("button", name="Add cause").click()
    author.keyboard.type("empty")
    author.keyboard.press("Tab")
    author.keyboard.type("Nobody filled it")
    press(author, "Save")

    # The gate wants evidence for the cause; its author proposes some, the reviewer accepts it.
    expect(author.get_by_role("region", name="1 thing to mend")).to_contain_text("no accepted evidence supports")
    author.goto(f"{site}/admin/desk/pages/{ADDRESS}/evidence?supports=empty")
    author.get_by_label("Address").fill(builders.MANUAL)
    author.get_by_label("What it shows").fill("Says that it empties.")
    press(author, "Propose")
    reviewer = tab_of(REVIEWER)
    reviewer.goto(f"{site}/admin/desk/pages/{ADDRESS}/evidence")
    reviewer.get_by_role("checkbox").first.check()
    press(reviewer, "Accept")

    # Submitted by one, published by the other.
    author.goto(f"{site}/admin/desk/drafts/?show=mine")
    author.get_by_role("link", name=ADDRESS).click()
    press(author, "Save and go to review")
    author.get_by_label("A word to the reviewer").fill("Ten people met it")
    press(author, "Submit for review")
    reviewer.goto(f"{site}/admin/desk/drafts/?show=review")
    reviewer.get_by_role("link", name=ADDRESS).click()
    expect(reviewer.get_by_text("Ten people met it").first).to_be_visible()
    press(reviewer, "Publish")

    # The next one who pastes it is answered, and the queue is empty.
    tab.goto(site)
    paste(tab, LOG)
    assert heading(tab) == "One page answers this"
    for job in Job.objects.filter(name=CLOSE_ANSWERED_UNKNOWNS, state=Job.State.QUEUED):
        jobs.run(job.pk)
    assert UnknownError.objects.get().state == UnknownState.ANSWERED
    author.goto(f"{site}/admin/desk/unknowns/")
    expect(author.get_by_role("link", name="flux capacitor")).to_have_count(0)
