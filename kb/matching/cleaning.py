"""Stage one: take the noise out of a text without moving anything.

A paste wears colours, timestamps, escaping, boxes. `clean` overwrites all of that with zero bytes of the same length
("nothing here"), so that every offset in the cleaned view is the offset in the text as received. Escaped line breaks
(`\\n` in JSON) become real ones, and so do lone carriage returns, which overwrite a line on a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from .timing import IsOver, never

_ZEROS = bytes(256)
_ASCII = bytes(range(0x80))
Replacement: TypeAlias = bytes | Callable[[re.Match[bytes]], bytes]


def clean(text: bytes, is_over: IsOver = never) -> bytes:
    """The view of a UTF-8 text: as long as the text, noise overwritten with zeros.

    Whole-buffer passes. Each begins at a byte that noise begins with, so that `re` jumps there with `memchr`, and is left
    out where that byte does not occur. Only single bytes are looked for in the whole buffer: to find that two do not
    stand there takes longer than the pass. What is not ASCII is little, and looked for apart. When the time is over,
    noise stays.
    """
    view = text if text.isascii() else _strip_foreign(text)
    if b"\x1b" in view:
        view = _CONTROL_STRING.sub(_nothing, _CONTROL.sub(_nothing, view))
    if b"^" in view:
        view = _CARET_COLOUR.sub(_nothing, view)
    if b"\r" in view:
        view = view.replace(b"\r\n", b"\0\n").replace(b"\r", b"\n")
    if b"\\" in view:
        view = _undo_escapes(view, is_over)
    if is_over():
        return view
    if b"[" in view:
        view = _LINK_IN_NUMBER.sub(_unlink, _BARE_COLOUR.sub(_nothing, view))
    if b"&" in view:
        view = _ENTITY.sub(_unescape_entity, view)
    if is_over():
        return view
    return _strip_prefixes(_strip_line_noise(view) if b"\n" in view else view)


def _nothing(match: re.Match[bytes]) -> bytes:
    size = match.end() - match.start()
    return _ZEROS[:size] if size <= 256 else bytes(size)


# --- colours and cursor movements -------------------------------------------------------------------------------------

_SGR = rb"\[[0-9;]*[A-Za-z]"
_CONTROL = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()*+][0-9A-Za-z]|[=>78cDEHMNOZ])")
"""CSI (colours, cursor, erase), character sets and the like."""
_CONTROL_STRING = re.compile(rb"\x1b\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\)")
"""OSC: titles, hyperlinks."""
_CARET_COLOUR = re.compile(rb"\^\[" + _SGR)
"""The same as text. `\u001b[31m` is an escape, below."""

# --- escaping ---------------------------------------------------------------------------------------------------------

_BARE_COLOUR = re.compile(rb"\[(?:[0-9]{1,3}(?:;[0-9]{1,3}){0,4}m|m(?![A-Za-z]*\]))")
"""[31m that lost its escape on the way."""
_ESCAPE = re.compile(
    rb"\\\\{0,15}(?:(?:u001[bB]|x1[bB]|033|e)" + _SGR + rb"|u00[0-9a-fA-F]{2}|x[0-9a-fA-F]{2}|[nrt](?![a-z]:)|[\"'/`])"
)
_DRIVE = re.compile(rb"(?:^|[^A-Za-z0-9])[A-Za-z]:\\(?!\\)[^\s\"'<>|]*$")
"""The beginning of a Windows path in which a backslash stands: the `\n` of C:\new is no line break."""
_LONGEST_PATH = 260
_BREAKS = {ord("n"): b"\n", ord("r"): b"\n", ord("t"): b" "}


class _Late(Exception):
    """The time is over."""


def _undo_escapes(view: bytes, is_over: IsOver) -> bytes:
    """The one pass that takes long where a text consists of what it looks for: seconds for the largest one."""

    def unescape_in_time(match: re.Match[bytes]) -> bytes:
        if is_over():
            raise _Late
        return _unescape(match)

    if (
        b"\\\\" not in view and b":\\" not in view
    ):  # one level, no Windows path: the most common escapes by plain replacement
        for escaped, sign in ((b"\\n", b"\0\n"), (b'\\"', b'\0"'), (b"\\t", b"\0 ")):
            view = view.replace(escaped, sign)
    try:
        return _ESCAPE.sub(_unescape if is_over is never else unescape_in_time, view)
    except _Late:
        return view


def _unescape(match: re.Match[bytes]) -> bytes:
    found = match[0]
    mark = found.lstrip(b"\\")
    if b"[" in mark:  # a colour
        return bytes(len(found))
    sign = _BREAKS.get(mark[0], mark)
    if mark[0] in b"ux" and len(mark) > 1:
        code = int(mark[1:], 16)
        sign = bytes([code]) if 0x20 <= code < 0x7F else b"\n" if code == 0x0A else b" "
    elif mark.isalpha() and len(found) == 2 and _is_in_path(match):
        return found
    return bytes(len(found) - 1) + sign


def _is_in_path(match: re.Match[bytes]) -> bool:
    before = match.string[max(0, match.start() - _LONGEST_PATH) : match.end()]
    return b":\\" in before and _DRIVE.search(before) is not None


_ENTITY = re.compile(rb"&(?:(lt)|(gt)|(amp)|(quot|#34)|(apos|#39|#x27)|(nbsp));")
_ENTITY_SIGNS = (b"<", b">", b"&", b'"', b"'", b" ")


def _unescape_entity(match: re.Match[bytes]) -> bytes:
    return _ZEROS[: len(match[0]) - 1] + _ENTITY_SIGNS[(match.lastindex or 1) - 1]


# --- what a browser puts into a copied log ----------------------------------------------------------------------------

_LINK_IN_NUMBER = re.compile(rb"\[([0-9a-fA-F]{1,12})\]\(https?://[^()\s]{1,400}\)")
_NUMBER_LINE = re.compile(rb"(?:(?<=\n)|^)[ \t\0]*\d{1,6}[ \t\0]*\n")


def _unlink(match: re.Match[bytes]) -> bytes:
    """`700[21](https://…#step:3:21)1` was 700211: the web view of a log makes links of digits."""
    digits = match[1]
    return b"\0" + digits + bytes(len(match[0]) - len(digits) - 1)


def _strip_line_noise(view: bytes) -> bytes:
    """Line numbers on lines of their own, and blank lines between all lines: both come with copying from a browser."""
    start = view[:_PROBE]
    if _is_every_second(start.count(b"\n\n"), start):
        view = view.replace(b"\n\n", b"\0\n")
        start = view[:_PROBE]
    if _is_every_second(sum(1 for _ in _NUMBER_LINE.finditer(start)), start):
        view = _NUMBER_LINE.sub(_nothing, view)
    return view


def _is_every_second(found: int, start: bytes) -> bool:
    breaks = start.count(b"\n")
    return breaks > 3 and 2 * found >= _NEARLY_ALL * breaks


_NEARLY_ALL = 0.9
_PROBE = 1 << 16

# --- what machines put before a line ----------------------------------------------------------------------------------

_PREFIXES = (
    # A byte without which this prefix does not occur in a text, and the prefix.
    (b":", rb"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d| UTC)?\]?[ \t]?(?:\d\d[OE][+ ])?"),
    (b":", rb"\[\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d| UTC)?\]?[ \t]?(?:\d\d[OE][+ ])?"),
    (b":", rb"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?[ \t]"),  # times of day
    (b":", rb"\[\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?[ \t]"),  # times of day
    (b":", rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,64} [\w./@-]{1,64}(?:\[\d+\])?: "),  # syslog, journald
    (b"]", rb"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w./-]+:\d+\] "),  # klog
    (b"]", rb"\[[A-Z]+/[\w/.-]{1,60}\] (?:OUT|ERR) "),  # Cloud Foundry
    (b"#", rb"##\[[a-z-]+\]"),  # commands of Actions and Azure
    (b":", rb"::(?:error|warning|notice|debug)(?: [^:\n]{0,200})?::"),
    (b"_", rb"section_(?:start|end):\d+:[\w.-]+(?:\[[^\]\n]*\])?"),  # GitLab
    (b"#", rb"#\d{1,4} \d+\.\d+ "),  # BuildKit
    (b"|", rb"[a-z0-9](?=(?P<service>[\w.-]{0,62}))(?P=service)(?:(?<=[-_]\d)|(?<=[-_]\d\d)|(?<=[-_]\d\d\d)) +\| "),  # compose
    (b">", rb"> "),  # quotes
    (b"E", rb"E   (?= *\S)"),  # pytest
)  # fmt: skip


_ALL_PREFIXES = tuple(pattern for _, pattern in _PREFIXES)
_SHORT = 2000
"""Bytes of a text in which looking for what prefixes need costs more than trying them all."""


def _strip_prefixes(view: bytes) -> bytes:
    if len(view) < _SHORT:
        first, following = _ANY_PREFIX
    else:
        first, following = _prefix(tuple(pattern for needed, pattern in _PREFIXES if needed in view) or _ALL_PREFIXES)
    view = first.sub(_nothing, view, count=1) if first.match(view) else view
    return following.sub(_nothing_after_break, view) if b"\n" in view else view


@lru_cache(maxsize=256)
def _prefix(known: tuple[bytes, ...]) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """At the start of the text and behind a line break, which leads its pattern: `re` jumps from line to line.

    Each prefix begins with a character or a class, by which `re` passes it over; the look ahead keeps it from trying all
    of them behind each blank once more. (Possessive quantifiers would say so, but go wrong in Python 3.11.2.)
    """
    any_of = rb"[ \t\0]*(?![ \t\0])(?:" + b"|".join(known) + rb")+"
    return re.compile(any_of), re.compile(rb"\n" + any_of)


_ANY_PREFIX = _prefix(_ALL_PREFIXES)


def _nothing_after_break(match: re.Match[bytes]) -> bytes:
    size = len(match[0])
    return _AFTER_BREAK[size] if size < len(_AFTER_BREAK) else b"\n" + bytes(size - 1)


_AFTER_BREAK = (b"", *(b"\n" + bytes(size) for size in range(256)))
"""By its size: this is asked for every line of a log of a CI."""


# --- marks that are not ASCII -----------------------------------------------------------------------------------------
# Typographic quotes, dashes, blanks, arrows, bullets, emoji become blanks; boxes and invisible characters become nothing.
# Letters and digits of every script stay. Fixed replacements of the same length keep this at the speed of one C pass each.

_FOREIGN: tuple[tuple[re.Pattern[bytes], re.Pattern[bytes], Replacement], ...] = tuple(
    # What is not ASCII of the pattern tells whether it is worth a pass.
    (re.compile(pattern.partition(rb"[0-?]")[0].partition(_SGR)[0]), re.compile(pattern), replacement)
    for pattern, replacement in (
        (rb"\xc2\x9b[0-?]*[ -/]*[@-~]", _nothing),  # CSI in one character
        (rb"\xe2\x86\x90" + _SGR, _nothing),  # the escape as a picture: ←[31m ␛[31m
        (rb"\xe2\x90\x9b" + _SGR, _nothing),
        (rb"\xe2[\x94\x95\x96][\x80-\xbf]", b"\0\0\0"),  # box drawing, blocks
        (rb"\xe2\x80[\x8b-\x8f\xaa-\xae]", b"\0\0\0"),  # invisible characters
        (rb"\xe2\x81[\xa0-\xaf]", b"\0\0\0"),
        (rb"\xef\xbb\xbf", b"\0\0\0"),
        (rb"\xef\xb8[\x80-\x8f]", b"\0\0\0"),
        (rb"\xc2\xad", b"\0\0"),  # soft hyphen
        (rb"\xe2[\x80-\xaf][\x80-\xbf]", b"   "),  # quotes, dashes, blanks, arrows, bullets, dingbats
        (rb"\xe3\x80[\x80-\x84\x87-\xbf]", b"   "),
        (rb"\xef(?:\xbc[\x81-\x8f\x9a-\xa0\xbb-\xbf]|\xbd[\x80\x9b-\xa5]|\xbf[\xbc\xbd]|[\x80-\xa3][\x80-\xbf])", b"   "),
        (rb"\xee[\x80-\xbf]{2}", b"   "),
        (rb"\xc2[\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf]", b"  "),
        (rb"\xc3[\x97\xb7]", b"  "),
        (rb"\xf0\x9f[\x80-\xbf]{2}", b"    "),
    )
)  # fmt: skip


def _strip_foreign(view: bytes) -> bytes:
    foreign = view.translate(None, _ASCII)
    for mark, pattern, replacement in _FOREIGN:
        if mark.search(foreign):
            view = pattern.sub(replacement, view)
    return view
