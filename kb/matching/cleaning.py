"""Stage one: take the noise out of a text without moving anything.

A paste wears colours, timestamps, escaping, boxes. `clean` overwrites all of that with zero bytes of the same length
("nothing here"), so that every offset in the cleaned view is the offset in the text as received. Escaped line breaks
(`\\n` in JSON) become real ones, and so do lone carriage returns, which overwrite a line on a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable

NOTHING = 0
_ZEROS = bytes(256)


def clean(text: bytes) -> bytes:
    """The view of a UTF-8 text: as long as the text, noise overwritten with zeros."""
    view = text
    if b"\x1b" in view or b"\xc2\x9b" in view:
        view = _TERMINAL.sub(_nothing, view)
    if b"[" in view:
        view = _TERMINAL_AS_TEXT.sub(_nothing, view)
    if b"\r" in view:
        view = view.replace(b"\r\n", b"\0\n").replace(b"\r", b"\n")
    if b"\\" in view:
        view = _ESCAPE.sub(_unescape, view)
    if b"&" in view:
        view = _ENTITY.sub(_unescape_entity, view)
    view = _strip_prefixes(view)
    return view if view.isascii() else _drop_marks(view)


def _nothing(match: re.Match[bytes]) -> bytes:
    size = match.end() - match.start()
    return _ZEROS[:size] if size <= 256 else bytes(size)


# --- colours and cursor movements -------------------------------------------------------------------------------------

_TERMINAL = re.compile(
    rb"(?:\x1b\[|\xc2\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, erase
    rb"|\x1b\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\)"  # OSC: titles, hyperlinks
    rb"|\x1b[()*+][0-9A-Za-z]|\x1b[=>78cDEHMNOZ]"
)
_TERMINAL_AS_TEXT = re.compile(
    rb"(?:\^\[|\xe2\x86\x90|\xe2\x90\x9b|\\+(?:u001[bB]|x1[bB]|033|e))\[[0-9;]*[A-Za-z]"  # ^[[31m <-[31m \u001b[31m \033[31m
    rb"|\[(?:[0-9]{1,3}(?:;[0-9]{1,3}){0,4})?m(?![A-Za-z]*\])"  # [31m, its escape byte lost on the way
)

# --- escaping ---------------------------------------------------------------------------------------------------------

_ESCAPE = re.compile(
    rb"(?<![A-Za-z0-9])[A-Za-z]:\\\w[^\s\"'<>|]*"  # C:\new\table is a path, not a line break and a tab
    rb"|\\+(?:u00[0-9a-fA-F]{2}|x[0-9a-fA-F]{2}|[nrt](?![a-z]:)|[\"'/`])"
)
_BREAKS = {ord("n"): b"\n", ord("r"): b"\n", ord("t"): b" "}


def _unescape(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if not found.startswith(b"\\"):
        return found
    mark = found.lstrip(b"\\")
    if mark[0] in b"ux" and len(mark) > 1:
        code = int(mark[1:], 16)
        sign = bytes([code]) if 0x20 <= code < 0x7F else b"\n" if code == 0x0A else b" "
    else:
        sign = _BREAKS.get(mark[0], mark)
    return _ZEROS[: len(found) - 1] + sign if len(found) <= 256 else bytes(len(found) - 1) + sign


_ENTITY = re.compile(rb"&(?:(lt)|(gt)|(amp)|(quot|#34)|(apos|#39|#x27)|(nbsp));")
_ENTITY_SIGNS = (b"<", b">", b"&", b'"', b"'", b" ")


def _unescape_entity(match: re.Match[bytes]) -> bytes:
    return _ZEROS[: len(match[0]) - 1] + _ENTITY_SIGNS[(match.lastindex or 1) - 1]


# --- what machines put before a line ----------------------------------------------------------------------------------

_PREFIX = (
    rb"(?:"
    rb"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d| UTC)?\]?[ \t]?(?:\d\d[OE][+ ])?"  # ISO times
    rb"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?[ \t]"  # times of day
    rb"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,64} [\w./@-]{1,64}(?:\[\d+\])?: "  # syslog, journald
    rb"|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w./-]+:\d+\] "  # klog
    rb"|##\[[a-z-]+\]|::(?:error|warning|notice|debug)(?: [^:\n]{0,200})?::"  # commands of Actions and Azure
    rb"|section_(?:start|end):\d+:[\w.-]+(?:\[[^\]\n]*\])?"  # GitLab
    rb"|\#\d{1,4} \d+\.\d+ "  # BuildKit
    rb"|[a-z0-9][\w.-]{0,62}[-_]\d+ +\| "  # compose
    rb"|(?:> )+|E   (?= *\S)"  # quotes, pytest
    rb")+"
)
_FIRST_PREFIX = re.compile(rb"[ \t\0]*" + _PREFIX)
_NEXT_PREFIX = re.compile(rb"\n[ \t\0]*" + _PREFIX)


def _strip_prefixes(view: bytes) -> bytes:
    view = _FIRST_PREFIX.sub(_nothing, view, count=1) if _FIRST_PREFIX.match(view) else view
    # The literal line break leads the pattern: `re` then jumps from line to line instead of trying every byte.
    return _NEXT_PREFIX.sub(_nothing_after_break, view)


def _nothing_after_break(match: re.Match[bytes]) -> bytes:
    size = match.end() - match.start() - 1
    return b"\n" + (_ZEROS[:size] if size <= 256 else bytes(size))


# --- marks that are not ASCII -----------------------------------------------------------------------------------------
# Typographic quotes, dashes, blanks, arrows, bullets, emoji become blanks; boxes and invisible characters become nothing.
# Letters and digits of every script stay. Fixed replacements of the same length keep this at the speed of one C pass each.

_MARKS: tuple[tuple[re.Pattern[bytes], bytes | Callable[[re.Match[bytes]], bytes]], ...] = (
    (re.compile(rb"\xe2[\x94\x95\x96][\x80-\xbf]"), b"\0\0\0"),  # box drawing, blocks
    (re.compile(rb"\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xef\xb8[\x80-\x8f]"), b"\0\0\0"),  # invisible
    (re.compile(rb"\xe2[\x80-\xaf][\x80-\xbf]|\xe3\x80[\x80-\x84\x87-\xbf]|\xef\xbf[\xbc\xbd]"), b"   "),
    (re.compile(rb"\xef\xbc[\x81-\x8f\x9a-\xa0\xbb-\xbf]|\xef\xbd[\x80\x9b-\xa5]|\xee[\x80-\xbf]{2}|\xef[\x80-\xa3][\x80-\xbf]"), b"   "),
    (re.compile(rb"\xc2\xad"), b"\0\0"),  # soft hyphen
    (re.compile(rb"\xc2[\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf]|\xc3[\x97\xb7]"), b"  "),
    (re.compile(rb"\xf0\x9f[\x80-\xbf]{2}"), b"    "),
)  # fmt: skip


def _drop_marks(view: bytes) -> bytes:
    for pattern, replacement in _MARKS:
        view = pattern.sub(replacement, view)
    return view
