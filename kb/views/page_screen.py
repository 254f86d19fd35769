"""The screen of one error: the page document with its references looked up, so that the template only lays out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import slugify

from kb.content.document import (
    PAGE_KEY,
    Evidence,
    EvidenceState,
    Outcome,
    PageDoc,
    PageFolder,
    Role,
    Signature,
    Source,
)
from kb.models import DEAD, SourceState, Tally
from kb.queries.browse import Card
from kb.queries.freshness import Freshness
from kb.queries.provenance import Reproduced, Silence, SourceCheck
from kb.queries.readers import in_order_of_trust
from kb.views.page_entries import (
    CauseEntry,
    FixEntry,
    FixGroup,
    Link,
    LookAlikeEntry,
    MessageEntry,
    NoteEntry,
    OutcomeEntry,
    Section,
    SourceEntry,
    StepEntry,
)

SOURCES_SHOWN = TELLS_SHOWN = 4
MESSAGES_SHOWN = 3
"""Wordings that stand at the top; the others are one click away, so that the quick fix stays in sight."""
SOURCE_STATES = {
    SourceState.ALIVE: "checked on {date}: it answers",
    SourceState.MOVED: "checked on {date}: it has moved",
    SourceState.CHANGED: "checked on {date}: it has changed since",
    SourceState.GONE: "checked on {date}: it is gone",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the screen shows beside the document: names of other things and what checks found."""

    tool_name: str
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of the other pages that this one names, by slug; a page that is not public is missing."""
    source_checks: Mapping[str, SourceCheck] = field(default_factory=dict)
    freshness: Freshness = field(default_factory=Freshness)
    reproduction: Reproduced | None = None
    silence: Silence | None = None
    said: Mapping[str, Tally] = field(default_factory=dict)
    """What readers said of this page and its fixes, by key."""
    causes: Sequence[str] = ()
    """Slugs of the pages whose errors cause this one."""
    most_asked: Sequence[Card] = ()


@dataclass(frozen=True, slots=True)
class PageScreen:
    """Everything that `errors/page.html` shows."""

    tool: str
    tool_name: str
    slug: str
    is_symptom: bool
    sections: list[Section]
    first_messages: list[MessageEntry]
    more_messages: list[MessageEntry]
    causes: list[CauseEntry]
    steps: list[StepEntry]
    fixes: list[FixEntry]
    look_alikes: list[LookAlikeEntry]
    caused_by: list[Link]
    leads_to: list[Link]
    most_asked: list[Link]
    sources: list[SourceEntry]
    note_count: int
    reproduction: Reproduced | None
    silence: Silence | None
    freshness: Freshness
    said: Tally | None

    @property
    def is_unsupported(self) -> bool:
        """Nothing that the page rests on stands any more."""
        return self.freshness.is_due_for("nothing-stands")

    @property
    def full_slug(self) -> str:
        return f"{self.tool}/{self.slug}"

    @property
    def general_fixes(self) -> list[FixEntry]:
        return [entry for entry in self.fixes if not entry.fix.platform]

    @property
    def fix_groups(self) -> list[FixGroup]:
        """The fixes that work in one place only, by place, in the order in which the page has them."""
        places: dict[str, list[FixEntry]] = {}
        for entry in self.fixes:
            if entry.fix.platform:
                places.setdefault(entry.fix.platform, []).append(entry)
        is_open = not self.general_fixes
        return [
            FixGroup(f"fixes-{number}-{slugify(place)}".rstrip("-"), place, fixes, is_open)
            for number, (place, fixes) in enumerate(places.items(), start=1)
        ]

    @property
    def first_look_alikes(self) -> list[LookAlikeEntry]:
        return self.look_alikes[: _shown(self.look_alikes, TELLS_SHOWN)]

    @property
    def more_look_alikes(self) -> list[LookAlikeEntry]:
        return self.look_alikes[_shown(self.look_alikes, TELLS_SHOWN) :]

    @property
    def look_alike_links(self) -> list[Link]:
        return [entry.link for entry in self.look_alikes if entry.link.href]

    @property
    def first_sources(self) -> list[SourceEntry]:
        return self.sources[: _shown(self.sources, SOURCES_SHOWN)]

    @property
    def more_sources(self) -> list[SourceEntry]:
        return self.sources[_shown(self.sources, SOURCES_SHOWN) :]


def page_screen(folder: PageFolder, around: Surroundings) -> PageScreen:
    """The page with its references resolved to links."""
    doc = folder.doc
    parts = _links_to_parts(doc)
    accepted = [note for note in doc.evidence if note.state is EvidenceState.ACCEPTED]
    numbers = _source_numbers_by_key(doc, accepted)
    literal_first = sorted(doc.signatures, key=lambda signature: bool(signature.regex))
    messages = [_message(signature, around) for signature in literal_first]
    shown = _shown(messages, MESSAGES_SHOWN)
    return PageScreen(
        tool=folder.tool,
        tool_name=around.tool_name,
        slug=folder.slug,
        is_symptom=doc.role is Role.SYMPTOM,
        sections=list(_sections(doc, around)),
        first_messages=messages[:shown],
        more_messages=messages[shown:],
        causes=[
            CauseEntry(
                cause,
                [parts[fix.key] for fix in doc.fixes if cause.key in fix.for_],
                numbers.get(cause.key, []),
                cause.key in around.freshness.unsupported,
            )
            for cause in doc.causes
        ],
        steps=[
            StepEntry(step, [_outcome(outcome, parts, around) for outcome in step.outcomes], numbers.get(step.key, []))
            for step in doc.steps
        ],
        fixes=[
            FixEntry(
                fix,
                [parts[key] for key in fix.for_ if key in parts],
                numbers.get(fix.key, []),
                around.said.get(fix.key),
            )
            for fix in in_order_of_trust(doc.fixes, around.said)
        ],
        caused_by=[_link_to_page(slug, around) for slug in around.causes],
        leads_to=[_link_to_page(slug, around) for slug in doc.leads_to],
        most_asked=[Link(card.title, card.url) for card in around.most_asked],
        look_alikes=[LookAlikeEntry(_link_to_page(entry.page, around), entry.tell) for entry in doc.related],
        sources=[
            _source_entry(number, source, accepted, parts, around) for number, source in enumerate(doc.sources, start=1)
        ],
        note_count=len(accepted),
        reproduction=around.reproduction,
        silence=around.silence,
        freshness=around.freshness,
        said=around.said.get(PAGE_KEY),
    )


def _shown(entries: Sequence[object], most: int) -> int:
    """How many of them stand in the open; a single one is never folded away."""
    return most if len(entries) > most + 1 else len(entries)


def slugs_named(doc: PageDoc) -> set[str]:
    """The other pages that this one links to by title."""
    outcomes = {outcome.go for step in doc.steps for outcome in step.outcomes if "/" in outcome.go}
    owners = {signature.shared for signature in doc.signatures if signature.shared}
    return outcomes | owners | {entry.page for entry in doc.related} | set(doc.leads_to)


def source_state(source: Source, check: SourceCheck | None) -> str:
    """When the source was seen, and what a check of it found, if there was one."""
    if not source.is_on_web:
        return f"observed on {source.seen_on}"
    if check is None:
        return f"seen on {source.seen_on}, not checked by this site yet"
    return f"seen on {source.seen_on}, " + SOURCE_STATES[check.state].format(date=check.checked_on)


def _sections(doc: PageDoc, around: Surroundings) -> Iterator[Section]:
    """The table of contents: what the page has, in the order in which it stands."""
    present = (
        ("messages", "What the log says", True),
        ("quick-fix", "Quick fix", doc.quick_fix),
        ("look-alikes", "Not here if", doc.related or around.causes),
        ("meaning", "What it means", doc.meaning),
        ("why", "Why it happens", doc.why),
        ("causes", "Causes", doc.causes),
        ("steps", "Find your cause", doc.steps),
        ("fixes", "Fixes", doc.fixes),
        ("checks", "Checks by platform", doc.checks),
        ("avoid", "What not to try", doc.avoid),
        ("prevention", "Keep it from coming back", doc.prevention),
        ("background", "Background", doc.background),
        ("faq", "Questions", doc.faq),
        ("evidence", "Evidence", doc.sources),
        ("changes", "Changes", True),
        ("correction", "Suggest a correction", True),
        ("neighbours", "Near this error", True),
    )
    return (Section(name, title) for name, title, content in present if content)


def _links_to_parts(doc: PageDoc) -> dict[str, Link]:
    """Every part of the page by its key: how a sentence calls it and where it stands."""
    return {
        **{part.key: Link(f"message: `{part.text or part.regex}`", f"#message-{part.key}") for part in doc.signatures},
        **{cause.key: Link(cause.title, f"#cause-{cause.key}") for cause in doc.causes},
        **{fix.key: Link(fix.title, f"#fix-{fix.key}") for fix in doc.fixes},
        **{step.key: Link(step.title, f"#step-{step.key}") for step in doc.steps},
        **{check.key: Link(check.platform, f"#check-{check.key}") for check in doc.checks},
        **{item.key: Link(item.what, f"#avoid-{item.key}") for item in doc.avoid},
        **{item.key: Link(item.question, f"#faq-{item.key}") for item in doc.faq},
        PAGE_KEY: Link("the page as a whole"),
    }


def _link_to_page(slug: str, around: Surroundings) -> Link:
    """A page that is not public, or not written yet, is named and not linked."""
    title = around.titles.get(slug)
    return Link(slug) if title is None else Link(title, f"/errors/{slug}/")


def _message(signature: Signature, around: Surroundings) -> MessageEntry:
    return MessageEntry(signature, _link_to_page(signature.shared, around) if signature.shared else None)


def _outcome(outcome: Outcome, parts: Mapping[str, Link], around: Surroundings) -> OutcomeEntry:
    link = _link_to_page(outcome.go, around) if "/" in outcome.go else parts.get(outcome.go)
    return OutcomeEntry(outcome.when, outcome.note, link)


def _source_numbers_by_key(doc: PageDoc, accepted: list[Evidence]) -> dict[str, list[int]]:
    """For each part the numbers of the sources that support it, as the page counts them."""
    number_of = {source.address: number for number, source in enumerate(doc.sources, start=1)}
    numbers: dict[str, set[int]] = {}
    for note in accepted:
        if note.source in number_of:
            numbers.setdefault(note.supports, set()).add(number_of[note.source])
    return {key: sorted(found) for key, found in numbers.items()}


def _origin(note: Evidence) -> str:
    return " ".join([f"by {note.author}" if note.author else "", f"on {note.date}" if note.date else ""]).strip()


def _source_entry(
    number: int, source: Source, accepted: list[Evidence], parts: Mapping[str, Link], around: Surroundings
) -> SourceEntry:
    notes = [
        NoteEntry(parts.get(note.supports, Link(note.supports)), note.note, _origin(note))
        for note in accepted
        if note.source == source.address
    ]
    check = around.source_checks.get(source.address)
    is_dead = check is not None and check.state in DEAD
    return SourceEntry(number, source, source_state(source, check), notes, is_dead)
