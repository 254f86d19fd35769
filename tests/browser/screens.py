"""Every screen that a reader can see, and how to get there: what is checked of one is checked of all.

The addresses and texts lead to the same screens on a site with a few pages and on one with all of `fixtures/pages`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.site import ADMINISTRATOR, AUTHOR, PASSWORD, REVIEWER

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASTES = Path(__file__).with_name("pastes")
BOX = "An error message, a log"
SEND = "Find the page"
PREVIEW = "Show what you would keep"


@dataclass(frozen=True, slots=True)
class Screen:
    name: str
    address: str = "/"
    paste: str = ""
    """File of a text that is pasted into the box at the address."""
    button: str = SEND
    heading: str = ""
    """What its heading says on the tests' own site, where that tells that the right screen was reached."""
    role: str = ""
    """As whom it is seen; readers have no account."""
    follow: str = ""
    """Name of a link at the address that leads there: for rows whose number no test knows. Of several one after the
    other, parted by ` > `."""

    def show(self, tab: Page, site: str) -> None:
        """Go there as a reader does; of a screen of the desk, in a tab where `role` is logged in."""
        tab.goto(site + self.address)
        for name in filter(None, self.follow.split(" > ")):
            tab.get_by_role("main").get_by_role("link", name=name).first.click()
            tab.wait_for_load_state()
        if self.paste:
            paste(tab, (PASTES / self.paste).read_text(encoding="utf-8"), self.button)


def paste(tab: Page, text: str, button: str = SEND) -> None:
    """Paste a text into the box of this page, and wait for what comes of it."""
    tab.get_by_label(BOX).fill(text)
    tab.get_by_role("button", name=button).click()
    tab.wait_for_load_state()


def log_in(tab: Page, site: str, role: str) -> None:
    tab.goto(f"{site}/admin/login/")
    tab.get_by_label("Username").fill(role)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Log in").click()
    tab.wait_for_load_state()


SCREENS: Sequence[Screen] = (
    Screen("home"),
    Screen("answered", paste="answered.log", heading="One page answers this"),
    Screen("several", paste="several.log", heading="3 pages answer this"),
    Screen("likely", paste="likely.log", heading="One page probably answers this"),
    Screen("symptom", paste="symptom.log", heading="Only a symptom is known here"),
    Screen("unknown", paste="unknown.log", heading="No page answers this yet"),
    Screen("question", paste="question.txt", heading="The pages that come nearest"),
    Screen("preview", paste="unknown.log", button=PREVIEW, heading="What would be kept"),
    Screen("empty-box", paste="blank.txt", heading="I got this error"),
    Screen("page", "/errors/ssh/permission-denied-publickey/", heading="Permission denied (publickey)"),
    Screen("page-of-a-symptom", "/errors/github-actions/process-completed-with-exit-code-1/"),
    Screen("history", "/errors/ssh/permission-denied-publickey/history/?from=1&to=1"),
    Screen("browse", "/errors/", heading="All errors"),
    Screen("browse-recent", "/errors/?sort=recent"),
    Screen("tool", "/errors/git/", heading="Git errors"),
    Screen("tool-narrowed", "/errors/git/?role=cause"),
    Screen("about", "/about"),
    Screen("privacy", "/privacy"),
    Screen("search", "/search?q=permission+denied", heading="Search"),
    Screen("search-empty", "/search"),
    Screen("search-in-vain", "/search?q=zzzyzx", heading="Search"),
    Screen("search-for-one-word", f"/search?q={'x' * 500}"),
    Screen("no-such-page", "/no/such/page"),
)

DESK_SCREENS: Sequence[Screen] = (
    Screen("desk-login", "/admin/login/", heading="Log in"),
    Screen("desk", "/admin/", role=ADMINISTRATOR),
    Screen("desk-of-an-author", "/admin/", role=AUTHOR),
    Screen("desk-readers", "/admin/desk/readers/", heading="What readers say", role=REVIEWER),
    Screen("desk-silent", "/admin/desk/silent/", heading="Silent pages", role=AUTHOR),
    Screen("desk-readers-of-a-page", "/admin/desk/readers/?of=ssh/permission-denied-publickey", role=REVIEWER),
    Screen("desk-readers-in-vain", "/admin/desk/readers/?state=used", role=REVIEWER),
    Screen("desk-rows", "/admin/kb/page/", role=REVIEWER),
    Screen("desk-row", "/admin/kb/page/", role=REVIEWER, follow="ssh/host-key-verification-failed"),
    Screen("desk-unknowns", "/admin/desk/unknowns/", role=AUTHOR, heading="Unknown errors"),
    Screen("desk-unknowns-wrong", "/admin/desk/unknowns/?since=never&state=x", role=AUTHOR, heading="Unknown errors"),
    Screen("desk-exchange", "/admin/desk/exchange/", role=REVIEWER, heading="Import and export"),
    Screen(
        "desk-exchange-wrong",
        "/admin/desk/exchange/export?kind=rar&pages=a/b",
        role=AUTHOR,
        heading="Import and export",
    ),
    Screen("desk-unknown", "/admin/desk/unknowns/", role=AUTHOR, follow="flux capacitor", heading="Unknown error"),
    Screen("desk-drafts", "/admin/desk/drafts/", role=AUTHOR, heading="Drafts"),
    Screen("desk-new-page", "/admin/desk/pages/new", role=AUTHOR, heading="New page"),
    Screen("desk-page", "/admin/desk/pages/ssh/every-field/", role=AUTHOR, heading="ssh/every-field"),
    Screen("desk-draft", "/admin/desk/drafts/?show=mine", role=AUTHOR, follow="ssh/every-field", heading="Edit"),
    Screen("desk-review", "/admin/desk/drafts/?show=to-review", role=REVIEWER, follow="git/could-not-resolve-host"),
    Screen("desk-sample", "/admin/desk/pages/ssh/every-field/", role=REVIEWER, follow="hit-clone.log"),
    Screen("desk-aliases", "/admin/desk/pages/ssh/every-field/addresses", role=REVIEWER, heading="Old addresses"),
    Screen("desk-people", "/admin/desk/people/", role=ADMINISTRATOR, heading="People"),
    Screen("desk-person", "/admin/desk/people/", role=ADMINISTRATOR, follow=AUTHOR, heading=AUTHOR),
    Screen("desk-tokens", "/admin/desk/tokens/", role=AUTHOR, heading="API tokens"),
    Screen("desk-tokens-of-all", "/admin/desk/tokens/", role=ADMINISTRATOR, heading="API tokens"),
    Screen("desk-audit", "/admin/admin/logentry/", role=ADMINISTRATOR),
    Screen(
        "desk-blast",
        "/admin/desk/drafts/?show=to-review",
        role=REVIEWER,
        follow="git/could-not-resolve-host > What it would change",
        heading="would change",
    ),
    Screen("desk-lab", "/admin/desk/lab/?page=ssh/permission-denied-publickey", heading="Signature lab", role=AUTHOR),
    Screen("desk-change-password", "/admin/password_change/", role=AUTHOR, heading="Change your password"),
    Screen("desk-forgotten-password", "/admin/password/forgotten/", heading="Forgotten your password?"),
    Screen("desk-used-link", "/admin/password/set/MQ/x/"),
    Screen("desk-evidence", "/admin/desk/evidence/", role=REVIEWER, heading="Evidence"),
    Screen("desk-evidence-narrowed", "/admin/desk/evidence/?state=dead", role=AUTHOR, heading="Evidence"),
    Screen("desk-source", "/admin/desk/evidence/?state=dead", role=REVIEWER, follow="The manual"),
    Screen("desk-page-evidence", "/admin/desk/pages/ssh/every-field/evidence", role=REVIEWER, heading="Evidence of"),
    Screen("desk-edit-evidence", "/admin/desk/pages/ssh/every-field/evidence", role=REVIEWER, follow="Edit evidence"),
    Screen("desk-due", "/admin/desk/due/", role=REVIEWER, heading="Due for review"),
)
"""The curators' screens. What is there to see on them, `site.py` puts on the tests' own site."""
