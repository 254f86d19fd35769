"""Lists and fenced code nested as CommonMark nests them.

Python-Markdown wants four blanks for what belongs to a list item and knows no fenced code inside one; everybody
writes two or three. So lines are moved to where the library expects them, and fenced code is set aside as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from markdown import Markdown
from markdown.extensions.codehilite import CodeHilite
from markdown.preprocessors import Preprocessor

from kb.rendering.placeholders import fillable, spelled_out

CODE_CLASS = "code"
OPENING = f'<div class="{CODE_CLASS}"'
SHELLS = ("", "sh", "bash", "shell", "zsh", "console")
"""Languages of blocks that are commands; values from a log are quoted for a shell, and nowhere else filled in."""
TAB = 4
FENCE = re.compile(r"^ *(?P<fence>`{3,}|~{3,}) *(?P<language>[\w#.+-]*)[^`]*$")
ITEM = re.compile(r"^ *(?:[-*+]|\d{1,9}[.)]) +")


class Nesting(Preprocessor):
    """Runs before the library looks at blocks."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.columns: list[int] = []
        """Where the content of each open list item begins, outermost first."""

    def run(self, lines: list[str]) -> list[str]:
        self.columns = []
        # The library takes a placeholder for a block of its own only where a blank line follows.
        return [*map(spelled_out, self._moved(iter(lines))), "", ""]

    def _moved(self, lines: Iterator[str]) -> Iterator[str]:
        after_blank, loose = True, False
        for line in lines:
            if not line.strip():
                after_blank, loose = True, bool(self.columns)
                yield ""
                continue
            if after_blank or ITEM.match(line) or FENCE.match(line):
                self._close_items(_indent(line))
            fence = FENCE.match(line)
            if fence:
                yield from ("", self._placed(self._code(fence, _indent(line), lines)), "")
                after_blank = True
                continue
            item = ITEM.match(line)
            if item and loose and not after_blank:
                yield ""
            yield self._placed(line[min(_indent(line), self._column) :])
            if item:
                self.columns.append(item.end())
            after_blank = False

    @property
    def _column(self) -> int:
        return self.columns[-1] if self.columns else 0

    def _close_items(self, indent: int) -> None:
        while self.columns and indent < self.columns[-1]:
            self.columns.pop()

    def _placed(self, line: str) -> str:
        return " " * (TAB * len(self.columns)) + line

    def _code(self, fence: re.Match[str], indent: int, lines: Iterator[str]) -> str:
        """Take the fenced lines; a fence that nobody closes runs to the end, as on every forge."""
        closing = re.compile(rf"^ *{re.escape(fence['fence'][0])}{{{len(fence['fence'])},}} *$")
        code: list[str] = []
        for line in lines:
            if closing.match(line):
                break
            code.append(line[min(_indent(line), indent) :])
        # With no language named, highlighting would be a guess: "text" keeps it plain.
        html = CodeHilite(
            spelled_out("\n".join(code)), lang=fence["language"] or "text", css_class=CODE_CLASS, guess_lang=False
        ).hilite(shebang=False)
        if fence["language"].lower() in SHELLS and (pieces := fillable("\n".join(code))):
            html = html.replace(OPENING, format_html('{} data-template="{}"', mark_safe(OPENING), pieces), 1)  # noqa: S308
        return self.md.htmlStash.store(html)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
