"""Which lines of a text speak of a failure, and which only look so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

_SPEAKS = re2.compile(
    rb"(?i)[^\n]*(?:error|fail|fatal|exception|denied|refused|rejected|cannot|can't|could not|couldn't|unable|not found"
    rb"|no such|invalid|unexpected|missing|time[d ]*out|unknown|panic|abort|undefined|not allowed|forbidden|unauthorized"
    rb"|not permitted|does not|doesn't|is not|not supported|unsupported|expired|killed|conflict|too (?:large|long|many)"
    rb"|out of|must |segfault|violat|corrupt|exceeded|unresolved|deprecated|cancel|(?-i:\bE[A-Z]{4,}))[^\n]*"
)
_ONLY_MENTIONS = re.compile(
    r"(?i)\b0 (?:errors?|failed|failures?|warnings?|vulnerabilities)|\bno (?:errors?|failures|problems|issues)\b|\berrors?: 0\b"
    r"|\bfail(?:ed|ures)?[:=] ?0\b|(?:^|\s)(?:(?<!be )passed|(?<!n't )pass|(?<!HTTP )ok|xfail|skipped)(?:\s|$)|\.\.\. ok$"
    r"|^\s*(?:compiling|listing|creating|adding|copying|building|collecting|downloading|installing) "
    r"|^\W*_{3,} .* _{3,}$|=== (?:RUN|PAUSE|CONT|NAME)\b|--- PASS"
    r"|^[*|\\/ ]*[0-9a-f]{7,40} [A-Z\"'(\[]|\bMerge (?:branch|pull request|tag) "  # a line of `git log --oneline`
    r"|^\s*\+ |##\[(?:group|command|debug)\]|^\s*(?:\$|>) "
)
_IS_WARNING = re.compile(
    r"(?i)^\W{0,8}(?:##\[)?(?:npm )?(?:warn(?:ing)?|deprecat\w+|notice|hint|note|info|debug)\b|: warning:|\bWARN(?:ING)?\b"
)
_IS_ERROR = re.compile(
    r"(?i:^\W{0,8}(?:##\[error\]|error\b|fatal\b|failed\b|exception\b|panic\b|npm err(?:!|or)))|: (?:fatal )?error\b"
    r"|\b[A-Z]\w*(?:Error|Exception)\b|\b(?:ERROR|FATAL|FAILED|CRITICAL)\b|(?i:\berror\b[ \[:(])"
)  # fmt: skip
_TICKED = re.compile(r"(?:^|[\sm])[✓✔√☑](?:[\s\x1b]|$)")  # a colour may touch it
MOST_BYTES = 4096
"""A longer line is no message; only its beginning is read."""


def error_lines(view: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """(start, end) of every line of a stretch of the view that speaks of a failure."""
    for match in _SPEAKS.finditer(view[start : len(view) if end is None else end]):
        first, last = match.span()
        yield start + first, start + min(last, first + MOST_BYTES)


def is_ticked(line: str) -> bool:
    """Whether the line, as received, is that of a passed test: `✓ rejects a token`."""
    return _TICKED.search(line) is not None


def speaks_of_failure(line: str) -> bool:
    return _SPEAKS.search(line.encode()) is not None


def only_mentions(line: str) -> bool:
    """Whether the line names an error without being one: a passing test, a count of zero, a command that is echoed."""
    return _ONLY_MENTIONS.search(line) is not None


_PROSE_BEFORE = re.compile(r"\w[\w,;]* [\"'`]$")
_PROSE_AFTER = re.compile(r"^\W{0,2}[\"'`],? \w{2}")


def is_quoted_in_prose(before: str, after: str) -> bool:
    """Whether what stands between these two halves of a line is quoted in a sentence: `Fix 'disk full' in the docs`."""
    return _PROSE_BEFORE.search(before) is not None and _PROSE_AFTER.search(after) is not None


def is_warning(line: str) -> bool:
    return _IS_WARNING.search(line) is not None


def is_error(line: str) -> bool:
    """Whether the line calls itself an error."""
    return _IS_ERROR.search(line) is not None
