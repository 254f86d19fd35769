"""The page of an error in a browser: commands with the log's values, contents that follow, links to its parts."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.content import document as doc
from kb.matching.filling import Slot, fill, template
from kb.models import Page as PageRow
from kb.rendering.placeholders import fillable
from tests.browser.screens import paste
from tests.browser.site import EVERY_FIELD
from tests.builders import a_full_doc, a_loaded_page, folder_of, publish_edit

SLUG = EVERY_FIELD
PAGE = f"/errors/{SLUG}/"
CHANGED = "ssh/permission-denied-publickey"
OPEN, FILLED = "ssh-add PATH\nssh -T NAME@HOST", "ssh-add PATH\nssh -T NAME@git.example.com"
COMMANDS = (
    "ssh -T git@{{ host }} -p {{ port }}",
    "ls {{ path }}",
    "ls '{{ path }}'",
    'ls "{{ path }}"',
    "ls 'x {{ path }}/y' z",
    'echo "$(ls {{ path }})"',
    "echo $'{{ path }}'",
    "cat <<EOF\n{{ path }}\nEOF",
    "ls # {{ path }}",
    "x --a={{ path }} --b={{ num }} {{ version }} {{ any }} {{ url }} {{ name }} {{ name_2 }}",
)
VALUES = (
    *("", "a", "/a b", "/a;b", "/a$HOME", "/a'b", "/a`b`", '/a"b', "a\nb", "a\x1b[2J", "a\u202eb", "a\u00a0b"),
    *("-rf", "--version", "[redacted]", "a[redacted]b", "x" * 200, "x" * 201, "😀" * 150, "😀" * 201, "é", "größe"),
    *("22", "70000", "123456", "-1", "0x1F", "1,000.5", "1.2.3", "v1", "[::1]", "git.example", "a/b", "a@b", "***"),
    *("https://a.example/?q=1&b=2", "a!b", "a\\b", "~root", "*", "{a,b}", "a#b", "#", " ", " a", "a ", "名前"),
    *("\ud800", "\ue000", "a\u2003b"),
)  # fmt: skip


def remember(tab: Page, values: dict[str, str]) -> None:
    """As the screen of results leaves them."""
    tab.add_init_script(f"sessionStorage.setItem({f'fixpoint:values:{SLUG}'!r}, {json.dumps(json.dumps(values))})")


def test_values_are_quoted_in_the_browser_exactly_as_on_the_server(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site + PAGE)
    script = tab.locator("script[src*=values]").get_attribute("src")
    asked: list[list[Any]] = []
    expected = []
    for command, value in itertools.product(COMMANDS, VALUES):
        asked.append([json.loads(fillable(command)), value])
        names = {piece.name for piece in template(command) if isinstance(piece, Slot)}
        expected.append(fill(command, dict.fromkeys(names, value)).text)
    filled = tab.evaluate(
        """async ([script, asked]) => {
            const { taken } = await import(script);
            return asked.map(([pieces, value]) =>
                pieces.map((piece) => typeof piece === "string" ? piece : taken(piece, value) ?? piece.shown).join(""));
        }""",
        [script, asked],
    )
    differing = [
        (ask[1], here, there) for ask, here, there in zip(asked, filled, expected, strict=True) if here != there
    ]
    assert differing == []


def test_commands_hold_the_values_from_the_log_and_are_copied_with_them(browser: Browser, shared_site: str) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shared_site)
    tab = context.new_page()
    remember(tab, {"host": "git.example.com", "name": "deploy"})
    tab.goto(shared_site + PAGE)
    expect(tab.locator("[data-values]")).to_contain_text("Values from your log: name deploy, host git.example.com")
    quick = tab.locator(".quick")
    quick.get_by_role("button", name="Copy").click()
    assert tab.evaluate("navigator.clipboard.readText()") == OPEN.replace("NAME@HOST", "deploy@git.example.com")
    context.close()


def test_a_paste_carries_its_values_to_the_page(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site)
    paste(tab, "git@git.example.com: Permission denied (publickey).\n")
    tab.get_by_role("link", name="Permission denied (publickey)").first.click()
    tab.wait_for_url("**/errors/ssh/permission-denied-publickey/")
    expect(tab.locator(".quick .command")).to_contain_text("ssh -vT git@git.example.com")


def test_values_can_be_turned_off_and_stay_off(tab: Page, shared_site: str) -> None:
    remember(tab, {"host": "git.example.com"})
    tab.goto(shared_site + PAGE)
    command = tab.locator(".quick .command")
    expect(command).to_have_text(FILLED)
    tab.get_by_role("button", name="Show placeholders").click()
    expect(command).to_have_text(OPEN)
    tab.reload()
    expect(command).to_have_text(OPEN)
    tab.get_by_role("button", name="Fill in the values").click()
    expect(command).to_have_text(FILLED)


@pytest.mark.parametrize("stored", ["", "no json", "[]", "null", '{"host": 7}', '{"host": "a b"}', '{"port": "22"}'])
def test_values_that_do_not_fit_leave_the_page_as_it_is(tab: Page, shared_site: str, stored: str) -> None:
    problems: list[str] = []
    tab.on("pageerror", lambda problem: problems.append(str(problem)))
    tab.add_init_script(f"sessionStorage.setItem({f'fixpoint:values:{SLUG}'!r}, {json.dumps(stored)})")
    tab.goto(shared_site + PAGE)
    expect(tab.locator(".quick .command")).to_have_text(OPEN)
    expect(tab.locator("[data-values]")).to_be_hidden()
    assert problems == []


def test_the_contents_follow_what_is_read(tab: Page, shared_site: str) -> None:
    tab.set_viewport_size({"width": 1280, "height": 700})
    tab.goto(shared_site + PAGE)
    current = tab.locator(".toc [aria-current]")
    expect(current).to_have_text("What the log says")
    tab.locator("#causes").evaluate("(heading) => heading.scrollIntoView({ behavior: 'instant' })")
    expect(current).to_have_text("Causes")
    tab.locator("#evidence").evaluate("(heading) => heading.scrollIntoView({ behavior: 'instant' })")
    expect(current).to_have_text("Evidence")
    tab.locator("#fixes").evaluate("(heading) => heading.scrollIntoView({ behavior: 'instant' })")
    expect(current).to_have_text("Fixes")
    tab.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    expect(current).to_have_text("Near this error")


@pytest.mark.django_db(transaction=True)
def test_a_link_to_a_folded_fix_opens_it(tab: Page, site: str) -> None:
    fixes = (doc.Fix(key="add-key", title="Add the key"), doc.Fix(key="only-ci", title="Use a secret", platform="CI"))
    a_loaded_page(folder_of("ssh/folded", a_full_doc(fixes=fixes, steps=(), role=doc.Role.CAUSE, aliases=())))
    tab.goto(f"{site}/errors/ssh/folded/")
    fix = tab.locator("#fix-only-ci")
    expect(fix).to_be_hidden()
    tab.goto(f"{site}/errors/ssh/folded/#fix-only-ci")
    expect(fix).to_be_in_viewport()
    tab.goto(f"{site}/errors/ssh/folded/")
    tab.goto(f"{site}/errors/ssh/folded/#fixes-1-ci")
    expect(fix).to_be_visible()


def test_without_scripts_a_link_opens_what_is_folded_and_commands_keep_their_placeholders(
    plain_tab: Page, shared_site: str
) -> None:
    plain_tab.goto(f"{shared_site}{PAGE}")
    expect(plain_tab.locator(".quick .command")).to_have_text(OPEN)
    expect(plain_tab.locator("[data-values]")).to_be_hidden()
    plain_tab.goto(f"{shared_site}/errors/git/authentication-failed/")
    folded = plain_tab.locator(".where details:not([open]) .part").first
    expect(folded).to_be_hidden()
    plain_tab.goto(f"{shared_site}/errors/git/authentication-failed/#{folded.get_attribute('id')}")
    expect(plain_tab.locator(":target")).to_be_visible()


def test_everything_stands_open_on_paper(tab: Page, shared_site: str) -> None:
    tab.goto(shared_site + PAGE)
    tab.emulate_media(media="print")
    folded = tab.locator("details:not(.correction > details) > :not(summary)")
    assert folded.count() > 0
    assert [text for text in folded.all() if not text.is_visible()] == []


def test_the_link_to_a_part_is_copied(browser: Browser, shared_site: str) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shared_site)
    tab = context.new_page()
    tab.goto(shared_site + PAGE)
    tab.get_by_role("link", name="Link to “No agent runs”").click()
    expect(tab.get_by_role("status").filter(has_text="Link copied")).to_have_count(1)
    assert tab.evaluate("navigator.clipboard.readText()") == f"{shared_site}{PAGE}#cause-no-agent"
    context.close()


@pytest.mark.django_db(transaction=True)
def test_two_versions_are_compared(tab: Page, site: str) -> None:
    page = PageRow.objects.at(CHANGED).get()
    publish_edit(page, title="Second title")
    publish_edit(page, title="Third title")
    tab.goto(f"{site}/errors/{CHANGED}/history/")
    tab.get_by_label("Compare from version 1").check()
    tab.get_by_role("button", name="Compare").click()
    expect(tab.locator(".changed-text ins").first).to_contain_text("Third title")
    assert tab.url.endswith(("?from=1&to=3", "?to=3&from=1"))
