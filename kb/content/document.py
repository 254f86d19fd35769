"""The page document: everything a page says, as one immutable value.

A folder `fixtures/pages/<tool>/<slug>/` holds one page: `page.yaml` with the fields below, `hit-*.log` and `near-*.log`
with its samples, and `fix-<key>.md` with code that is longer than a screen. `docs/page-format.md` explains every field.

Parts that readers link to or that other parts refer to carry a `key`: lower-case, unique on the page, kept for ever.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema

from kb.content.versions import VERSION

KEY = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*$"
SAMPLE_FILE = r"^(?:hit|near)-[a-z0-9]+(?:-[a-z0-9]+)*\.log$"
LONGEST_KEY = 64
DIGEST = r"^[0-9a-f]{64}$"
ADDRESS = r"^(?:https?://[^\s<>\"']+|observation:[a-z0-9]+(?:-[a-z0-9]+)*)$"
OWN = "observation:"
"""Begins the address of an own observation that stands nowhere on the web: a name instead of a place."""
PAGE_KEY = "page"
"""What evidence supports when it supports the page as a whole; no part may take it as its key."""
UNWRITTEN = "What it means and what ends it is still to be written."
"""Ends the summary of a page that was begun from an error, until somebody writes one."""


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
UNWRITABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff"
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e0fff]"
)
"""What no database or editor keeps, and what nobody sees: a command must not read otherwise than it runs."""


def _tidy(value: object) -> object:
    """Drop trailing blanks, so that a text has one canonical form whichever way it was typed."""
    if not isinstance(value, str):
        return value
    return "\n".join(line.rstrip() for line in value.replace("\r\n", "\n").split("\n")).rstrip("\n")


def _verbatim(value: object) -> object:
    return value.replace("\r\n", "\n").rstrip("\n") if isinstance(value, str) else value


def _writable(value: str) -> str:
    found = UNWRITABLE.search(value)
    if found:
        raise ValueError(f"holds the control character U+{ord(found.group()):04X}; remove it")
    return value


def _date(value: object) -> object:
    """Accept only `2026-11-20`: pydantic would also read a number as seconds since 1970."""
    if not isinstance(value, str):
        return value
    if not _DATE.fullmatch(value):
        raise ValueError(f"'{value}' is not a date; write it like 2026-11-20")
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"'{value}' is not a day of the calendar; write it like 2026-11-20") from error


class Verbatim:
    """Marks text that people copy or compare letter by letter: page files never wrap it."""


Text = Annotated[str, BeforeValidator(_tidy), AfterValidator(_writable)]
"""Plain text; in long fields Markdown."""
Line = Annotated[str, StringConstraints(pattern=r"^[^\n]*$"), BeforeValidator(_tidy), AfterValidator(_writable)]
Required = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_tidy), AfterValidator(_writable)]
RequiredLine = Annotated[
    str, StringConstraints(min_length=1, pattern=r"^[^\n]*$"), BeforeValidator(_tidy), AfterValidator(_writable)
]
Command = Annotated[str, BeforeValidator(_tidy), AfterValidator(_writable), Verbatim]
Message = Annotated[str, BeforeValidator(_verbatim), AfterValidator(_writable), Verbatim]
"""Text that a program prints: blanks are part of it."""
Key = Annotated[str, StringConstraints(pattern=KEY, max_length=LONGEST_KEY)]
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=200)]
Date = Annotated[dt.date, BeforeValidator(_date)]
Address = Annotated[str, StringConstraints(pattern=ADDRESS, max_length=2000), AfterValidator(_writable), Verbatim]


Version = Annotated[str, StringConstraints(pattern=VERSION)]


class Role(StrEnum):
    CAUSE = "cause"
    SYMPTOM = "symptom"


class Risk(StrEnum):
    SAFE = "safe"
    CAREFUL = "careful"
    DESTRUCTIVE = "destructive"


class Origin(StrEnum):
    """Where a sample comes from: made by running the tool, written after its documentation, or sent by a reader."""

    PRODUCED = "produced"
    COMPOSED = "composed"
    REPORTED = "reported"


class SourceKind(StrEnum):
    DOCS = "docs"
    SOURCE_CODE = "source-code"
    ISSUE = "issue"
    CHANGELOG = "changelog"
    ARTICLE = "article"
    OBSERVATION = "observation"

    @property
    def label(self) -> str:
        return {"docs": "documentation", "observation": "own observation"}.get(self, self.replace("-", " "))


class EvidenceState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class KeyedPart(Part):
    key: Key
    """Permanent name of this part, unique on the page: links, evidence and feedback point at it."""


class AppliesTo(Part):
    versions: Line = ""
    """In words: `git 2.3 and later`."""
    since: Version | Literal[""] = ""
    """The first version of the page's tool that has this error, where that is certain: `2.3`. Narrows lists."""
    until: Version | Literal[""] = ""
    """The last one: `10.5` takes in 10.5.9."""
    systems: tuple[RequiredLine, ...] = ()
    """Operating systems: `Linux`, `macOS 14 and later`."""
    platforms: tuple[RequiredLine, ...] = ()
    """Where it runs: `GitHub Actions`, `GitLab CI`."""


class Change(Part):
    """A change of the page that a reader should know of."""

    date: Date
    """The day of the change."""
    text: RequiredLine
    """What became different, in one line."""


class Signature(KeyedPart):
    """A text that a program prints, with placeholders; where text cannot do, a regular expression."""

    text: Message = ""
    """The printed text, with placeholders `<url> <path> <name> <num> <host> <port> <version> <any>` for what varies."""
    regex: Message = ""
    """Instead of a text, only where text cannot do: a regular expression in RE2's syntax."""
    versions: Line = ""
    """The versions that print this form: `git 2.3 and later`."""
    prints: Line = ""
    """Which tool, system or version prints this form."""
    shared: Slug | Literal[""] = ""
    """The page that owns this text. This page is then shown under that one and claims nothing by itself."""
    with_: Annotated[tuple[Message, ...], Field(alias="with")] = ()
    """Texts which, standing in the same paste, lift this page above the owner."""

    model_config = ConfigDict(populate_by_name=True)


class SampleNote(Part):
    """Where a sample beside this file comes from."""

    file: Annotated[str, StringConstraints(pattern=SAMPLE_FILE)]
    """Name of the sample: `hit-<what>.log` must find this page first, `near-<what>.log` must not find it."""
    origin: Origin
    """`produced` by running the tool, `composed` after its documentation, `reported` by a reader."""
    note: RequiredLine
    """Produced: with what, when. Composed: after which documentation."""


class QuickFix(Part):
    """The one action that most often ends the error."""

    text: Required
    """What to do, in a sentence or two."""
    command: Command = ""
    """May hold captured values: `git remote set-url origin {{ url }}`."""


class Probe(Part):
    """A command, and what it prints when the thing in question is so."""

    run: Command = ""
    """The command; may hold captured values: `{{ host }}`."""
    expect: Required
    """What it prints when it is so."""


class Cause(KeyedPart):
    """One reason why the error appears."""

    title: RequiredLine
    """The cause as a statement: `The token has expired`."""
    detail: Text = ""
    """How it leads to the error. Markdown."""
    confirm: Probe | None = None
    """A command, and what it prints if this is the cause and not another."""


class Fix(KeyedPart):
    """One way to end the error, for good or for now."""

    title: RequiredLine
    """What the fix does, as an order: `Store the token in a credential helper`."""
    for_: Annotated[tuple[Key, ...], Field(alias="for")] = ()
    """The keys of the causes that it ends."""
    platform: Line = ""
    """Where it applies, if not everywhere: `GitHub Actions`, `Windows`."""
    versions: Line = ""
    """The versions it applies to."""
    risk: Risk = Risk.SAFE
    """`safe`, `careful` (hides the problem or changes more than the error), `destructive` (loses data)."""
    body: Text = ""
    """What to do, with commands in fenced blocks. Markdown; may hold captured values: `{{ host }}`."""
    verify: Probe | None = None
    """A command, and what it prints once the fix works."""
    long: Annotated[SkipJsonSchema[Text], Field(exclude=True)] = ""
    """The text of `fix-<key>.md`, shown after the body."""

    model_config = ConfigDict(populate_by_name=True)


class Outcome(Part):
    """What a step may show, and where that leads."""

    when: RequiredLine
    """What is seen: `it prints 401`."""
    go: Line = ""
    """Where it leads: the key of a cause, fix or step of this page, or the slug of another page."""
    note: Line = ""
    """What it means, where the outcome leads nowhere or needs a word more."""


class Step(KeyedPart):
    """A step of the troubleshooting path: most likely and cheapest first."""

    title: RequiredLine
    """What the step finds out."""
    text: Text = ""
    """What to look for. Markdown."""
    run: Command = ""
    """What to run."""
    outcomes: tuple[Outcome, ...] = ()
    """Each thing that may be seen, and where it leads."""


class PlatformCheck(KeyedPart):
    """A check that is different on this platform or tool."""

    platform: RequiredLine
    """The platform: `Jenkins`, `Windows`."""
    text: Text = ""
    """What to look at there. Markdown."""
    run: Command = ""
    """What to run there."""
    expect: Text = ""
    """What it prints when all is well there."""


class Avoid(KeyedPart):
    """What not to try."""

    what: RequiredLine
    """The advice that goes round."""
    why: Required
    """What it really does."""


class Faq(KeyedPart):
    """A question that people really ask about this error."""

    question: RequiredLine
    """In the words of those who ask."""
    answer: Required
    """The answer in a few lines. Markdown."""


class Source(Part):
    """A document that says something about this error, or an own dated observation."""

    address: Address
    """Where it stands; an own observation that stands nowhere has a name: `observation:runner-disk-full`."""
    kind: SourceKind
    """`docs`, `source-code` (where the message is printed), `issue`, `changelog`, `article` or `observation`."""
    title: RequiredLine
    """Its title, as it stands there."""
    publisher: RequiredLine
    """Who publishes it: `git project`, `GitHub`."""
    published: Date | None = None
    """When it was published, where it says so."""
    seen_on: Date
    """When it was opened or seen in a search result by whoever cites it; of an observation the day it was made."""

    @property
    def is_on_web(self) -> bool:
        return is_on_web(self.address)

    @model_validator(mode="after")
    def _only_observations_have_names(self) -> Source:
        if not self.is_on_web and self.kind is not SourceKind.OBSERVATION:
            raise ValueError(f"is of kind {self.kind}, and such a source stands somewhere; give its https:// address")
        return self


def is_on_web(address: str) -> bool:
    """Whether there is something to open and to check; an own observation may only have a name."""
    return not address.startswith(OWN)


class Evidence(Part):
    """What one source shows about one part of the page."""

    source: Address
    """The address of one of the sources."""
    supports: Key
    """The key of a cause, fix, signature or other part; `page` for the page as a whole."""
    note: Required
    """What the source shows."""
    author: Line = ""
    """Who says so."""
    date: Date | None = None
    """When it was noted."""
    state: EvidenceState = EvidenceState.ACCEPTED
    """`proposed`, `accepted` or `withdrawn`; only accepted evidence counts."""
    reason: Text = ""
    """Why it was withdrawn."""


class Related(Part):
    """A page that is mistaken for this one, with the line that tells them apart."""

    page: Slug
    """The other page: `git/authentication-failed`."""
    tell: RequiredLine
    """What tells the two apart."""


class PageDoc(Part):
    """One error: what it means, why it happens, how to fix it, on what evidence."""

    title: RequiredLine
    """The error in the words that people search for."""
    summary: Required
    """Two sentences: what happened, and what ends it."""
    role: Role = Role.CAUSE
    """`cause`, or `symptom` for a wrapper that hides the real error and never ranks above it."""
    applies_to: AppliesTo = AppliesTo()
    """Versions, systems and platforms where it happens."""
    fixed_in: Line = ""
    """The release that ended it."""
    created: Date
    """The day the page was written."""
    updated: Date
    """The day of its last change."""
    changes: tuple[Change, ...] = ()
    """A line for each change that a reader should know of."""
    aliases: tuple[Slug, ...] = ()
    """Old addresses of this page; they redirect here."""
    signatures: Annotated[tuple[Signature, ...], Field(min_length=1)]
    """All wordings in which the error is printed."""
    samples: tuple[SampleNote, ...] = ()
    """A note for each `hit-*.log` and `near-*.log` beside this file."""
    quick_fix: QuickFix | None = None
    """The one action that most often ends it."""
    meaning: Text = ""
    """What the error says, literally: which program, at which step, refused what. Markdown."""
    why: Text = ""
    """The mechanism: what state leads there. Markdown."""
    causes: tuple[Cause, ...] = ()
    """The possible causes, most likely first."""
    fixes: tuple[Fix, ...] = ()
    """The ways to end it; those that hide the problem come last."""
    steps: tuple[Step, ...] = ()
    """Troubleshooting as a path of decisions, most likely and cheapest first."""
    checks: tuple[PlatformCheck, ...] = ()
    """Checks that are different by platform or tool."""
    avoid: tuple[Avoid, ...] = ()
    """What not to try, and what it does."""
    prevention: Text = ""
    """What keeps it from coming back. Markdown."""
    background: Text = ""
    """Tables and longer explanations, where they help. Markdown."""
    faq: tuple[Faq, ...] = ()
    """Questions that people really ask about this error."""
    sources: tuple[Source, ...] = ()
    """What the page rests on, primary sources first."""
    evidence: tuple[Evidence, ...] = ()
    """What each source shows about which part of the page."""
    related: tuple[Related, ...] = ()
    """Pages that are mistaken for this one."""
    leads_to: tuple[Slug, ...] = ()
    """Pages whose errors this one causes further down the same log: it ranks above them."""

    def keyed_parts(self) -> Iterator[KeyedPart]:
        """Every part that has a key, in the order in which the page shows them."""
        yield from self.signatures
        yield from self.causes
        yield from self.fixes
        yield from self.steps
        yield from self.checks
        yield from self.avoid
        yield from self.faq

    def as_read(self) -> PageDoc:
        """As readers see it: nothing that is only proposed or was withdrawn, and no source cited for that alone."""
        accepted = tuple(item for item in self.evidence if item.state is EvidenceState.ACCEPTED)
        hidden = {item.source for item in self.evidence} - {item.source for item in accepted}
        shown = tuple(source for source in self.sources if source.address not in hidden)
        return self.model_copy(update={"sources": shown, "evidence": accepted})


class Sample(Part):
    file: Annotated[str, StringConstraints(pattern=SAMPLE_FILE)]
    text: str

    @property
    def is_hit(self) -> bool:
        return self.file.startswith("hit-")


class ReproductionOutcome(StrEnum):
    """What became of a run of `reproduce.sh`."""

    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not_reproduced"
    """It ran, and what it printed finds another page first, or none."""
    FAILED = "failed"
    """The script itself broke, which says nothing about the error."""


class FixProof(StrEnum):
    """Whether `fixed.sh` ran to its end without the error."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class Isolation(StrEnum):
    """What kept the scripts from the network."""

    NAMESPACE = "namespace"
    """A network of their own, with nothing on it but loopback."""
    NONE = "none"
    """Nothing: the kernel allows no namespaces here."""


class ToolVersion(Part):
    tool: RequiredLine
    version: RequiredLine


def _sorted_by_tool(versions: tuple[ToolVersion, ...]) -> tuple[ToolVersion, ...]:
    """No database keeps their order; and a tool has one version."""
    return tuple(version for _, version in sorted({used.tool: used for used in versions}.items()))


class Reproduction(Part):
    """The record of one run of a page's scripts: `reproduced.yaml`, and `reproduced.log` with what they printed."""

    script_digest: Annotated[str, StringConstraints(pattern=DIGEST)]
    """Of `reproduce.sh` and `fixed.sh` as they ran: the record is stale once they differ."""
    date: Date
    """The day of the run."""
    system: RequiredLine
    """Where it ran: `Debian GNU/Linux 12 (bookworm)`."""
    versions: Annotated[tuple[ToolVersion, ...], AfterValidator(_sorted_by_tool)] = ()
    """The tools and packages that the script needs, with the version that ran."""
    isolation: Isolation
    """What kept the scripts from the network: `namespace` or `none`."""
    outcome: ReproductionOutcome
    """`reproduced`, `not_reproduced`, or `failed` where the script itself broke."""
    first_match: Slug | Literal[""] = ""
    """The page that the engine found first in what `reproduce.sh` printed."""
    fix: FixProof
    """`verified` where `fixed.sh` succeeded and printed no error that a page knows."""
    transcript: Annotated[SkipJsonSchema[str], Field(exclude=True)] = ""
    """The text of `reproduced.log`."""
    is_stale: Annotated[SkipJsonSchema[bool], Field(exclude=True)] = False
    """The scripts that stand beside the record are no longer those that ran."""

    @property
    def is_proof(self) -> bool:
        """The error was printed, by the scripts as they are."""
        return self.outcome is ReproductionOutcome.REPRODUCED and not self.is_stale


class PageFolder(Part):
    """A page with its place, its samples and the record of its reproduction: what one folder holds, and what the
    database holds of a page.
    """

    tool: Key
    slug: Key
    doc: PageDoc
    samples: tuple[Sample, ...] = ()
    reproduction: Reproduction | None = None

    @property
    def full_slug(self) -> str:
        return f"{self.tool}/{self.slug}"

    def as_read(self) -> PageFolder:
        return self.model_copy(update={"doc": self.doc.as_read()})

    def as_json(self, url: str) -> dict[str, Any]:
        """All that the page says, as plain values: its slug and address, then the fields of `page.yaml`."""
        document = self.doc.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for fix, dumped in zip(self.doc.fixes, document.get("fixes", ()), strict=True):
            if fix.long:  # a file of its own in the folder, but part of what the page says
                dumped["long"] = fix.long
        return {"slug": self.full_slug, "url": url, **document}
