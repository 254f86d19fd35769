"""`{{ host }}` in a command stands for a value from the reader's own log; without one it is shown as HOST."""

from __future__ import annotations

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString

from kb.rendering.controls import named
from kb.rendering.dressing import dressed

NAMES = "url|path|name|num|host|port|version|any"
PLACEHOLDER = re.compile(rf"(?<!\$)\{{\{{ *((?:{NAMES})(?:_[0-9]+)?) *\}}\}}")
"""Only names that a signature can capture, and never `${{ … }}`, which is an expression of GitHub Actions."""
VARYING = re.compile(rf"<(?:{NAMES})>")
"""A placeholder of a signature."""


def spelled_out(text: str) -> str:
    """The text with each placeholder as a word in capitals, for prose and for plain text."""
    return PLACEHOLDER.sub(lambda found: found.group(1).upper(), text)


def command(text: str) -> SafeString:
    """A command as HTML, its placeholders marked as things to replace."""
    return dressed(named(text), PLACEHOLDER, lambda found: format_html("<var>{}</var>", found[1].upper()))


def printed(text: str) -> SafeString:
    """The text of a signature as HTML, its placeholders marked as the parts that vary."""
    return dressed(named(text), VARYING, lambda found: format_html("<var>{}</var>", found[0]))
