"""What Lighthouse says of the home page, an error page, a result and a list, on a site of its own.

    npm install --prefix /some/folder lighthouse
    python -m bench.lighthouse --node-modules /some/folder [--json FILE]

Needs Node and Chromium (CHROME_PATH, or one on PATH). Nothing but 127.0.0.1 is asked.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.site import ROOT, serving, stop_in_order_when_terminated
from kb.content.files import read_tree
from kb.content.tools import read_tools

TARGETS = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
NO_SEO = {"result"}
"""An answer to a text is kept out of search engines on purpose, which Lighthouse counts as a fault."""
PAGE = "/errors/git/authentication-failed/"
PATHS = ("/", PAGE, "/errors/", "/errors/git/", "/search?q=authentication")
PASTE = "fatal: Authentication failed for 'https://git.example.com/app.git/'"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AT_MOST_S = 600


def missing(node_modules: Path, chrome: str | None) -> str:
    """What has to be installed first; empty if nothing."""
    if not shutil.which("node"):
        return "Node is not installed: apt-get install nodejs npm"
    if not (node_modules / "node_modules" / "lighthouse").is_dir():
        return f"Lighthouse is not installed there: npm install --prefix {node_modules} lighthouse"
    if not chrome:
        return "no Chromium: apt-get install chromium, or set CHROME_PATH"
    return ""


def audit(node_modules: Path, chrome: str, site: str) -> list[dict[str, Any]]:
    command = ["node", str(Path(__file__).with_suffix(".mjs")), str(node_modules), chrome, site, PASTE, *PATHS]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=AT_MOST_S, check=True)
    screens: list[dict[str, Any]] = json.loads(done.stdout)
    return screens


def misses(screen: dict[str, Any]) -> list[str]:
    """The categories in which this screen stays below its target."""
    told = {name: score for name, score in screen["scores"].items() if name in TARGETS and score is not None}
    return [
        name
        for name, score in told.items()
        if score < TARGETS[name] and not (name == "seo" and _is_kept_out(screen["name"]))
    ]


def _is_kept_out(name: str) -> bool:
    return name in NO_SEO or name.startswith("/search")


def show(screen: dict[str, Any]) -> None:
    scores = "  ".join(f"{name} {round((score or 0) * 100)}" for name, score in screen["scores"].items())
    print(f"{screen['name']:<40} {scores}")
    for found in screen["wanting"]:
        print(f"    {found['category']}: {found['title']} ({found['audit']}, {found['score']}) {found['value']}")
        for item in found["items"]:
            print(f"        {item}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--node-modules", type=Path, required=True, help="the folder in which Lighthouse is installed")
    parser.add_argument("--json", type=Path, help="keep what Lighthouse said in this file")
    options = parser.parse_args()
    chrome = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if reason := missing(options.node_modules.resolve(), chrome):
        sys.exit(f"lighthouse: {reason}")
    assert chrome, "just looked"
    stop_in_order_when_terminated()
    pages, tools = read_tree(ROOT / "fixtures" / "pages"), read_tools(ROOT / "fixtures" / "tools.yaml")
    with serving(pages, tools) as site:
        screens = audit(options.node_modules.resolve(), chrome, site.address)
    print()
    for screen in screens:
        show(screen)
    if options.json:
        options.json.write_text(json.dumps(screens, indent=1), encoding="utf-8")
    below = {screen["name"]: misses(screen) for screen in screens if misses(screen)}
    print("\nAll targets are met." if not below else f"\nBelow target: {below}")
    sys.exit(bool(below))


if __name__ == "__main__":
    main()
