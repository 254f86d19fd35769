"""Captured values in a fix's commands: `docker run -p {{ port }}:80` becomes one that can be pasted into a shell.

A value comes from a log, which anybody may have written: what is filled in must stay one word of the command, whatever
it holds. So a value is quoted by the rules of the place where its slot stands, and where those are not certain nothing
but a plain word is filled in. Commands of Windows shells are left open: PowerShell and cmd quote by other rules.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from .invisible import INVISIBLE
from .redaction import MASK
from .signature import shape

_SLOT = re.compile(r"(?<!\$)\{\{ ?([a-z]+(?:_\d+)?) ?\}\}")
_MOST = 200
"""Characters: nobody wants to paste a longer value unread."""


class Place(StrEnum):
    """Where in a command a slot stands, as a shell reads it."""

    BARE = auto()
    SINGLE_QUOTED = auto()
    DOUBLE_QUOTED = auto()
    UNCERTAIN = auto()
    """In a comment, a here-document, in quotes with other text, which may be a program: `sh -c 'ls {{ path }}'`. What
    quotes mean there is not judged here."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a command."""

    text: str
    slot: str = ""
    """The slot that stood here; empty for what the page's author wrote."""
    filled: bool = False
    """Whether `text` is a value; an open slot reads as `HOST`."""


@dataclass(frozen=True, slots=True)
class Filled:
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The command, with the values that were safe to fill in; the other slots read as `HOST`."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def filled(self) -> bool:
        """Whether every slot got a value."""
        return all(piece.filled for piece in self.pieces if piece.slot)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a command that a captured value may take."""

    name: str
    place: Place
    begins_word: bool
    """A value with a leading dash would be read as an option here."""

    def takes(self, value: str) -> str | None:
        """The value as it may stand here; None where it may not."""
        if not _is_safe(self.name, value) or (self.begins_word and value.startswith("-")):
            return None
        return _quoted(value, self.place)

    @property
    def shown(self) -> str:
        """What stands here as long as no value does."""
        return self.name.upper()


def fill(command: str, captures: Mapping[str, str]) -> Filled:
    """Fill the slots of a POSIX command, each value quoted for a shell. A command for Windows keeps its slots open."""
    is_open = is_for_windows(command)
    pieces = []
    for piece in template(command):
        if isinstance(piece, Slot):
            word = None if is_open else piece.takes(captures.get(piece.name, ""))
            pieces.append(Piece(word or piece.shown, piece.name, filled=word is not None))
        else:
            pieces.append(Piece(piece))
    return Filled(tuple(pieces))


def safe_values(captures: Mapping[str, str]) -> dict[str, str]:
    """The values that have their placeholder's shape and hold nothing secret: what a page may be told of a log."""
    return {name: value for name, value in captures.items() if _is_safe(name, value)}


def slots(command: str) -> tuple[str, ...]:
    """The capture names that a command uses."""
    return tuple(dict.fromkeys(_SLOT.findall(command)))


def template(command: str) -> tuple[str | Slot, ...]:
    """The command in pieces: its text, and the slots in between with what a shell makes of their places."""
    pieces: list[str | Slot] = []
    end = 0
    for found in _SLOT.finditer(command):
        at = found.start()
        pieces += [command[end:at], Slot(found[1], _place(command, at), at == 0 or command[at - 1] in " \t\n'\"=")]
        end = found.end()
    return tuple(piece for piece in (*pieces, command[end:]) if piece)


_WINDOWS = re.compile(
    r"\$env:|%[A-Za-z_]\w*%|(?:^|[\s;|&({])(?:[A-Z]:|\.|~|\\)\\\w"  # variables, C:\path, .\path, \\server
    r"|(?:^|[\s;|&({])(?:Get|Set|New|Remove|Add|Test|Start|Stop|Restart|Install|Uninstall|Update|Invoke|Resolve|Select"
    r"|Where|ForEach|Out|Write|Read|Import|Export|ConvertTo|ConvertFrom|Clear|Copy|Move|Rename|Enable|Disable|Unblock)-[A-Z]\w+"
    r"|(?im:^|[;|&({]\s*|sudo )(?:setx|reg|netsh|cmdkey|icacls|takeown|schtasks|taskkill|findstr|fsutil|wsl|winget"
    r"|choco|sc|cmd|powershell|pwsh|certutil|net (?:use|start|stop)|rmdir /|del /|dir /|copy /"
    r"|\S+\.(?:exe|cmd|bat|ps1))(?=\s|$)",
    re.MULTILINE,
)


def is_for_windows(command: str) -> bool:
    """Whether a command is written for PowerShell or cmd, by its own form."""
    return _WINDOWS.search(command) is not None


# --- one value --------------------------------------------------------------------------------------------------------


_QUOTES = re.compile(r"\\.|\$?'[^']*'?|\"(?:\\.|[^\"\\])*\"?|(?<!\S)#[^\n]*", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_LIVE = frozenset('$`"\\!')
"""What a shell reads as more than itself between double quotes."""


def _quoted(value: str, place: Place) -> str | None:
    if _PLAIN.fullmatch(value) or place is Place.SINGLE_QUOTED:
        return value
    if place is Place.DOUBLE_QUOTED:
        return None if _LIVE.intersection(value) else value
    return shlex.quote(value) if place is Place.BARE else None


def _place(command: str, at: int) -> Place:
    if "<<" in command:
        return Place.UNCERTAIN
    around = next((found for found in _QUOTES.finditer(command) if found.start() < at < found.end()), None)
    if around is None:
        return Place.BARE
    if not _SLOT.fullmatch(around[0][1:-1]):
        return Place.UNCERTAIN
    return Place.SINGLE_QUOTED if around[0][0] == "'" else Place.DOUBLE_QUOTED


def _is_safe(name: str, value: str) -> bool:
    """Whether a value has its placeholder's shape and holds nothing secret, unprintable or quote-like."""
    if (
        not value
        or len(value) > _MOST
        or MASK in value
        or not value.isprintable()
        or INVISIBLE.search(value)
        or any(sign in value for sign in "'\"`")
    ):
        return False
    try:
        return shape(name).fullmatch(value) is not None
    except ValueError:
        return False
