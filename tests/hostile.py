"""Texts that try to become more than text, for pages and for pastes."""

from __future__ import annotations

import re
from html.parser import HTMLParser

HOSTILE = (
    "<script>alert(1)</script>",
    "</pre></code></script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<javascript:alert(1)>",
    '[x](https://a.invalid/" onmouseover="alert(1))',
    "![x](https://a.invalid/pixel.png)",
    '"><iframe src="https://a.invalid"></iframe>',
    "<style>*{display:none}</style>",
    '<p style="position:fixed" id="main">x</p>',
    "<form action=https://a.invalid><button>x</button></form>",
    '<base href="https://a.invalid/">',
    '<meta http-equiv="refresh" content="0;url=https://a.invalid">',
    "{% load static %}{{ settings.SECRET_KEY }}{% debug %}",
    '```"><script>alert(1)</script>\ncode\n```',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<x:script>alert(1)</x:script>",
    "\x02wzxhzdk:0\x03 \x02amp\x03",
)
QUIET = frozenset(
    {"script", "style", "iframe", "object", "embed", "base", "img", "svg", "math", "form", "input", "button"}
)
"""Tags that a text must never become."""
FRAME = frozenset({"script", "form", "input", "button", "svg"})
"""Those of them that the frame of every page holds by itself."""
RUNS = re.compile(r"\s*(?:javascript|data|vbscript):", re.IGNORECASE)
OUR_SCRIPT = re.compile(
    r'<script(?: type="module")? src="/static/js/[\w.-]+"></script>'
    r'|<script type="application/ld\+json">\{[^<>&]*\}</script>'  # data, which no browser runs
)


class Reading(HTMLParser):
    """What a piece of HTML consists of: its tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def dangers(html: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """What in this HTML could run, load or cover something; nothing, if all is well."""
    read = Reading(html)
    return [
        *(tag for tag in read.tags if tag in QUIET - allowed),
        *(name for name, _ in read.attributes if name.startswith("on") or name == "style"),
        *(value for name, value in read.attributes if name in {"href", "src", "action"} and RUNS.match(value)),
    ]


def page_dangers(html: str) -> list[str]:
    """The same for a whole page of ours: its frame has a form, a drawing, our own scripts, and data about the page."""
    scripts = re.findall(r"<script[^>]*>[^<]*(?:</script>)?", html)
    return [*dangers(html, FRAME), *(script for script in scripts if not OUR_SCRIPT.fullmatch(script))]
