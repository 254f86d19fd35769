"""What goes into the engine and what comes out of it: small immutable values, the same for web, API and command
line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """A cause explains a failure; a symptom is a wrapper that hides the real error and ranks below any cause."""

    CAUSE = "cause"
    SYMPTOM = "symptom"


class Confidence(StrEnum):
    EXACT = "exact"
    """A signature stands in the text."""
    LIKELY = "likely"
    """A line covers most of a signature's weight. Both claim; suggestions claim nothing."""


# --- in ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    """A printed text with placeholders, or a regular expression in RE2's syntax."""

    key: str
    text: str = ""
    regex: str = ""
    shared: str = ""
    """Slug of the page that owns this text; this page is then a look-alike of that one."""
    with_: tuple[str, ...] = ()
    """Texts that lift this page above the owner when they stand in the same paste."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    slug: str
    tell: str
    """The line that tells the two apart."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the engine knows of a page."""

    slug: str
    """`<tool>/<error>`, unique."""
    title: str
    role: Role = Role.CAUSE
    signatures: tuple[Signature, ...] = ()
    summary: str = ""
    words: str = ""
    """More to find the page by: the causes' titles and the questions of its FAQ."""
    look_alikes: tuple[LookAlike, ...] = ()
    leads_to: tuple[str, ...] = ()
    """Slugs of errors that this one causes further down the same log: it ranks above them."""


# --- out --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatchedLine:
    number: int
    """1-based; counts LF only, in the text as received."""
    text: str
    """The line as received, but for redaction and removed terminal escapes."""
    signature: str
    """Key of the signature that this line belongs to."""
    captures: Mapping[str, str] = field(default_factory=dict)
    """Values of the placeholders by name (`host`, a second one `host_2`); on the signature's first line only,
    redacted.
    """
    spans: tuple[tuple[int, int], ...] = ()
    """Where in `text` the signature stands: character offsets, half open."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match stands where it stands: a code for programs and a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    slug: str
    role: Role
    confidence: Confidence
    score: float
    lines: tuple[MatchedLine, ...]
    reasons: tuple[Reason, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()

    @property
    def captures(self) -> dict[str, str]:
        """The first value of each placeholder, over all lines."""
        values: dict[str, str] = {}
        for line in self.lines:
            for name, value in line.captures.items():
                values.setdefault(name, value)
        return values


@dataclass(frozen=True, slots=True)
class Suggestion:
    slug: str
    score: float


@dataclass(frozen=True, slots=True)
class UnmatchedLine:
    """A line that looks like an error and that no match covers."""

    number: int
    text: str
    fingerprint: str
    template: str = ""
    """What the fingerprint was taken of: the line with what changes from run to run masked."""


class FactName(StrEnum):
    TOOL = "tool"
    SYSTEM = "system"
    CI = "ci"


@dataclass(frozen=True, slots=True)
class Fact:
    name: FactName
    value: str
    """A tool's slug (`git`, `node`), or the name of a system or CI (`Ubuntu`, `GitHub Actions`)."""
    version: str
    """As printed, without a leading `v`; empty where the text does not say."""
    line: int
    """1-based; counts LF only, in the text as received."""


@dataclass(frozen=True, slots=True)
class TextFacts:
    bytes: int
    lines: int
    redacted: int
    """How many secrets and addresses were masked in what is shown."""
    truncated: bool
    """Not all of the text was looked at: the engine stopped at a limit."""
    timed_out: bool = False
    """That limit was the time: the answer is what was found until then."""


_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""As slugs of tools are written."""


@dataclass(frozen=True, slots=True)
class Answer:
    text: TextFacts
    matches: tuple[Match, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    unmatched: tuple[UnmatchedLine, ...] = ()
    environment: tuple[Fact, ...] = ()
    """What the text says of where it was printed."""

    @property
    def ci(self) -> str:
        """The CI that the text says it ran on, where it says one."""
        return next((fact.value for fact in self.environment if fact.name is FactName.CI), "")

    def tool_of(self, line: UnmatchedLine) -> str:
        """The tool that printed this line, by what the text says of itself: one that the line names, else the last one
        that spoke before it. Empty where no tool spoke."""
        tools = [fact for fact in self.environment if fact.name is FactName.TOOL]
        words = set(_WORD.findall(line.text.lower()))
        named = [fact.value for fact in tools if fact.value in words]
        before = [fact.value for fact in tools if fact.line <= line.number]
        return next((found[-1] for found in (named, before) if found), "")

    @property
    def is_answered(self) -> bool:
        """Only a cause answers: a text in which only symptoms match is still unknown."""
        return any(match.role is Role.CAUSE for match in self.matches)
