"""Commands that hide a problem instead of ending it: marked with their risk, and last."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.content.document import Fix, Risk
from kb.content.lint.corpus import Corpus, Subject
from kb.content.problems import Finding
from kb.content.prose import code_blocks

_HIDING = re.compile(
    r"(?:^|(?<=[\s\"'`=(\[,]))(?:"
    r"--force(?![-\w])|--insecure\b|--no-verify(?![-\w])|--no-check-certificate\b|--trusted-host\b|--allow-unauthenticated\b"
    r"|--legacy-peer-deps\b|--break-system-packages\b|--skip-tls-verify\b|--insecure-skip-tls-verify\b|--no-gpg-check\b"
    r"|chmod\s+(?:-\w+\s+)*0?777\b|setenforce\s+0\b|continue-on-error:\s*true\b|allow_failure:\s*true\b"
    r"|http\.(?:\S+\.)?sslverify[\s=]+[\"']?(?:false|0)\b|GIT_SSL_NO_VERIFY[\s=:]+[\"']?(?:1|true)\b"
    r"|StrictHostKeyChecking[\s=]+[\"']?(?:no|off)\b|UserKnownHostsFile[\s=]+/dev/null\b"
    r"|NODE_TLS_REJECT_UNAUTHORIZED[\s=:]+[\"']?0\b|strict-ssl[\s=]+false\b|PYTHONHTTPSVERIFY[\s=:]+[\"']?0\b"
    r"|verify\s*=\s*False\b|InsecureSkipVerify:\s*true\b|sslmode=disable\b"
    r")|\bcurl\b[^\n|;&]*\s-[a-zA-Z]*(?-i:k)[a-zA-Z]*(?![-\w])|\bgit\b[^\n|;&]*\spush\b[^\n|;&]*\s-f\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"\bgit\b[^\n|;&]*\s(?:fetch|submodule|worktree)\b[^\n|;&]*")
"""Here `--force` only overwrites what comes from the server anyway."""
_COMMENT = re.compile(r"^[ \t]*(?:#|//|REM\b).*$", re.MULTILINE)


def hiding_command(text: str) -> str:
    """The first command in some code that hides a problem, or nothing."""
    found = _HIDING.search(_HARMLESS.sub("", _COMMENT.sub("", text)))
    return " ".join(found[0].split()) if found else ""


def hides(fix: Fix) -> str:
    """The first command of a fix that hides the problem, or nothing."""
    return hiding_command("\n".join(code_blocks(fix.body) + code_blocks(fix.long)))


def hides_the_problem(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB050: a fix that hides the problem says so, and is never the quick one."""
    quick = page.doc.quick_fix
    if quick and (found := hiding_command(quick.command)):
        message = f"`{found}` hides the problem, so it cannot be the quick fix; move it to the end of `fixes`"
        yield Finding("KB050", message, ("quick_fix", "command"))
    for number, fix in enumerate(page.doc.fixes):
        if fix.risk is Risk.SAFE and (found := hides(fix)):
            message = f"`{found}` hides the problem; write `risk: careful` or `risk: destructive`"
            yield Finding("KB050", message, ("fixes", number))


def hides_before_others(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB051: fixes that hide the problem come last."""
    hiding = [hides(fix) for fix in page.doc.fixes]
    for number, found in enumerate(hiding):
        if found and not all(hiding[number:]):
            message = f"`{found}` hides the problem and stands before fixes that end it; move it to the end"
            yield Finding("KB051", message, ("fixes", number))
