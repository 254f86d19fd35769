"""Markdown to safe HTML. Raw HTML is text here, not markup: pages are full of `<url>` and of printed tags."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock
from xml.etree import ElementTree

import markdown
import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown.extensions.codehilite import CodeHiliteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from pygments.token import STANDARD_TYPES

from kb.matching.invisible import named
from kb.rendering.dressing import dressed
from kb.rendering.nesting import CODE_CLASS, Nesting
from kb.rendering.placeholders import spelled_out

TABLE_CLASS = "table"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_one_at_a_time = Lock()
"""A converter is dear to make and serves one text at a time."""
TAGS = {
    *("p", "br", "hr", "ul", "ol", "li", "blockquote", "strong", "em", "a", "code", "pre", "span", "div"),
    *("table", "thead", "tbody", "tr", "th", "td", *HEADINGS[1:]),
}
ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "th": {"align"},
    "td": {"align"},
    "ol": {"start"},
    "div": {"tabindex", "data-template"},
}
CLASSES = {
    "div": {CODE_CLASS, TABLE_CLASS},
    "span": {name for name in STANDARD_TYPES.values() if name},
}
OWN_ADDRESS = re.compile(r"#|/(?![/\\])")
"""`//other.site` and `/\\other.site` leave the site."""
CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")


class _Dress(Treeprocessor):
    """Fits the fragment into its page: heading levels, tables that scroll, links that leave the site."""

    level = 3

    def run(self, root: ElementTree.Element) -> None:
        self._shift_headings(root)
        self._wrap_tables(root)
        for link in root.iter("a"):
            if not OWN_ADDRESS.match(link.get("href", "")):
                link.set("rel", "nofollow noopener")

    def _shift_headings(self, root: ElementTree.Element) -> None:
        """The writer's highest heading becomes the page's next level, so that no level is skipped."""
        headings = [element for element in root.iter() if element.tag in HEADINGS]
        highest = min((HEADINGS.index(element.tag) for element in headings), default=0)
        for element in headings:
            level = HEADINGS.index(element.tag) - highest + self.level
            element.tag = HEADINGS[min(level, len(HEADINGS)) - 1]

    def _wrap_tables(self, root: ElementTree.Element) -> None:
        for parent in list(root.iter()):
            for place, child in enumerate(list(parent)):
                if child.tag == "table":
                    # Focusable, because a box that scrolls must scroll by keyboard too.
                    wrapper = ElementTree.Element("div", {"class": TABLE_CLASS, "tabindex": "0"})
                    wrapper.tail, child.tail = child.tail, None
                    parent[place] = wrapper
                    wrapper.append(child)


@lru_cache
def _converter(level: int) -> markdown.Markdown:
    converter = markdown.Markdown(
        output_format="html",
        extensions=[
            CodeHiliteExtension(css_class=CODE_CLASS, guess_lang=False),
            TableExtension(use_align_attribute=True),
            SaneListExtension(),
        ],
    )
    converter.preprocessors.deregister("html_block")
    converter.preprocessors.register(Nesting(converter), "nesting", 25)
    for pattern in ("html", "entity", "automail", "image_link", "image_reference", "short_image_ref"):
        converter.inlinePatterns.deregister(pattern)
    dress = _Dress(converter)
    dress.level = level
    converter.treeprocessors.register(dress, "dress", 0)
    return converter


@lru_cache(maxsize=4096)
def prose(text: str, level: int = 3) -> SafeString:
    """The Markdown text as HTML without anything that could run; its highest headings are of the given level."""
    with _one_at_a_time:
        html = _converter(level).reset().convert(named(text))
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        set_tag_attribute_values={"pre": {"tabindex": "0"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has just gone through it


def line(text: str) -> SafeString:
    """One line in which only `code` is markup: a title with `__init__` or `*` in it stays what it is."""
    return marked(spelled_out(text))


def marked(text: str) -> SafeString:
    """The same with `{{ host }}` as it was typed: for those who write pages."""
    text = named(text)
    return dressed(text, CODE_SPAN, lambda found: format_html("<code>{}</code>", found[2].strip()))
