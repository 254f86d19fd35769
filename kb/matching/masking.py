"""Fingerprints of unmatched lines: the line with what changes from run to run masked, hashed.

A fingerprint names the version of its mask (`1-9c1f…`), so that fingerprints of different masks are never compared.
"""

from __future__ import annotations

import hashlib
import re

VERSION = 1

_VOLATILE = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("time", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"),
            ("url", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s'\"<>)\]]+"),
            ("uuid", r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
            ("hash", r"\b(?:sha\d+[:-])?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,128}\b|\b0x[0-9a-fA-F]+\b"),
            ("address", r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"),
            ("path", r"(?<![\w.])(?:[A-Za-z]:\\[^\s'\":]+|(?:~|\.{1,2})?/[\w.@+~-]+(?:/[\w.@+~-]+)*/?|(?:[\w.@+~-]+/){2,}[\w.@+~-]+)"),
            ("host", r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|local|internal|example|invalid|cloud|app|corp)\b(?::\d+)?"),
            ("quoted", r"'[^'\n]{1,200}'|\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`"),
            ("version", r"\bv?\d+(?:\.\d+){1,4}(?:[-+.][\w.]+)?\b"),
            ("number", r"\b\d+(?:[.,]\d+)*(?=[a-zA-Z]{0,3}\b)"),
        )
    )
)  # fmt: skip


def mask(line: str) -> str:
    """The line's template: volatile tokens become `<kind>`, equal tokens the same one, blanks are folded."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}

    def name(match: re.Match[str]) -> str:
        token = match[0]
        if token not in names:
            kind = match.lastgroup or ""
            counts[kind] = counts.get(kind, 0) + 1
            names[token] = f"<{kind}>" if counts[kind] == 1 else f"<{kind}_{counts[kind]}>"
        return names[token]

    return " ".join(_VOLATILE.sub(name, line).split())


def fingerprint(template: str) -> str:
    """The fingerprint of a masked line."""
    return f"{VERSION}-{hashlib.sha256(template.lower().encode()).hexdigest()[:16]}"
