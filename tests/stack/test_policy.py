"""Pages that are not ours, in a browser, under our content security policy: the admin and the API's own."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.stack.site import Site

AN_ADMIN_AND_A_JOB = """
from kb.models import User
from kb.services import jobs
User.objects.create_superuser("ada", password="correct horse battery")
jobs.enqueue("forget_done_jobs")
"""


def refusals(tab: Page) -> list[str]:
    """What the browser refuses from now on because of the policy; grows while the test goes on."""
    refused: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    tab.on("console", note)
    return refused


def test_the_admin_works(site: Site, tab: Page) -> None:
    site.python(AN_ADMIN_AND_A_JOB)
    refused = refusals(tab)
    tab.goto(f"{site.address}/admin/")
    tab.fill("#id_username", "ada")
    tab.fill("#id_password", "correct horse battery")
    tab.get_by_role("button", name="Log in").click()
    expect(tab.locator("#content h1")).to_have_text("What needs a person")
    for model in ("job", "page", "source", "user"):
        tab.goto(f"{site.address}/admin/kb/{model}/")
        expect(tab.locator("#changelist")).to_be_visible()
    tab.goto(f"{site.address}/admin/kb/job/")
    tab.locator("#result_list th a").first.click()
    expect(tab.locator("#content")).to_contain_text("forget_")
    assert refused == []


def test_the_api_can_be_tried(site: Site, tab: Page) -> None:
    refused = refusals(tab)
    tab.goto(f"{site.address}/api/v1/docs")
    expect(tab.locator(".opblock").first).to_be_visible()
    tab.locator(".opblock-get .opblock-summary-control").first.click()
    tab.locator(".try-out__btn").first.click()
    tab.locator(".execute").first.click()
    expect(tab.locator(".responses-table.live-responses-table tbody .response-col_status").first).to_contain_text("200")
    # The style sheet draws a few arrows as data: pictures; those alone are missing.
    assert [text for text in refused if "img-src" not in text and "image" not in text] == []
