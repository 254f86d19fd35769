"""What a text says of where it was printed: tools with their versions, the system, the CI. Read, never guessed.

Each fact carries the number of the line that says it. A line counts only where the program itself speaks: `git version
2.39.5` at a line's start is git's own answer; `requires Python 3.11 or later` says nothing of what is installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import re2

from .records import Fact, FactName

EDGE = 256 * 1024
"""Bytes looked at from each end of a text: versions are printed when a job begins, and again when it fails."""
_MOST_FACTS = 40
_MOST_LINES = 400
"""Lines that look like facts of which no more are read: a text full of them is no log."""


def environment_of(view: bytes, received: bytes = b"") -> tuple[Fact, ...]:
    """The facts that a text states, by line.

    `view` is the cleaned text. `received` is what it was made of, byte for byte as long: lines are counted there, and
    the marks of CI stand there that cleaning takes away.
    """
    received = received or view
    found = {*_ci_facts(received), *_printed_facts(view, received)}
    first: dict[tuple[FactName, str, str], Fact] = {}
    for fact in sorted(found, key=lambda one: (one.line, one.name, one.value, one.version)):
        first.setdefault((fact.name, fact.value, fact.version), fact)
    return tuple(islice(first.values(), _MOST_FACTS))


def _edges(text: bytes) -> list[tuple[int, int]]:
    """The stretches that are looked at, cut between lines."""
    if len(text) <= 2 * EDGE:
        return [(0, len(text))]
    head = text.rfind(b"\n", 0, EDGE) + 1 or EDGE
    tail = max(len(text) - EDGE, text.find(b"\n", len(text) - EDGE) + 1)
    return [(0, head), (tail, len(text))]


class _Lines:
    """Numbers lines from left to right, counting each stretch once."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0
        self._number = 1

    def number(self, at: int) -> int:
        self._number += self._text.count(b"\n", self._at, at)
        self._at = at
        return self._number


# --- CI ---------------------------------------------------------------------------------------------------------------
# Azure's agent and GitHub's runner print the same commands; where only those stand, only the group's own form tells.

_AZURE = "Azure Pipelines"
_GITHUB = "GitHub Actions"
_GITHUB_OR_AZURE = "##[group] and ##[endgroup]"
_CI_MARKS = tuple(
    (name, re2.compile(rb"(?m)" + pattern))
    for name, pattern in (
        (_GITHUB, rb"Current runner version: '|##\[group\](?:Run |GITHUB_TOKEN Permissions)"),
        (_GITHUB, rb"^::(?:group|error|warning)[: ]|##\[error\]Process completed with exit code"),
        (_AZURE, rb"##\[section\]|##vso\[|##\[error\](?:Bash|PowerShell|Cmd\.exe) exited with code|^Agent name: '"),
        (_GITHUB_OR_AZURE, rb"##\[(?:end)?group\]"),
        ("GitLab CI", rb"section_start:\d+:|Running with gitlab-runner \d|^(?:\x1b\[[0-9;]*m)*ERROR: Job failed: "),
        ("Jenkins", rb"^(?:\[[^\]\n]{0,40}\] )?\[Pipeline\] |^Running on \S+ in \S*/workspace/"),
        ("Jenkins", rb"^Finished: (?:FAILURE|SUCCESS|UNSTABLE|ABORTED)\s*$"),
        ("CircleCI", rb"^Build-agent version \d|^CircleCI received exit code|^CIRCLECI=true\b"),
        ("CircleCI", rb"^Exited with code exit status \d"),
        ("Travis CI", rb"travis_(?:fold|time):(?:start|end):|^Done\. Your build exited with \d"),
        ("TeamCity", rb"##teamcity\["),
        ("Buildkite", rb"^\W{0,12}~~~ (?:Preparing working directory|Running agent environment hook)"),
        ("Bitbucket Pipelines", rb"^\+ umask 000\s*\n|/opt/atlassian/pipelines/agent/"),
        ("AWS CodeBuild", rb"^\[Container\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d"),
        ("Google Cloud Build", rb'^Step #\d+(?: - "[^"\n]*")?: |^starting build "[0-9a-f-]{36}"'),
    )
)  # fmt: skip


def _ci_facts(received: bytes) -> Iterator[Fact]:
    places: dict[str, int] = {}
    for start, end in _edges(received):
        stretch = received[start:end]
        for name, mark in _CI_MARKS:
            found = mark.search(stretch)
            if found is not None:
                places[name] = min(places.get(name, len(received)), start + found.start())
    shared = places.pop(_GITHUB_OR_AZURE, None)
    if shared is not None and _AZURE not in places:
        places[_GITHUB] = min(places.get(_GITHUB, shared), shared)
    lines = _Lines(received)
    for name, at in sorted(places.items(), key=lambda place: place[1]):
        yield Fact(FactName.CI, name, "", lines.number(at))


# --- what programs print of themselves --------------------------------------------------------------------------------
# `<v>` is a version, `<n>` one that no `v` leads, `<d>` one of digits alone; a blank is any number of them; every form
# begins at a line's start. `$` where nothing may follow, so that `Python 3.8 or later is required` is not taken for
# Python's own answer. A form holds no group of its own.

_NPM = r"(?:(?:npm|gyp) (?:ERR!|error|info|verb(?:ose)?) )?"
_TOOLS = (
    ("git", r"git version <v>"),
    ("git-lfs", r"git-lfs/<v>"),
    ("github", r"gh version <v>"),
    ("ssh", r"OpenSSH_<v>"),
    ("openssl", r"(?:OpenSSH_[^,\n]{1,60}, )?(?:OpenSSL|LibreSSL) <v>(?: |$)"),
    ("curl", r"curl <v> \("),
    ("python", r"(?:Using )?C?Python <v>(?:$| \(| environment at)"),
    ("python", r"Successfully set up (?:CPython|PyPy) \(?<v>"),
    ("python", r"platform \w+ -- Python <v>"),
    ("python", r"pip [\d.]+ from [^\n]{1,200}\(python <v>\)"),
    ("python", r"aws-cli/\S+ Python/<v>"),
    ("pytest", r"platform \w+ -- Python \S+ pytest-<v>"),
    ("pytest", r"pytest <v>$"),
    ("pip", r"(?:Using )?pip <v> from "),
    ("poetry", r"Poetry \(version <v>\)"),
    ("uv", r"uv <v>(?:$| \()"),
    ("django", r"Django version <v>, using settings"),
    ("celery", r"-+ celery@\S+ <v> \("),
    ("node", r"(?:Node\.js|node) v<n>$"),
    ("node", rf"{_NPM}(?:using )?node(?:@| | -v )<v>(?:$| \|)"),
    ("node", r"node: v<n>$"),
    ("npm", rf"{_NPM}(?:using )?npm(?:@| )<v>$"),
    ("npm", r"npm: <v>$"),
    ("npm", r"(?:npm notice )?New (?:major|minor|patch) version of npm available! <v> "),
    ("node-gyp", rf"{_NPM}(?:using )?node-gyp(?:@| -v )<v>$"),
    ("yarn", r"yarn (?:run|install|add|global|workspace|remove|upgrade) v<n>$"),
    ("yarn", r"yarn: <v>$"),
    ("yarn", r"(?:\S+ )?YN0000: \W{0,6}Yarn <v>$"),
    ("pnpm", r"(?:pnpm:|Using pnpm|pnpm) <v>$"),
    ("bun", r"bun (?:install|test|run|add) v<n>"),
    ("deno", r"deno <v>(?:$| \()"),
    ("typescript", r"tsc version <v>$"),
    ("eslint", r"ESLint: <v>$"),
    ("vite", r"(?:vite|VITE) v<n> (?:building|ready|dev)"),
    ("vitest", r"(?:RUN|DEV) v<n> /"),
    ("webpack", r"webpack <v> compiled"),
    ("nextjs", r"(?:\W{0,6})Next\.js <v>(?:$| \()"),
    ("vercel", r"Vercel CLI <v>"),
    ("go", r"go version go<v>"),
    ("rust", r"rustc <v>(?:$| \()"),
    ("cargo", r"cargo <v>(?:$| \()"),
    ("java", r"(?:openjdk|java)(?: version)? \"<v>\""),
    ("java", r"(?:openjdk|javac) <v>(?:$| \d{4}-)"),
    ("java", r"Java version: <v>, vendor"),
    ("maven", r"Apache Maven <v>(?:$| \()"),
    ("gradle", r"(?:Welcome to )?Gradle <v>!?$"),
    ("kotlin", r"info: kotlinc-jvm <v> "),
    ("spring-boot", r":: Spring Boot :: \(v<n>\)"),
    ("dotnet", r"(?:MSBuild version|Microsoft \(R\) Build Engine version) <v>"),
    ("php", r"PHP <v> \((?:cli|fpm|cgi)"),
    ("composer", r"Composer version <v>"),
    ("ruby", r"ruby <v> \("),
    ("bundler", r"(?:Bundler version|Using bundler) <v>$"),
    ("perl", r"This is perl 5, version \d+, subversion \d+ \(v<n>\)"),
    ("c-cpp", r"(?:gcc|g\+\+|cc|c\+\+|x86_64-linux-gnu-gcc[\w-]*) \([^)\n]{1,80}\) <v>"),
    ("c-cpp", r"-- The C(?:XX)? compiler identification is (?:GNU|Clang|AppleClang|MSVC) <v>"),
    ("c-cpp", r"(?:\w+ )?clang version <v>"),
    ("cmake", r"cmake version <v>"),
    ("make", r"GNU Make <v>"),
    ("bash", r"GNU bash, version <v>\("),
    ("docker", r"Docker version <v>, build"),
    ("compose", r"(?:Docker Compose|docker-compose) version <v>"),
    ("podman", r"podman version <v>"),
    ("buildkit", r"#\d+ \[internal\] load build definition from "),
    ("kubernetes", r"(?:Client|Server) Version: v<n>$"),
    ("kubernetes", r"(?:Client Version|kubeadm version): &?version\.Info\{[^\n]{0,80}GitVersion:\"<v>\""),
    ("helm", r"version\.BuildInfo\{Version:\"<v>\""),
    ("minikube", r"minikube version: <v>"),
    ("terraform", r"Terraform v<n>$"),
    ("opentofu", r"OpenTofu v<n>$"),
    ("packer", r"Packer v<n>$"),
    ("vault", r"Vault v<n> \("),
    ("vagrant", r"Vagrant <v>$"),
    ("ansible", r"ansible(?:-\w+)? \[core <v>\]"),
    ("aws", r"aws-cli/<v>"),
    ("gcloud", r"Google Cloud SDK <v>$"),
    ("azure", r"azure-cli <v>(?:$| )"),
    ("heroku", r"heroku/<v> "),
    ("postgres", r"(?:psql|postgres|pg_dump|pg_restore) \(PostgreSQL\) <v>"),
    ("postgres", r"PostgreSQL <v> (?:\([^)\n]{1,60}\) )?on \w"),
    ("mysql", r"(?:\S{0,40}/)?mysql\w* Ver (?:\S+ Distrib )?<v>"),
    ("redis", r"Redis server v=<n>"),
    ("redis", r"redis-cli <v>$"),
    ("nginx", r"nginx version: \w+/<v>"),
    ("sqlite", r"SQLite version <v>"),
    ("systemd", r"systemd <v> \("),
    ("xcode", r"Xcode <v>$"),
    ("swift", r"(?:[\w-]+ version: \S+ )?(?:Apple )?Swift version <v>"),
    ("flutter", r"Flutter <v> "),
    ("dart", r"Dart SDK version: <v>"),
    ("hugo", r"hugo v<n>"),
    ("gitlab-runner", r"Running with gitlab-runner <v>"),
    ("actions-runner", r"Current runner version: '<v>'"),
    ("azure-agent", r"(?:Current agent version|Agent version): '<v>'"),
)
_IMAGE = "(?:Image|Environment|Runner Image|Virtual Environment): "
_NAMED = r"(?:PRETTY_NAME=\"|Description:\s{1,4}|OS: |Welcome to |Distribution: |Operating System: )?"
_NAMED_END = r"(?:\"|$| LTS| \()"
_SYSTEMS = (
    ("Ubuntu", rf"{_IMAGE}ubuntu-<v>$"),
    ("macOS", rf"{_IMAGE}macos-<d>(?:-\w+)*$"),
    ("Windows Server", rf"{_IMAGE}win(?:dows-)?<v>$"),
    ("Ubuntu", rf"{_NAMED}Ubuntu <v>{_NAMED_END}"),
    ("Debian", rf"{_NAMED}Debian GNU/Linux <v>{_NAMED_END}"),
    ("Alpine", rf"{_NAMED}Alpine Linux <v>{_NAMED_END}"),
    ("Fedora", rf"{_NAMED}Fedora Linux <v>{_NAMED_END}"),
    ("Red Hat Enterprise Linux", rf"{_NAMED}Red Hat Enterprise Linux(?: Server)?(?: release)? <v>{_NAMED_END}"),
    ("CentOS", rf"{_NAMED}CentOS (?:Linux|Stream)(?: release)? <v>{_NAMED_END}"),
    ("Rocky Linux", rf"{_NAMED}Rocky Linux(?: release)? <v>{_NAMED_END}"),
    ("AlmaLinux", rf"{_NAMED}AlmaLinux(?: release)? <v>{_NAMED_END}"),
    ("Amazon Linux", rf"{_NAMED}Amazon Linux(?: release)? <v>{_NAMED_END}"),
    ("openSUSE", rf"{_NAMED}openSUSE Leap <v>{_NAMED_END}"),
    ("macOS", rf"{_NAMED}(?:macOS|Mac OS X) <v>{_NAMED_END}"),
    ("Linux", r"Linux version <v> \("),
    ("Linux", r"Linux \S{1,80} <v> #\d"),
    ("Linux", rf"{_NPM}System Linux <v>$"),
    ("Linux", r"OS name: \"linux\", version: \"<v>\""),
    ("Linux", r"platform linux -- Python "),
    ("Darwin", r"(?:Darwin \S{1,80} |Darwin Kernel Version )<v>[ :]"),
    ("Darwin", rf"{_NPM}System Darwin <v>$"),
    ("macOS", r"platform darwin -- Python "),
    ("macOS", r"ProductVersion:\s{1,8}<v>$"),
    ("macOS", r"OS name: \"mac os x\", version: \"<v>\""),
    ("Windows", r"Microsoft Windows \[Version <v>\]"),
    ("Windows", rf"{_NPM}System Windows_NT <v>$"),
    ("Windows", r"OS name: \"windows (?:server )?<v>\""),
    ("Windows", r"OS Name:\s{1,30}Microsoft Windows (?:Server )?<v>"),
    ("Windows", r"platform win32 -- Python "),
)

_VERSIONS = {"<v>": r"v?(\d[\w.+~-]{0,60})", "<n>": r"(\d[\w.+~-]{0,60})", "<d>": r"(\d[\d.]{0,20})"}


@dataclass(frozen=True, slots=True)
class _Form:
    name: FactName
    value: str
    pattern: re.Pattern[str]


def _for_lines(form: str) -> str:
    """The form for one line without zeros, its version in a group."""
    pattern = form.replace(" ", r"\s+")
    for mark in _VERSIONS:
        pattern = pattern.replace(mark, _VERSIONS[mark])
    return rf"\s*(?:{pattern})"


def _for_view(form: str) -> str:
    """The form's beginning for the whole view, where zeros may stand in place of a blank or of a colour.

    No more than needed to find the line, and no counted repeats: both keep the automaton small.
    """
    opening = re.split("<[vnd]>", form)[0]
    opening = re.sub(r"\{\d+,\d+\}", "*", opening).replace("$", "")
    return opening.replace(" ", r"[\0\t ]+")


_FORMS = tuple(
    _Form(name, value, re.compile(_for_lines(form)))
    for name, table in ((FactName.TOOL, _TOOLS), (FactName.SYSTEM, _SYSTEMS))
    for value, form in table
)
_SAYS = re2.compile(
    (r"(?m)^[\0 \t]*(?:" + "|".join(_for_view(form) for _, form in (*_TOOLS, *_SYSTEMS)) + ")").encode()
)
"""Finds the lines that may say something, in one pass; which form it is, is seen line by line."""

_ECHOED = rb"(?:-v|-V|--version)[\0 \t]*\n"
_PAUSE = rb"(?:[\0 \t]*(?:shell: [^\n]*)?\n){0,4}"
_ANSWER = re2.compile(
    rb"(?m)^[\0 \t]*(?:\$ |\+ |> |Run )?(node|npm|pnpm|yarn|bun|jest|eslint)[\0 ]+"
    + _ECHOED
    + rb"(?:[\0 \t]*(?:node|npm|pnpm|yarn|bun|jest|eslint) "
    + _ECHOED
    + rb")?"
    + _PAUSE
    + rb"[\0 \t]*v?(\d+\.\d+[\w.+-]*)[\0 \t]*$"
)
"""A command that was echoed, once or as GitHub does twice, and the bare version that comes next."""
_SYSTEM_BLOCK = re2.compile(
    rb"(?m)^[\0 \t]*Operating System[\0 \t]*\n"
    rb"[\0 \t]*(Ubuntu|Debian|macOS|Microsoft Windows Server \d{4}|Microsoft Windows \d+)[\0 \t]*\n"
    rb"[\0 \t]*(\d[\d.]*)"
)
"""A runner's description of itself, a word a line."""


def _printed_facts(view: bytes, received: bytes) -> Iterator[Fact]:
    lines = _Lines(received)
    for start, end in _edges(view):
        stretch = view[start:end]
        stated = [*_stated(stretch), *_answered(stretch), *_system_block(stretch)]
        for at, name, value, version in sorted(stated):
            yield Fact(name, value, version, lines.number(start + at))


_Statement = tuple[int, FactName, str, str]
"""(where, name, value, version)"""


def _stated(stretch: bytes) -> Iterator[_Statement]:
    seen: set[bytes] = set()
    for match in islice(_SAYS.finditer(stretch), 10 * _MOST_LINES):
        stop = stretch.find(b"\n", match.end())
        raw = stretch[match.start() : stop if stop >= 0 else len(stretch)][:1000]
        if raw in seen or len(seen) == _MOST_LINES:
            continue
        seen.add(raw)
        line = raw.translate(None, b"\0").decode(errors="replace").rstrip()
        at = match.start() + len(raw) - len(raw.lstrip(b"\0 \t"))
        for form in _FORMS:
            found = form.pattern.match(line)
            if found:
                version = next((text for text in found.groups() if text), "")
                yield at, form.name, form.value, version.rstrip(".-+~")


def _answered(stretch: bytes) -> Iterator[_Statement]:
    for match in islice(_ANSWER.finditer(stretch), _MOST_LINES):
        yield match.start(2), FactName.TOOL, match[1].decode(), match[2].decode()


def _system_block(stretch: bytes) -> Iterator[_Statement]:
    for match in islice(_SYSTEM_BLOCK.finditer(stretch), _MOST_LINES):
        system, version = match[1].decode(), match[2].decode()
        name, _, year = system.removeprefix("Microsoft ").rpartition(" ")
        # A Windows Server is called by its year; the number below it is the build's.
        yield match.start(1), FactName.SYSTEM, name or system, year if name else version
