"""Measure redaction: how much of what is secret it masks, and how much it masks that is not.

    python -m bench.redaction

Prints recall over the cases of `tests/matching/secret_cases.py`, over-redaction over their look-alikes, the lines that
are changed in the healthy logs of `fixtures/clean`, and what a line costs. `-v` lists every miss.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from kb.matching.redaction import redact
from tests.matching.secret_cases import harmless_lines, kinds, secret_cases

LOGS = Path("fixtures/clean")
_SHOWN = 2000
"""Characters of a line that the site shows at the most."""


def missed() -> list[str]:
    """Every case whose secret is still to be read, or part of it."""
    return [f"{case.kind}: {case.line}" for case in secret_cases() if is_readable(case.secret, redact(case.line)[0])]


def is_readable(secret: str, shown: str) -> bool:
    """Whether any four characters of the secret that stand together are shown."""
    return any(secret[at : at + 4] in shown for at in range(max(1, len(secret) - 3)))


def overdone() -> list[str]:
    return [f"{line}  ->  {redact(line)[0]}" for line in harmless_lines() if redact(line)[1]]


def main() -> None:
    verbose = "-v" in sys.argv[1:]
    cases, harmless = secret_cases(), harmless_lines()
    leaks, masked = missed(), overdone()
    print(f"recall          {1 - len(leaks) / len(cases):.4f}  {len(cases)} lines, {len(kinds())} kinds of secrets")
    print(f"over-redaction  {len(masked) / len(harmless):.4f}  {len(harmless)} look-alikes")
    logs = [path.read_text(errors="replace") for path in sorted(LOGS.glob("*.log"))]
    lines = [line[:_SHOWN] for log in logs for line in log.split("\n")]
    started = time.perf_counter()
    changed = [line for line in lines if redact(line)[1]]
    spent = time.perf_counter() - started
    print(f"healthy logs    {len(changed)} of {len(lines)} lines changed")
    print(f"cost            {spent / len(lines) * 1e6:.0f} us a line, {sum(map(len, lines)) // len(lines)} characters")
    if verbose:
        for title, rows in (("leak", leaks), ("overdone", masked), ("log", [redact(line)[0] for line in changed])):
            print(*(f"{title}: {row[:300]}" for row in rows), sep="\n")


if __name__ == "__main__":
    main()
