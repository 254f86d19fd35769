"""Take a picture of every screen: `.venv/bin/python -m bench.screens --into DIR`.

Starts a throw-away site with `fixtures/pages`, goes to each screen of `tests/browser/screens.py` in light and dark,
on a phone of 360 pixels and in a window of 1280, and writes `<screen>-<light|dark>-<narrow|wide>.png`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from bench.catalogue_site import PAGES, TOOLS
from bench.site import Site, SiteFailedError, serving, stop_in_order_when_terminated
from kb.content.files import read_tree
from kb.content.problems import ProblemsFound
from kb.content.tools import read_tools
from tests.browser.screens import SCREENS, Screen
from tests.conftest import CHROMIUM_FLAGS, CHROMIUM_NAMES

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = {"narrow": 360, "wide": 1280}
HEIGHT = 900


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    stop_in_order_when_terminated()
    options.into.mkdir(parents=True, exist_ok=True)
    chosen = [screen for screen in SCREENS if not options.only or screen.name in options.only]
    try:
        with nullcontext(options.url) if options.url else serving(read_tree(PAGES), read_tools(TOOLS)) as site:
            address = site.address if isinstance(site, Site) else site
            take(chosen, address.rstrip("/"), options.into, full=not options.window)
    except (ProblemsFound, SiteFailedError, OSError) as problem:
        sys.exit(f"screens: {problem}")


def take(screens: Sequence[Screen], address: str, into: Path, *, full: bool) -> None:
    """Four pictures of each screen; `full` ones of all that can be scrolled to."""
    chromium = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if chromium is None:
        raise SiteFailedError("no browser: install one, for instance `apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        for scheme in SCHEMES:
            for width in WIDTHS:
                _take(browser, scheme, width, screens, address, into, full=full)
        browser.close()


def _take(
    browser: Browser, scheme: Scheme, width: str, screens: Sequence[Screen], address: str, into: Path, *, full: bool
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": WIDTHS[width], "height": HEIGHT})
    tab = context.new_page()
    for screen in screens:
        screen.show(tab, address)
        path = into / f"{screen.name}-{scheme}-{width}.png"
        tab.screenshot(path=path, full_page=full)
        print(path)
    context.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="screens", description="Take a picture of every screen.")
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="folder for the pictures")
    parser.add_argument("--only", nargs="+", metavar="SCREEN", help="these screens alone")
    parser.add_argument("--url", help="of a site that runs already, instead of a throw-away one")
    parser.add_argument("--window", action="store_true", help="what a window shows, not the whole page")
    return parser


if __name__ == "__main__":
    main()
