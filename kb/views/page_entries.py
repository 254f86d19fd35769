"""What stands on the screen of one error, piece by piece: parts of the page document with their links looked up."""

from __future__ import annotations

from dataclasses import dataclass

from kb.content.document import Cause, Fix, Risk, Signature, Source, Step
from kb.models import Tally

RISKS = {
    Risk.SAFE: "safe",
    Risk.CAREFUL: "careful: read it before you run it",
    Risk.DESTRUCTIVE: "destructive: it deletes or weakens something",
}


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class MessageEntry:
    signature: Signature
    owner: Link | None
    """The page that this text leads to first, where it is not this one."""


@dataclass(frozen=True, slots=True)
class CauseEntry:
    cause: Cause
    fixes: list[Link]
    evidence: list[int]
    is_unsupported: bool
    """No evidence for it stands any more."""


@dataclass(frozen=True, slots=True)
class FixEntry:
    fix: Fix
    causes: list[Link]
    evidence: list[int]
    said: Tally | None = None

    @property
    def risk_label(self) -> str:
        return RISKS[self.fix.risk]

    @property
    def long_lines(self) -> int:
        return self.fix.long.count("\n") + 1


@dataclass(frozen=True, slots=True)
class FixGroup:
    """The fixes for one place only; folded, where there are others for everybody."""

    id: str
    platform: str
    fixes: list[FixEntry]
    is_open: bool


@dataclass(frozen=True, slots=True)
class OutcomeEntry:
    when: str
    note: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class StepEntry:
    step: Step
    outcomes: list[OutcomeEntry]
    evidence: list[int]


@dataclass(frozen=True, slots=True)
class LookAlikeEntry:
    link: Link
    tell: str


@dataclass(frozen=True, slots=True)
class NoteEntry:
    link: Link
    text: str
    origin: str
    """Who noted it and when, as far as that is known."""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    number: int
    source: Source
    state: str
    notes: list[NoteEntry]
    is_dead: bool

    @property
    def kind(self) -> str:
        return self.source.kind.label
