"""Secrets and addresses of people, found in a text: a pure function from text to spans.

Applied to everything that leaves the engine (lines, captures, fingerprints, examples), never to what is scanned: a rule
for e-mail addresses before the scan would lose `git@github.com: Permission denied (publickey).`.

A secret is told by its own looks (`credentials.py`: the vendors' published forms) or by what stands around it (below:
`password=`, `Authorization:`, `https://user:…@`). The second kind is asked whether the value is a secret at all:
`$TOKEN`, `<password>`, `password: too short` are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import re2

from .credentials import VENDORS

MASK = "[redacted]"


@dataclass(frozen=True, slots=True)
class Secret:
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that stands where secrets stand, with what is needed to tell whether it is one."""

    name: str
    """What the text calls it, in lower case; empty where nothing does."""
    value: str
    before: str
    """What leads up to it, name and separator included; the last part of it, if that is long."""
    after: str
    """What follows it; the first part of it, if that is long."""


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


def secrets_in(text: str) -> list[Secret]:
    """Every secret in a short text (a line, a value), in order, not overlapping."""
    plain = _one_byte_a_character(text)
    lowered = plain.lower()
    return _apart(secret for kind in _KINDS if kind.may_stand_in(lowered) for secret in kind.secrets_in(plain))


def _one_byte_a_character(text: str) -> bytes:
    """The text as ASCII of the same length: RE2 works on bytes, and offsets must stay those of the text."""
    return (text if text.isascii() else _NOT_ASCII.sub("\x7f", text)).encode()


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def _apart(secrets: Iterable[Secret]) -> list[Secret]:
    """The secrets in order, those that overlap taken together."""
    apart: list[Secret] = []
    for secret in sorted(secrets, key=lambda one: (one.start, -one.end)):
        if apart and secret.start < apart[-1].end:
            apart[-1] = Secret(apart[-1].start, max(apart[-1].end, secret.end), apart[-1].kind)
        else:
            apart.append(secret)
    return apart


# --- kinds ------------------------------------------------------------------------------------------------------------

_AROUND = 120
"""Characters on either side that are looked at to tell a secret from its look-alikes."""


class _Kind:
    """A form that secrets take."""

    def __init__(self, name: str, hints: str, pattern: str, is_secret: Callable[[Candidate], bool]) -> None:
        self._hints = tuple(hint.encode() for hint in hints.split())
        self._name = name
        self._pattern = re2.compile(pattern.encode())
        self._groups = {name.decode(): number for name, number in self._pattern.groupindex.items()}
        self._is_secret = is_secret

    def may_stand_in(self, lowered: bytes) -> bool:
        return not self._hints or any(hint in lowered for hint in self._hints)

    def secrets_in(self, text: bytes) -> Iterator[Secret]:
        for match in self._pattern.finditer(text):
            start, end = self._value(match)
            if start < end and self._is_secret(self._candidate(match, text, start, end)):
                yield Secret(start, end, self._name)

    def _value(self, match: re2._Match[bytes]) -> tuple[int, int]:
        """The group that took part, or all of the match where the pattern has none."""
        named = self._groups.get("name")
        spans = [match.span(group) for group in range(1, self._pattern.groups + 1) if group != named]
        return next((span for span in spans if span != (-1, -1)), match.span() if not spans else (0, 0))

    def _candidate(self, match: re2._Match[bytes], text: bytes, start: int, end: int) -> Candidate:
        named = self._groups.get("name")
        name = (match.group(named) or b"") if named else b""
        around = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        before, after = (side.decode() for side in around)
        return Candidate(name.decode().lower(), text[start:end].decode(), before, after)


def _is_no_placeholder(found: Candidate) -> bool:
    """Whether a vendor's token is more than its form filled up: `ghp_xxxxxxxx`, `npm_YOUR_TOKEN_HERE`."""
    return len(set(found.value[-16:])) > 3 and _EXAMPLE.search(found.value) is None


_EXAMPLE = re.compile(r"(?i)your|example|placeholder|dummy|redacted|xxxx|0123456789abcdef0123")


# --- passwords by name ------------------------------------------------------------------------------------------------

_PASSWORDLIKE = r"pass(?:word|wd|wort|phrase)|passcode"
_SECRETLIKE = (
    r"secret(?:[_-]?access)?(?:[_-]?key)?(?:[_-]?base)?|client[_-]?secret|(?:api|app|access|account|auth|private|encryption"
    r"|encrypt|signing|license|master|shared|storage|subscription|service[_-]?role|anon)[_-]?key|apikey|token|credentials?"
    r"|[_-](?:sas|jwt|pat|session[_-]?id)|bearer|[jp]\w*sess(?:ion)?id"
)
_SHORT = r"[_.-](?:pass|pwd|pw)|[a-z](?-i:Pass|Pwd)|\b(?-i:pass|pwd)|(?-i:[A-Z0-9]_AUTH)|(?:^|[\s\"':{,/])_?auth"
_NAME = rf"(?P<name>{_PASSWORDLIKE}|{_SECRETLIKE}|{_SHORT})(?:_?\d{{1,2}})?"
_SEPARATOR = r"\\*[\"']?\]?[ \t]*(?:=>|:=|=|:)[ \t]*"
_VALUE = r"(?:b?\\*\"([^\"\\\n]+)|b?\\*'([^'\\\n]+)|([^\s'\",;\x00-\x1f]+))"

_PASSWORDS = re.compile(r"pass|pwd|pw\b")
_WORD = re.compile(
    r"(?i)(?:yes|no|none|null|nil|true|false|undefined|empty|blank|missing|required|optional|invalid|expired|incorrect|wrong"
    r"|denied|failed|failure|error|unknown|hidden|secret|password|passwd|token|key|credentials?|masked|redacted|removed|filtered|string"
    r"|str|bytes?|int|integer|bool|boolean|object|any|text|varchar|bearer|basic|digest|jwt|oauth2?|not|set|unset|ok|is|are"
    r"|was|be|must|cannot|can't|could|the|a|an|for|in|to|from|with|without|and|or|of|on|at|as|if|by|via|value|values|default"
    r"|prompt|stdin|env|file|changed|updated|created|rotated|expected|provided|given|found|too|should|does|has|have|your"
    r"|our|this|that|it|please|enter|see|use|used|using|unexpected|unsupported|unauthorized|forbidden|only|never|always"
    r"|read|write|admin|user|username|login|name|type|option|flag|argument|parameter|instead|identifier|punctuation"
    r"|keyword|comma|newline|eof|sensitive|sha-?\d+|md5|plain(?:text)?|scram-sha-256|peer|trust|ident)[.,:;!?)]*"
)
_REFERENCE = re.compile(
    r"\$(?:[{(]|env:)|\$[A-Za-z_]\w*['\"]?$|%\w+%|%[sdqv]\b|\{|<|\*{2,}|\.{3}|\[|\(|#\{|@\{|=|\x7f+$|[xX]{3,}$|[-_*.xX\x7f]+$"
    r"|(?i:!(?:secret|ref|sub|getatt|importvalue|vault)\b|(?:your|my|the|some|insert|replace|put)[_-])|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$"
    r"|(?i:https?://|arn:|file:|env:|vault:|op://|ssm:|projects/|kms:)"
    r"|(?:secrets?|vars?|env|process\.env|os\.environ|local|data|module|each|self|this|config|settings|args|options|params"
    r"|req|request|ctx|inputs?|steps|github|needs|credentials|props|state)[.\[]"
    r"|[A-Za-z_][\w.:]*(?:\(|\[[A-Za-z])|(?:~|\.{1,2})?/(?:[a-z0-9._-]+/)*[a-z0-9._-]*\.?[a-z0-9_-]+/?$|[A-Za-z]:\\"
)
"""What names a secret, fetches it, or stands in its place: not the secret itself."""
_COUNTED = re.compile(r"(?i)(?:max|min|num|total|used|prompt|completion|input|output|next|unexpected|bad|n)[_ -]?$")
_PUBLIC = re.compile(r"public[ _-]?(?:key[ _-]?)?$")
_IN_QUERY = re.compile(r"[?&][\w.-]*=$")
_SLUG = re.compile(r"[a-z]+(?:[-_.][a-z]+)+")
"""`db-credentials`: what a secret is called where secrets are kept."""
_PROSE = re.compile(r"[ \t]+[A-Za-z(`'\"]{2}")


def _is_named_value(found: Candidate) -> bool:
    """Whether what follows `password=` or `token: ` is one, and no word about one."""
    if _IN_QUERY.search(found.before):
        return False  # the kind `query` knows where such a value ends
    value = found.value
    is_password = _PASSWORDS.search(found.name) is not None
    if len(value) < (3 if is_password else 6) or _is_reference(value):
        return False
    if not is_password and value.isdecimal() and len(value) < 9:
        return False
    if not is_password and _SLUG.fullmatch(value):
        return False
    called = found.before.lower().rpartition(found.name)[0]
    if _PUBLIC.search(called) or (_COUNTED.search(called) and not _looks_random(value)):
        return False
    if _is_quoted(found.before) or "=" in found.before[-3:]:
        return True
    if _PROSE.match(found.after):  # `password: too short for user x`
        return _looks_random(value)
    return is_password or _looks_random(value) or len(value) > 19


def _is_reference(value: str) -> bool:
    # A reference is short; more of a value than that would only cost time.
    return _WORD.fullmatch(value) is not None or _REFERENCE.match(value[:_AROUND]) is not None


def _is_quoted(before: str) -> bool:
    return before[-1:] in {"'", '"'}


def _looks_random(value: str) -> bool:
    """Whether digits and letters are mixed as no word mixes them."""
    digits = sum(map(str.isdigit, value))
    return len(value) >= 6 and 0 < digits < len(value) and any(map(str.isalpha, value))


def _is_spoken(found: Candidate) -> bool:
    """Whether what follows `token ` in a sentence is no word of it: long, and mixed as no name is."""
    value = found.value
    digits = sum(map(str.isdigit, value))
    mixed = any(map(str.isupper, value)) and any(map(str.islower, value))
    return digits > 1 and (mixed or _HEX.fullmatch(value) is not None)


_HEX = re.compile(r"[0-9a-f]+")


def _is_flag_value(found: Candidate) -> bool:
    """Whether what follows `--password ` is one: not the next flag, not a sentence about the flag."""
    return not found.value.startswith("-") and len(found.value) > 2 and not _is_reference(found.value)


def _is_value(found: Candidate) -> bool:
    return not _is_reference(found.value)


# --- passwords by place -----------------------------------------------------------------------------------------------

_PORT = re.compile(r"\d{1,5}(?:/|$)")


def _is_url_password(found: Candidate) -> bool:
    """Whether this is a password, and not a port before an `@` that stands in the path."""
    return _PORT.match(found.value) is None and not _is_reference(found.value)


def _is_url_token(found: Candidate) -> bool:
    """Whether the user of an address is really a token: long, with digits, or an address of a person."""
    value = found.value
    return "%40" in value or (len(value) >= 16 and _looks_random(value) and not _is_reference(value))


def _is_credential(found: Candidate) -> bool:
    """Whether `Bearer …` is followed by a credential, and no word of a sentence."""
    return not _is_reference(found.value) and _looks_random(found.value)


def _is_key_line(found: Candidate) -> bool:
    """Whether a line of base64 may be one of a private key: such text mixes digits and both cases."""
    value = found.value
    digits = sum(map(str.isdigit, value))
    return digits > 2 and any(map(str.isupper, value)) and any(map(str.islower, value)) and value.count("/") < 6


# --- people -----------------------------------------------------------------------------------------------------------

_NO_TLD = frozenset(
    "service socket timer target mount slice scope device png svg jpg jpeg gif webp ico js mjs cjs ts jsx tsx css scss tgz gz"
    " whl jar json yml yaml toml lock log txt conf html exe dll deb rpm local localdomain internal lan localhost invalid".split()
)
"""What ends like an address of a person and is a file, a unit, or a machine of one's own."""
_MACHINE_AFTER = re.compile(r":(?:[~/\w.]|\s*(?:Permission denied|\$|#))|'s password|[#$]\s|/")
_MACHINE_BEFORE = re.compile(r"\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id|Host|git)\b[^|;&]*\s$|[/@:~]$|://\S*$")
_NO_PERSONS = frozenset(["openssh.com", "libssh.org", "lysator.liu.se", "ssh.com"])
"""Who signs names of algorithms with an `@`: `chacha20-poly1305@openssh.com`."""
_NO_PERSON = frozenset(["git", "noreply", "no-reply", "root", "hg", "svn", "ssh", "runner", "actions"])


def _is_person(found: Candidate) -> bool:
    """Whether `a@b.c` is somebody's mail, and not a user on a machine, a package with its version, a unit."""
    user, _, host = found.value.partition("@")
    return (
        user.lower() not in _NO_PERSON
        and host.lower() not in _NO_PERSONS
        and host.rpartition(".")[2].lower() not in _NO_TLD
        and _MACHINE_AFTER.match(found.after) is None
        and _MACHINE_BEFORE.search(found.before) is None
    )


# --- the table --------------------------------------------------------------------------------------------------------

_LOGINS = r"(?:mysql\w*|mariadb[\w-]*|sshpass|(?:docker|podman|buildah|skopeo|oras|registry|az|cf|oc|ecr) login)"
_KEYHEADERS = (
    r"(?:x-[\w-]{0,40}(?:token|key|secret|auth|signature|session|art-api)|(?:private|job|deploy|access|api|auth)-(?:token|key)"
    r"|dd-ap[pi]\w*-key|ocp-apim-subscription-key|apikey)"
)
_OPEN = r"\\*[\"']?\s?[:=]\s?(?:b?\\*[\"'\[]{1,2})?"

_CONTEXTS: tuple[tuple[str, str, str, Callable[[Candidate], bool]], ...] = (
    ("private_key", "private key", r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----((?:[^-]|-[^-])+)", _is_value),
    ("private_key", "", r"(?:^|\s)(?:([A-Za-z0-9+/]{64})|([A-Za-z0-9+/]{70}))\s*$", _is_key_line),
    ("vault", "s.", r"(?:^|[\s\"'=:])(s\.[A-Za-z0-9]{24})(?:$|[\s\"',;])", _is_credential),
    ("discord", ".", r"\b[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}\b", _is_credential),
    ("url_password", "://", r"://[^\s/@:'\"<>]*:([^\s/'\"<>]+)@", _is_url_password),
    ("url_password", "://", r"://[^\s/@:'\"<>]*:([^\s@'\"<>]+)@", _is_url_password),
    ("url_token", "://", r"://([^\s/@:'\"<>]+)(?::x-oauth-basic|:)?@", _is_url_token),
    ("email", "://", r"://([^\s/:'\"<>]+@[^\s/@:'\"<>]+)@", _is_value),
    ("url_password", "@tcp( @unix(", r"[\w.-]+:([^\s'\"]+)@(?:tcp|unix)\(", _is_value),
    (
        "header",
        "authorization",
        rf"(?i)authorization{_OPEN}(?:(?:bearer|basic|token|apikey|negotiate|ntlm|ssws|key)\s+)?([^\s'\"\]]{{4,}})",
        _is_value,
    ),
    ("header", "authorization", rf"(?i)authorization{_OPEN}(?:digest|aws4-hmac-sha256|oauth)\s+([^\n\r]+)", _is_value),
    ("header", "cookie", rf"(?i)\b(?:set-)?cookie{_OPEN}([^\s=;,'\"]+=[^\n\r'\"]*)", _is_value),
    ("header", "token key secret auth signature session art-api", rf"(?i)\b{_KEYHEADERS}{_SEPARATOR}[\"']?([^\s'\",;]{{6,}})", _is_value),
    ("bearer", "bearer basic", r"(?i)\b(?:bearer|basic)\s+([\w.~+/=-]{12,})", _is_credential),
    (
        "assignment",
        "pass secret key token credential pwd pw auth sas jwt pat bearer sess webhook",
        rf"(?i){_NAME}{_SEPARATOR}{_VALUE}",
        _is_named_value,
    ),
    ("query", "key= signature= auth= session= sid= code=", r"(?i)[?&](?:key|signature|auth|session|sid|code)=([^\s'\"&#]{12,})", _is_credential),
    ("query", "?", rf"(?i)[?&][\w.-]*(?:{_PASSWORDLIKE}|{_SECRETLIKE})=([^\s'\"&#]{{4,}})", _is_value),
    (
        "flag",
        "pass secret key token pwd credential",
        rf"(?i)--?[\w-]*(?:{_PASSWORDLIKE}|{_SECRETLIKE}|pwd|pass)[ \t]+(?:\"([^\"\n]+)|'([^'\n]+)|([^\s'\"]+))",
        _is_flag_value,
    ),
    ("flag", "-p", rf"\b{_LOGINS}\b[^\n|;]*?\s-p[ \t]*(?:\"([^\"\n]+)|'([^'\n]+)|([^\s'\"]+))", _is_flag_value),
    ("flag", "-u --user --proxy-user --creds", r"\b(?:curl|wget|http|skopeo|svn)\b[^\n|;]*?\s(?:-u|--(?:proxy-)?user|--(?:src-|dest-)?creds)[ =]?[\"']?[^\s:'\"]+:([^\s'\"]+)", _is_flag_value),
    ("flag", "redis-cli ldap sqlcmd bcp zip 7z", r"\b(?:redis-cli\b[^\n|;]*?\s-a|ldap\w+\b[^\n|;]*?\s-w|(?:sqlcmd|bcp|zip|unzip)\b[^\n|;]*?\s-P|7z\b[^\n|;]*?\s-p)[ \t]*[\"']?([^\s'\"]+)", _is_flag_value),
    ("flag", "pass:", r"\bpass:([^\s'\"]{3,})", _is_value),
    ("flag", "--password-stdin", r"\b(?:echo|printf)\s+(?:-\w+\s+)?[\"']?([^\s'\"|]+)[\"']?\s*\|[^|\n]*--password-stdin", _is_value),
    ("variable", "env setx set arg", rf"(?i)\b(?:ENV|ARG|setx?)\s+\w*(?:{_PASSWORDLIKE}|{_SECRETLIKE}|_pass|_pwd)\s+[\"']?([^\s'\"]{{3,}})", _is_value),
    ("variable", "value", rf"(?i)(?:{_PASSWORDLIKE}|{_SECRETLIKE}|_pass|_pwd)[\"']?[,;]?\s+[\"']?value[\"']?\s*[:=]\s*[\"']?([^\s'\",]{{3,}})", _is_value),
    ("xml", "pass secret token key", rf"(?i)<[\w:.-]*(?:{_PASSWORDLIKE}|{_SECRETLIKE})>([^<>\n]{{3,}})</", _is_value),
    ("spoken", "token password secret key passphrase", r"(?i)\b(?:token|password|passphrase|secret|api key|secret key|access key)(?: is)?:? [\"'`(]?([\w+/=.~-]{14,})", _is_spoken),
    ("netrc", "password", r"(?i)\blogin\s+\S+\s+password\s+(\S+)", _is_value),
    ("sql", "identified by", r"(?i)\bidentified\s+(?:with\s+\S+\s+)?by\s+(?:password\s+)?['\"]([^'\"\n]+)", _is_value),
    ("sql", "password", r"(?i)\bpassword(?:\s+|\(\s*)['\"]([^'\"\n]{3,})['\"]", _is_value),
    ("powershell", "securestring", r"(?i)ConvertTo-SecureString\s+(?:-String\s+)?[\"']([^\"'\n]+)", _is_value),
    ("docker_config", "auth", r"\"auth\"\s*:\s*\"([A-Za-z0-9+/]{8,}={0,2})\"", _is_value),
    ("email", "@", r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b", _is_person),
)  # fmt: skip

_KINDS = (
    *(_Kind(name, hints, pattern, _is_no_placeholder) for name, hints, pattern in VENDORS),
    *(_Kind(*row) for row in _CONTEXTS),
)
