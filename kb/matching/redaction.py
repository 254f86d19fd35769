"""Secrets and addresses of people, found in a text: a pure function from text to spans.

Applied to everything that leaves the engine (lines, captures, fingerprints, examples), never to what is scanned: a rule
for e-mail addresses before the scan would lose `git@github.com: Permission denied (publickey).`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MASK = "[redacted]"


@dataclass(frozen=True, slots=True)
class Secret:
    start: int
    end: int
    kind: str


_NAMES = (
    r"password|passwd|pwd|passphrase|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|client[_-]?secret"
    r"|secret[_-]?access[_-]?key|auth[_-]?token"
)
_NOT_A_VALUE = r"\s|['\"]|\$|\{\{|<|\*{3}|\[|(?:YES|NO|None|null|true|false)\b"
_KINDS = {
    "private_key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]{0,8000}?-----END [A-Z ]*PRIVATE KEY-----|[^\n]*)",
    "jwt": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*",
    "github": r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|v1\.[0-9a-f]{40}\b)",
    "gitlab": r"\b(?:glpat|gldt|glrt|glcbt|glptt|glft|glsoat|gloas|glagent)-[\w.-]{16,}",
    "aws_id": r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",
    "slack": r"\bxox[abeoprs]-[\w-]{10,}|https://hooks\.slack\.com/services/[\w/]+",
    "google": r"\bAIza[\w-]{35}\b|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}",
    "openai": r"\bsk-(?:proj-|ant-|svcacct-|or-v1-)?[\w-]{20,}",
    "stripe": r"\b[rs]k_(?:live|test)_\w{10,}|\bwhsec_\w{20,}",
    "npm": r"\bnpm_[A-Za-z0-9]{30,}",
    "pypi": r"\bpypi-[\w-]{30,}",
    "docker": r"\bdckr_(?:pat|oat)_[\w-]{20,}",
    "rubygems": r"\brubygems_[0-9a-f]{40,}",
    "hugging_face": r"\bhf_[A-Za-z0-9]{30,}",
    "digital_ocean": r"\bdop_v1_[0-9a-f]{60,}",
    "databricks": r"\bdapi[0-9a-f]{32}\b",
    "sendgrid": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "vault": r"\bhvs\.[\w-]{20,}",
    "terraform": r"\b[\w-]{14}\.atlasv1\.[\w-]{40,}",
    "azure": r"(?<=AccountKey=)[A-Za-z0-9+/]{40,}={0,2}|(?<=[?&]sig=)[\w%+/=-]{20,}",
    "url_password": r"(?<=://)[^\s/@:'\"<>]{0,200}:[^\s/@'\"<>]{1,500}(?=@)|(?<=://)[^\s/@:'\"<>]{16,500}(?=@)",
    "header": r"(?i:\b(?:(?:proxy-)?authorization|(?:set-)?cookie|[a-z-]+-token|x-api-key): ?)(?P<of_header>[^\n\r'\"]{4,4000})",
    "bearer": r"(?i:(?<=\bbearer )|(?<=\bbasic ))(?=[^\s]*\d)[\w.~+/=-]{12,}",
    "assignment": rf"(?i:(?<![A-Za-z])(?:{_NAMES})['\"]?\s?[=:]\s?['\"]?)(?P<of_assignment>(?!{_NOT_A_VALUE})[^\s'\"&,;)]{{4,500}})",
    "email": r"(?<![\w.+@/:-])(?!git@)[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b(?!:[\w~/])",
}
"""Kind and pattern. Where a group `of_<kind>` stands in the pattern, that group is the secret and the rest its context."""
_SECRETS = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))


def secrets_in(text: str) -> list[Secret]:
    """Every secret in a short text (a line, a value), in order, not overlapping."""
    return [Secret(*_span(match, match.lastgroup or ""), match.lastgroup or "") for match in _SECRETS.finditer(text)]


def _span(match: re.Match[str], kind: str) -> tuple[int, int]:
    inner = f"of_{kind}"
    return match.span(inner if inner in _SECRETS.groupindex else 0)


def redact(text: str) -> tuple[str, list[Secret]]:
    """The text with its secrets masked, and where they stood in the text as given."""
    secrets = secrets_in(text)
    if not secrets:
        return text, secrets
    parts, at = [], 0
    for secret in secrets:
        parts += [text[at : secret.start], MASK]
        at = secret.end
    return "".join([*parts, text[at:]]), secrets
