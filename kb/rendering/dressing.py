"""Plain text with some of it dressed as HTML; all the rest is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.html import format_html_join
from django.utils.safestring import SafeString


def dressed(text: str, pattern: re.Pattern[str], dress: Callable[[re.Match[str]], SafeString]) -> SafeString:
    """The text as HTML, in which each find of the pattern looks as `dress` says."""
    parts: list[tuple[str]] = []
    end = 0
    for found in pattern.finditer(text):
        parts += [(text[end : found.start()],), (dress(found),)]
        end = found.end()
    return format_html_join("", "{}", [*parts, (text[end:],)])
