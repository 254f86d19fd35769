"""The editor in a browser: rows by keyboard and by drag, leaving, and all of it without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

from kb.models import Page as KbPage
from kb.models import Revision
from kb.queries.drafts import version_of, wording_of
from kb.services import drafting
from kb.services.roles import AUTHOR
from tests import builders
from tests.browser.screens import log_in
from tests.browser.site import PASSWORD
from tests.browser.test_screens import violations

pytestmark = pytest.mark.django_db(transaction=True)

FULL = "ssh/permission-denied-publickey"


@pytest.fixture
def draft(site: str) -> Revision:
    ada = builders.a_curator(AUTHOR)
    ada.set_password(PASSWORD)
    ada.save()
    return drafting.start_draft(KbPage.objects.at(FULL).get(), ada)


def open_editor(tab: Page, site: str, draft: Revision) -> None:
    log_in(tab, site, AUTHOR)
    tab.goto(f"{site}/admin/desk/drafts/{draft.pk}/")


def save(tab: Page) -> None:
    with tab.expect_navigation():
        tab.get_by_role("button", name="Save", exact=True).click()


def causes(draft: Revision) -> list[str]:
    return [cause.key for cause in drafting.content_of(Revision.objects.get(pk=draft.pk)).causes]


def test_rows_are_moved_added_and_removed_by_keyboard(tab: Page, site: str, draft: Revision) -> None:
    open_editor(tab, site, draft)
    down = tab.get_by_role("button", name="Move down: cause wrong-key")
    down.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-state]")).to_have_text("Moved to place 2 of 2; not saved yet")
    # It went to the end: the focus is on the way back.
    expect(tab.get_by_role("button", name="Move up: cause wrong-key")).to_be_focused()
    tab.get_by_role("button", name="Add cause").focus()
    tab.keyboard.press("Enter")
    tab.keyboard.type("third-one")
    tab.keyboard.press("Tab")
    tab.keyboard.type("A third one")
    save(tab)
    assert causes(draft) == ["no-agent", "wrong-key", "third-one"]
    remove = tab.get_by_role("button", name="Remove: cause third-one")
    remove.focus()
    tab.keyboard.press("Enter")
    tab.get_by_role("button", name="Undo").click()
    expect(remove).to_be_visible()
    remove.click()
    save(tab)
    assert causes(draft) == ["no-agent", "wrong-key"]


def test_rows_are_moved_by_drag(tab: Page, site: str, draft: Revision) -> None:
    open_editor(tab, site, draft)
    tab.locator("#f-causes-1 [data-handle]").first.drag_to(
        tab.locator("#f-causes-0"), target_position={"x": 20, "y": 3}
    )
    expect(tab.locator("[data-state]")).to_contain_text("Moved to place 1 of 2")
    save(tab)
    assert causes(draft) == ["no-agent", "wrong-key"]


def test_rows_within_new_rows_and_keys_that_were_just_typed_are_there(tab: Page, site: str, draft: Revision) -> None:
    open_editor(tab, site, draft)
    tab.get_by_role("button", name="Add cause").click()
    tab.keyboard.type("just-typed")
    tab.keyboard.press("Tab")
    tab.keyboard.type("Just typed")
    tab.locator("#f-fixes-0 summary").first.click()
    tab.get_by_role("checkbox", name="just-typed").check()
    tab.get_by_role("button", name="Add step").click()
    step = tab.locator('[data-list="steps"] > [data-rows] > [data-row]').last
    step.get_by_label("Title").fill("A new step")
    step.get_by_role("button", name="Add outcome").click()
    step.get_by_label("What is seen").fill("something")
    step.get_by_label("Leads to").fill("just-typed")
    assert "just-typed" in tab.eval_on_selector_all("#parts option", "options => options.map(one => one.value)")
    save(tab)
    said = drafting.content_of(Revision.objects.get(pk=draft.pk))
    assert "just-typed" in said.fixes[0].for_
    assert [(outcome.when, outcome.go) for outcome in said.steps[-1].outcomes] == [("something", "just-typed")]


def test_nobody_leaves_with_unsaved_changes_unasked(tab: Page, site: str, draft: Revision) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    open_editor(tab, site, draft)
    tab.on("dialog", stay)
    tab.get_by_label("Title").first.fill("Typed")
    tab.get_by_role("link", name="Drafts").first.click()
    expect(tab.get_by_label("Title").first).to_have_value("Typed")
    assert asked == ["beforeunload"]
    save(tab)
    tab.get_by_role("link", name="Drafts").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Drafts")
    assert asked == ["beforeunload"]
    assert Revision.objects.get(pk=draft.pk).title == "Typed"


def test_whoever_was_logged_out_meanwhile_loses_nothing(tab: Page, site: str, draft: Revision) -> None:
    open_editor(tab, site, draft)
    tab.get_by_label("Title").first.fill("Typed")
    tab.context.clear_cookies()
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("[data-state]")).to_contain_text("You are logged out")
    another = tab.context.new_page()
    log_in(another, site, AUTHOR)
    save(tab)
    assert Revision.objects.get(pk=draft.pk).title == "Typed"


def test_what_was_typed_stays_when_the_site_does_not_answer(tab: Page, site: str, draft: Revision) -> None:
    open_editor(tab, site, draft)
    tab.get_by_label("Title").first.fill("Typed")
    tab.context.set_offline(True)
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("[data-state]")).to_contain_text("The site does not answer")
    expect(tab.get_by_label("Title").first).to_have_value("Typed")


def test_all_of_it_works_without_scripts(plain_tab: Page, site: str, draft: Revision) -> None:
    open_editor(plain_tab, site, draft)
    plain_tab.get_by_label("Title").first.fill("Typed")
    plain_tab.get_by_role("button", name="Move down: cause wrong-key").click()
    plain_tab.get_by_role("button", name="Add cause").click()
    row = plain_tab.locator("#f-causes-2")
    expect(row.locator("summary").first).to_be_focused()
    row.get_by_label("Title").fill("A third one")
    plain_tab.get_by_role("button", name="Remove: cause no-agent").click()
    expect(plain_tab.get_by_label("Title").first).to_have_value("Typed")
    save(plain_tab)
    assert causes(draft) == ["wrong-key", "a-third-one"]
    assert wording_of(Revision.objects.get(pk=draft.pk))["title"] == "Typed"


def test_what_only_some_drafts_show_is_accessible_too(tab: Page, site: str, draft: Revision) -> None:
    """A draft that is outdated, one that somebody else saved meanwhile, and a preview."""
    page = KbPage.objects.at(FULL).get()
    builders.publish_edit(page, title="Theirs", why="Theirs.")
    wording = wording_of(draft)
    assert draft.author
    drafting.save(draft, wording | {"title": "Ours"}, draft.author, version_of(wording))
    tab.set_viewport_size({"width": 320, "height": 800})
    open_editor(tab, site, draft)
    wording = wording_of(draft)
    drafting.save(draft, wording | {"fixed_in": "3.11"}, draft.author, version_of(wording))
    save(tab)
    expect(tab.get_by_role("heading", name="You saved this draft in another window")).to_be_visible()
    reports = [violations(tab)]
    for name in ("rebase", "preview", "review", "compare"):
        tab.goto(f"{site}/admin/desk/drafts/{draft.pk}/{name}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        reports.append(violations(tab))
    assert [report for report in reports if report] == []
