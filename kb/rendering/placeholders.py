"""`{{ host }}` in a command stands for a value from the reader's own log; without one it is shown as HOST."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kb.matching.filling import Piece, Slot, is_for_windows
from kb.matching.filling import template as pieces_of
from kb.matching.invisible import named
from kb.matching.signature import shape
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


def runnable(text: str) -> SafeString:
    """A command as a block of its own, to be copied; a script may fill in values that the reader's log held."""
    pieces = fillable(text)
    template = format_html(' data-template="{}"', pieces) if pieces else ""
    return format_html('<pre class="command" data-copy{}>{}</pre>', template, command(text))


def fillable(text: str) -> str:
    """What a script needs to fill in values as `kb.matching.filling` does; empty where there is nothing to fill in.

    A JSON list of texts and slots. A slot says which values it takes, and how they are quoted where it stands.
    """
    if is_for_windows(text):
        return ""
    pieces = pieces_of(text)
    if not any(isinstance(piece, Slot) for piece in pieces):
        return ""
    return json.dumps([_slot(piece) if isinstance(piece, Slot) else named(piece) for piece in pieces])


def _slot(slot: Slot) -> dict[str, str | bool]:
    try:
        values = shape(slot.name).pattern
    except ValueError:  # no placeholder has this name: it takes nothing
        values = "(?!)"
    return {
        "name": slot.name,
        "shown": slot.shown,
        "place": slot.place.value,
        "beginsWord": slot.begins_word,
        "shape": values,
    }


def filled(pieces: Iterable[Piece]) -> SafeString:
    """A filled-in command as HTML: its values marked as such, its open slots as things to replace."""
    return format_html_join("", "{}", ((_piece(piece),) for piece in pieces))


def _piece(piece: Piece) -> str:
    text = named(piece.text)
    if not piece.slot:
        return text
    return format_html('<b class="filled">{}</b>' if piece.filled else "<var>{}</var>", text)


def printed(text: str) -> SafeString:
    """The text of a signature as HTML, its placeholders marked as the parts that vary."""
    return dressed(named(text), VARYING, lambda found: format_html("<var>{}</var>", found[0]))
