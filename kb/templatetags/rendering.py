"""Filters that turn the texts of a page into HTML; every one of them escapes."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from kb.matching import invisible
from kb.rendering import excerpt as excerpts
from kb.rendering import placeholders
from kb.rendering import prose as rendered

register = template.Library()


@register.filter
def prose(text: str, level: int = 3) -> SafeString:
    """Markdown: `{{ doc.why|prose }}`; the argument is the level of its highest headings."""
    return rendered.prose(text, level)


@register.filter
def line(text: str) -> SafeString:
    """One line with `code` in it."""
    return rendered.line(text)


@register.filter
def marked(text: str) -> SafeString:
    """One line with `code` in it, and `{{ host }}` as it was typed."""
    return rendered.marked(text)


@register.filter
def named(text: str) -> str:
    """Text as it was typed, its invisible characters written out."""
    return invisible.named(text)


@register.filter
def command(text: str) -> SafeString:
    """A command, its `{{ host }}` shown as something to replace."""
    return placeholders.command(text)


@register.filter
def runnable(text: str) -> SafeString:
    """The same as a block of its own, which can be copied and filled in."""
    return placeholders.runnable(text)


@register.filter
def excerpt(text: str, most: int = 2_400) -> SafeString:
    """A text of somebody's own, its invisible characters named; so much of it."""
    return excerpts.excerpt(text, shown=most)


@register.filter
def printed(text: str) -> SafeString:
    """A message as a program prints it, its `<host>` marked as a part that varies."""
    return placeholders.printed(text)
