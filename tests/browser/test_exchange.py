"""Pages go out of the desk as a file and come in again, in a browser."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.screens import log_in
from tests.browser.site import REVIEWER
from tests.browser.test_screens import LOOKS, violations


def test_what_was_downloaded_is_looked_at_before_it_comes_in(tab: Page, shared_site: str, tmp_path: Path) -> None:
    log_in(tab, shared_site, REVIEWER)
    tab.goto(f"{shared_site}/admin/desk/exchange/")
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download").click()
    archive = tmp_path / download.value.suggested_filename
    download.value.save_as(archive)
    with zipfile.ZipFile(archive, "a") as packed:
        assert packed.testzip() is None
        packed.writestr("pages/git/broken/page.yaml", "title: x\n")
    tab.get_by_label("Archive").set_input_files(archive)
    tab.get_by_role("button", name="Show what would change").click()
    tab.get_by_role("heading", name="What would change").wait_for()
    assert "1 refused" in tab.get_by_role("main").inner_text()
    found = {}
    for width, scheme in LOOKS:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        found[f"{scheme} {width}"] = violations(tab)
    assert {how: report for how, report in found.items() if report} == {}
