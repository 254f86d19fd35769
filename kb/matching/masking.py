"""Fingerprints of unmatched lines: the line with what changes from run to run masked, hashed.

A fingerprint names the version of its mask (`1-9c1f…`), so that fingerprints of different masks are never compared.
What is masked and what is not is a matter of taste in a few places: `docs/fingerprints.md` lists the known mistakes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

VERSION = 1
"""Goes up whenever the mask changes what it says of any line: old fingerprints then stand for themselves."""

_SEGMENT = r"[\w.@+~%=-]{1,100}"
_EXTENSION = (
    r"(?:py|pyi|ipynb|js|mjs|cjs|ts|jsx|tsx|vue|css|scss|html?|java|kts?|scala|groovy|gradle|go|rs|c|cc|cpp|cxx|h|hpp|cs|fs|vb"
    r"|rb|php|pl|pm|sh|bash|ps1|bat|cmd|swift|m|mm|sql|proto|graphql|tf|tfvars|hcl|ya?ml|json|toml|ini|cfg|conf|properties|env"
    r"|xml|csproj|sln|md|rst|txt|csv|log|lock|zip|tar|gz|tgz|bz2|xz|whl|jar|war|deb|rpm|so|a|o|dll|exe|dylib|pem|crt|key|pid|sock)"
)
_LABEL = r"[a-zA-Z0-9_-]{1,63}\."
_HOST = (
    rf"(?:{_LABEL}){{1,8}}(?:com|org|net|io|dev|local|localdomain|internal|example|invalid|test|cloud|app|corp|lan|home|edu|gov"
    rf"|info|tech|site|svc)|(?:{_LABEL}){{2,8}}(?:de|uk|fr|eu|us|nl|ch|at|jp|cn|ru|pl|br|se|es|it|in|au|ca|co|ai|me)"
)
_TOLD = r"(?:msg|message|error|err|reason|cause|code|errno|level|status|type|kind|severity|exception)"
_ADDRESS_6 = r"(?:[0-9a-fA-F]{1,4}:){2,7}(?:[0-9a-fA-F]{1,4}|:)|(?:[0-9a-fA-F]{0,4}:){0,6}:[0-9a-fA-F:]{0,30}(?<=:)[0-9a-fA-F]{1,4}"
_CODE_BEFORE = (
    r"(?:[cC]ode|CODE|[sS]tatus|STATUS|[eE]rrno|ERRNO|[sS]ignal|[eE]xit|(?<=xited )with|HTTP(?:/\d(?:\.\d)?\"?)?|\brc|SQLSTATE)"
    r"[ :=#(\[]{1,3}"
)

_PATH = (
    r"[A-Za-z]:\\(?:Program Files(?: \(x86\))?\\)?[^\s'\":<>|]*|\\\\[\w.-]{1,60}\\[^\s'\"<>|]{1,200}"
    rf"|(?:~|\.{{1,2}})?/{_SEGMENT}(?:/{_SEGMENT})*/?"
    rf"|(?:{_SEGMENT}/){{2,}}{_SEGMENT}(?::[A-Za-z][\w.-]{{0,80}}|:\d+(?:\.\d+)+[\w.-]{{0,80}})?"  # with an image's tag
    rf"|{_SEGMENT}/{_SEGMENT}\.[a-z]\w{{0,4}}\b|{_SEGMENT}\.{_EXTENSION}\b(?![.(\w])"
)
_LINE_AND_COLUMN = r"(?::\d+(?::\d+)?(?!\.\d)|\(\d+(?:,\d+)?\))?"
_NO_NUMBER_BEFORE = r"(?<![A-Za-z0-9.])"
_SECONDS = r"(?:ns|us|µs|ms|secs?|s|seconds?|mins?|minutes?|hours?|days?|milliseconds?)"

# A row a form. What comes first wins where several could match; no row may hold a group of its own.
_FORMS = (
    # Most of a line is plain words: taking a run of them in one step spares every other form a try at each.
    ("kept", r"(?<![\w./\\:@-])(?:(?!(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[, ])[A-Za-z]{1,40}(?:[,;]? (?![\d(\[#-])|$))+"),
    ("redacted", r"\*{3,}(?! )|\[(?:redacted|REDACTED|MASKED|FILTERED|secure)\]"),
    # A number that says which error this is stays, and so does a text that is said to be the message.
    ("kept", rf"{_CODE_BEFORE}-?\d{{1,5}}\b(?![.:/]\d)"),
    ("kept", r"(?:[eE]rror|ERROR)[ :#(=\[]{1,3}\d{3,5}\b(?![.:/]\d)|(?:\bError|(?<=os )error) \d{1,5}\b"),
    ("kept", r"\b[45]\d\d(?= [A-Z][a-z]+)|(?<=\" )[1-5]\d\d(?= \d|$)"),  # 404 Not Found; "GET /" 404
    ("kept", r"\b(?:ORA|PLS|TNS|SP2|RMAN|IMP|EXP|MSB|NU|KB)-\d{3,6}\b|\b0x[8Cc][0-9a-fA-F]{7}\b"),
    ("kept", r"\b(?:Node|Vue|Next|Nuxt|Express)\.js\b"),
    ("told", rf"\b{_TOLD}=(?:\"[^\"\n]{{1,400}}\"|'[^'\n]{{1,400}}')"),
    ("told", rf"(?:[{{,]\s?)?\"{_TOLD}\"\s?:\s?\"[^\"\n]{{1,400}}\""),
    ("kept", r"[{,]\s?\"[\w.@-]{1,60}\"\s?:"),  # a key of JSON
    ("time", r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?"),
    ("time", r"\b\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?|\b\d{1,2}/\d{1,2}/\d{2,4}(?: \d\d:\d\d(?::\d\d)?)?"),
    ("time", r"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:[A-Z][a-z]{2} [ \d]?\d|\d{1,2} [A-Z][a-z]{2} \d{4}),? \d\d:\d\d:\d\d(?:\.\d+)?(?: (?:[A-Z]{3,4}|[+-]\d{4}))?(?: \d{4})?"),
    ("time", r"(?<![\w:])\d\d?:\d\d:\d\d(?:[.,]\d+)?(?![\w:])"),
    ("url", r"\b[a-z][a-z0-9+.-]{1,20}://(?:\[redacted\]|[^\s'\"<>)\]])+(?<![.,:;!?])"),
    ("uuid", r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    ("hash", r"\b(?:sha\d{1,3}|SHA\d{1,3}|md5|MD5|h1)[:-][A-Za-z0-9+/_-]{16,}=*|\b(?:[0-9A-Fa-f]{2}:){5,}[0-9A-Fa-f]{2}\b"),
    ("hash", r"\b0x[0-9a-fA-F]+\b|\bg?(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,128}\b|\b(?=[A-F]*\d)(?=\d*[A-F])[0-9A-F]{16,128}\b"),
    ("hash", r"\b(?=(?:[A-Za-z]{0,30}\d){3})(?=\d{0,40}[A-Za-z])[A-Za-z0-9]{14,200}\b"),
    ("address", r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+|/\d\d?)?(?![\w.]*\d\.)\b"),
    ("address", rf"\[(?:{_ADDRESS_6})\](?::\d+)?|(?<![\w:.])(?=[a-fA-F:]*\d)(?:{_ADDRESS_6})(?![\w:])"),
    ("package", r"(?<![\w/.])@[\w.-]{1,60}/[\w.-]{1,80}(?:@[\w.^~+-]{1,40})?|(?<![\w/.@-])[a-z][\w.-]{0,60}@[\^~v]?\d[\w.+-]{0,40}"),
    ("path", rf"(?<![\w.])(?:{_PATH})(?<![.]){_LINE_AND_COLUMN}"),
    ("host", rf"(?<![\w.-])(?:{_HOST})\b(?![.(]\w)(?::\d+)?|\blocalhost(?::\d+)?\b|\b[a-z][a-z0-9-]{{0,62}}:\d{{4,5}}\b"),
    ("host", r"\b[a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,6}-[0-9a-f]{8,10}-[a-z0-9]{5}\b"),  # a pod
    ("quoted", r"(?<![\w\\])'[^'\n]{1,200}'(?!\w)|(?<!\w)\"[^\"\n]{1,200}\"|`[^`'\n]{1,200}['`]"),
    ("temp", r"\btmp[._-]?(?=[a-z_]*[A-Z0-9])\w{4,40}\b"),
    ("duration", rf"{_NO_NUMBER_BEFORE}(?:\d+(?:[.,]\d+)?(?:h|hrs?|min|ms|us|µs|ns|m|s)){{1,4}}(?![A-Za-z0-9])"),
    ("duration", rf"{_NO_NUMBER_BEFORE}\d+(?:[.,]\d+)? {_SECONDS}(?![A-Za-z0-9])"),
    ("size", rf"{_NO_NUMBER_BEFORE}\d+(?:[.,]\d+)* ?(?:[kKMGTP]i?B?|[Bb]ytes?|B)(?:/s)?(?![A-Za-z0-9])"),
    ("number", rf"\bgo\d+(?:\.\d+)+|{_NO_NUMBER_BEFORE}(?:(?<=[\s=(:,\[])[-+])?[v^~]?\d+(?:[.,]\d+)*(?:[-+~]\w[\w.+-]{{0,40}}(?<=\w)|(?<=\.\d)(?:a|b|rc|p|dev)\d+)?(?:(?:st|nd|rd|th)\b|(?=[a-zA-Z]{{0,3}}(?![A-Za-z0-9])))"),
)  # fmt: skip
_KINDS = ("", *(kind for kind, _ in _FORMS))
"""By the number of the group that matched."""
_VOLATILE = re.compile("|".join(f"({pattern})" for _, pattern in _FORMS))
_SENTENCE = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}")


def mask(line: str) -> str:
    """The line's template: volatile tokens become `<kind>`, equal tokens the same one, blanks are folded."""
    return " ".join(_Names().mask(line).split())


def pieces(line: str) -> Iterator[tuple[str, str]]:
    """The line cut where the mask cuts it: what stays as it is, under no name, and what is masked under its kind."""
    at = 0
    for match in _VOLATILE.finditer(line):
        kind, token = _KINDS[match.lastindex or 0], match[0]
        if kind == "kept":
            continue
        yield "", line[at : match.start()]
        at = match.end()
        if _is_said(kind, token):
            start = _said_from(token)
            yield "", token[:start]
            yield from pieces(token[start:-1])
            yield "", token[-1]
        else:
            yield kind, token
    yield "", line[at:]


def fingerprint(template: str) -> str:
    """The fingerprint of a masked line. Case does not count, nor whether it is one error or two errors."""
    told = _PLURAL.sub(r"\1", template.lower())
    return f"{VERSION}-{hashlib.sha256(told.encode(errors='replace')).hexdigest()[:16]}"


_PLURAL = re.compile(r"(<number(?:_\d{1,3})?> [a-z]{3,30})s\b")


class _Names:
    """What the tokens of one line are called: the second host is `<host_2>`, and so it is each time it returns."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def mask(self, text: str) -> str:
        return _VOLATILE.sub(self._replace, text)

    def _replace(self, match: re.Match[str]) -> str:
        kind, token = _KINDS[match.lastindex or 0], match[0]
        if kind == "redacted":
            return "[redacted]"
        if kind == "kept":
            return token
        if _is_said(kind, token):
            start = _said_from(token)
            return f"{token[:start]}{self.mask(token[start:-1])}{token[-1]}"
        if token not in self._names:
            self._counts[kind] = count = self._counts.get(kind, 0) + 1
            self._names[token] = f"<{kind}>" if count == 1 else f"<{kind}_{count}>"
        return self._names[token]


def _is_said(kind: str, token: str) -> bool:
    """Whether it is a quoted message and no name: it stays, and what is volatile in it is masked."""
    return kind == "told" or (kind == "quoted" and _SENTENCE.search(token) is not None)


def _said_from(token: str) -> int:
    return max(token.rfind(token[-1], 0, -1), 0) + 1
