"""The evidence desk: sources with what they support, pages with what supports them, and how all of it came to be."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from kb.content.document import PAGE_KEY
from kb.models import (
    DEAD,
    Avoid,
    Cause,
    Citation,
    Evidence,
    EvidenceState,
    Faq,
    Fix,
    KeyedPart,
    Page,
    PlatformCheck,
    Revision,
    RevisionState,
    Signature,
    Source,
    SourceAlias,
    Step,
)
from kb.models.part import PartQuerySet
from kb.models.source import SourceQuerySet

SHOWN_OF_A_SOURCE = 4
"""Pieces of evidence that a list shows of each source; the others stand on the source's own screen."""
CHANGES_SHOWN = 50
DEAD_CHOICE = "dead"


# --- sources as a list ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed by; empty narrows nothing."""

    words: str = ""
    state: str = ""
    """What the last check found; `dead` for whatever no longer supports anything."""
    kind: str = ""
    tool: str = ""
    host: str = ""
    evidence: str = ""
    """A state in which some of its evidence is."""
    is_idle: bool = False
    """It supports nothing: all of its evidence was withdrawn, or there is none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A source as the list shows it."""

    source: Source
    evidence: Sequence[Evidence]
    """The first pieces; of one state, if the list is narrowed by it."""
    more: int
    pages: int


def sources(wanted: Wanted) -> SourceQuerySet:
    """Sources, the newest first. Each condition but the words is answered from an index; words are looked for in every
    address and title."""
    found = Source.objects.filter(*_conditions(wanted)).order_by("-pk")
    for word in wanted.words.replace("\x00", "").split():
        once_at = SourceAlias.objects.filter(address=word).values("source")
        found = found.filter(Q(address__icontains=word) | Q(title__icontains=word) | Q(pk__in=once_at))
    return found


def _conditions(wanted: Wanted) -> Iterator[Q]:
    if wanted.state:
        yield Q(state__in=DEAD) if wanted.state == DEAD_CHOICE else Q(state=wanted.state)
    if wanted.kind:
        yield Q(kind=wanted.kind)
    if wanted.host:
        yield Q(host=wanted.host.lower())
    if wanted.tool:
        # Not by a join, which would show a source once for each page.
        yield Q(pk__in=Citation.objects.filter(page__tool=wanted.tool).order_by().values("source"))
    if wanted.evidence:
        yield Q(pk__in=Evidence.objects.filter(state=wanted.evidence).order_by().values("source"))
    if wanted.is_idle:
        yield ~Q(Exists(Evidence.objects.exclude(state=EvidenceState.WITHDRAWN).filter(source=OuterRef("pk"))))


def rows(shown: Iterable[Source], state: str = "") -> list[Row]:
    """These sources with the first pieces of their evidence; two queries, however many they are."""
    shown = list(shown)
    evidence = Evidence.objects.filter(source__in=[source.pk for source in shown]).order_by()
    if state:
        evidence = evidence.filter(state=state)
    counted = {
        row["source"]: row
        for row in evidence.values("source").annotate(all=Count("pk"), pages=Count("page", distinct=True))
    }
    first: defaultdict[int, list[Evidence]] = defaultdict(list)
    place = Window(RowNumber(), partition_by=F("source"), order_by=("page", "position", "pk"))
    pieces = evidence.select_related("page").annotate(place=place).filter(place__lte=SHOWN_OF_A_SOURCE)
    for piece in pieces.order_by("source", "place"):
        first[piece.source_id].append(piece)
    nothing = {"all": 0, "pages": 0}
    return [
        Row(source, first[source.pk], count["all"] - len(first[source.pk]), count["pages"])
        for source in shown
        for count in (counted.get(source.pk, nothing),)
    ]


def perhaps_the_same(source: Source) -> list[Source]:
    """Other sources at addresses that differ from this one in what seldom matters, or to which it has moved."""
    others = {*_spellings(source.address), source.moved_to} - {source.address, ""}
    return list(Source.objects.filter(address__in=others))


def _spellings(address: str) -> Iterator[str]:
    """With and without encryption, `www.`, a slash at the end, and the place on the page."""
    scheme, _, rest = address.partition("://")
    if scheme not in ("http", "https"):
        return
    document = rest.partition("#")[0]
    for where in {rest, document, document.rstrip("/"), f"{document.rstrip('/')}/"}:
        bare = where.removeprefix("www.")
        for name in (bare, f"www.{bare}"):
            yield f"http://{name}"
            yield f"https://{name}"


# --- what is supported ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page, as the desk calls it."""

    key: str
    label: str
    kind: str = ""
    """`cause`, `fix`, …, as the links on the page name them; empty for what the page no longer has."""
    is_live: bool = True
    """Readers see it; else it stands in a draft."""

    @property
    def anchor(self) -> str:
        return f"#{self.kind}-{self.key}" if self.kind and self.is_live else ""


WHOLE = Part(PAGE_KEY, "The page as a whole", "page", is_live=False)
_PARTS: Sequence[tuple[str, PartQuerySet[KeyedPart], Sequence[str]]] = (
    ("cause", Cause.objects.all(), ("title",)),
    ("fix", Fix.objects.all(), ("title",)),
    ("message", Signature.objects.all(), ("text", "regex")),
    ("step", Step.objects.all(), ("title",)),
    ("check", PlatformCheck.objects.all(), ("platform",)),
    ("avoid", Avoid.objects.all(), ("what",)),
    ("faq", Faq.objects.all(), ("question",)),
)
"""Kinds of parts in the order in which evidence is shown, and where each has its name."""
GROUPS: Mapping[str, str] = {
    "page": "The page as a whole",
    "cause": "Causes",
    "fix": "Fixes",
    "message": "Signatures",
    "step": "Steps",
    "check": "Checks by platform",
    "avoid": "What not to try",
    "faq": "Questions",
    "": "Parts that the page no longer has",
}


@dataclass(frozen=True, slots=True)
class Supported:
    """A part with everything that supports it."""

    part: Part
    evidence: Sequence[Evidence]

    @property
    def is_unsupported(self) -> bool:
        """A cause must have evidence that stands; other parts may."""
        return self.part.kind == "cause" and not any(
            piece.state == EvidenceState.ACCEPTED and not piece.source.is_dead for piece in self.evidence
        )


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    parts: list[Supported] = field(default_factory=list)


def support_of(page: Page) -> list[Group]:
    """The parts of the page, of the public text and of what is being written, each with its evidence."""
    by_key: defaultdict[str, list[Evidence]] = defaultdict(list)
    for piece in page.evidence.select_related("source"):
        by_key[piece.supports].append(piece)
    parts = {part.key: part for part in parts_of(page)}
    for key in by_key:
        parts.setdefault(key, Part(key, key, is_live=False))
    groups = {kind: Group(title) for kind, title in GROUPS.items()}
    for part in parts.values():
        groups[part.kind].parts.append(Supported(part, by_key[part.key]))
    return [group for group in groups.values() if group.parts]


def parts_of(page: Page) -> list[Part]:
    """What evidence can support on this page: first the page, then its parts by kind, those of drafts as well."""
    written = Revision.objects.filter(page=page, state__in=(RevisionState.DRAFT, RevisionState.IN_REVIEW))
    public = [page.live_revision_id] if page.live_revision_id else []
    revisions = [*public, *written.order_by("-pk").values_list("pk", flat=True)]
    found = _parts_by_revision(revisions)
    parts: dict[str, Part] = {WHOLE.key: WHOLE}
    for revision in revisions:
        for key, part in found[revision].items():
            is_live = revision == page.live_revision_id
            parts.setdefault(key, Part(key, part.label, part.kind, is_live))
    return list(parts.values())


def parts_supported(evidence: Collection[Evidence]) -> dict[int, Part]:
    """What each of these supports, by its primary key, as the public pages call it."""
    live = {piece.page_id: piece.page.live_revision_id for piece in evidence}
    keys = {piece.supports for piece in evidence}
    found = _parts_by_revision([revision for revision in live.values() if revision], keys)
    return {
        piece.pk: WHOLE
        if piece.supports == PAGE_KEY
        else found[live[piece.page_id] or 0].get(piece.supports, Part(piece.supports, piece.supports, is_live=False))
        for piece in evidence
    }


def _parts_by_revision(revisions: Sequence[int], keys: Collection[str] = ()) -> defaultdict[int, dict[str, Part]]:
    found: defaultdict[int, dict[str, Part]] = defaultdict(dict)
    for kind, parts, names in _PARTS:
        wanted = parts.filter(revision__in=revisions)
        if keys:
            wanted = wanted.filter(key__in=keys)
        for revision, key, *texts in wanted.values_list("revision", "key", *names):
            found[revision][key] = Part(key, next(filter(None, texts), key), kind)
    return found


# --- history ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a source or of a piece of evidence."""

    at: dt.datetime
    by: str
    """Who; empty where it was the site itself, or page files."""
    what: str
    values: Sequence[tuple[str, str, str]]
    """Name of the field, what it was, what it became."""


_SOURCE_FIELDS = {
    "address": "address",
    "kind": "kind",
    "title": "title",
    "publisher": "publisher",
    "published": "published",
    "seen_on": "seen on",
    "state": "state",
    "outcome": "answer",
    "moved_to": "moved to",
    "holds_message": "holds the message",
    "text_hash": "digest of its text",
}
_EVIDENCE_FIELDS = {
    "source_id": "source",
    "supports": "supports",
    "note": "note",
    "author": "author",
    "date": "date",
    "state": "state",
    "reason": "reason",
}
_DEEDS = {"+": "added", "-": "removed"}


def changes_of_source(source: Source) -> list[Change]:
    """The newest changes of the source, under all the addresses that it had."""
    addresses = [source.address, *source.aliases.values_list("address", flat=True)]
    return _changes(Source.history.filter(address__in=addresses), "The source", _SOURCE_FIELDS)


def changes_of_evidence(**about: Any) -> list[Change]:
    """The newest changes of the evidence of a page or of a source: `page=…`, `source=…`."""
    told = Evidence.history.filter(**about).order_by().values("id")
    return _changes(Evidence.history.filter(id__in=told), "Evidence for {supports}", _EVIDENCE_FIELDS)


def _changes(history: QuerySet[Any], what: str, fields: Mapping[str, str]) -> list[Change]:
    newest = list(history.select_related("history_user").order_by("-history_date", "-history_id")[: 2 * CHANGES_SHOWN])
    before: dict[int, Any] = {}
    changes = []
    for row in reversed(newest):
        values = _differences(before.get(row.id), row, fields)
        # Of a row whose beginning is too long ago nobody knows what the oldest change was.
        if values or row.history_type in _DEEDS:
            deed = _DEEDS.get(row.history_type, "changed")
            name = what.format(supports=getattr(row, "supports", ""))
            changes.append(Change(row.history_date, str(row.history_user or ""), f"{name} {deed}", values))
        before[row.id] = row
    return changes[: -CHANGES_SHOWN - 1 : -1]


def _differences(before: Any, now: Any, fields: Mapping[str, str]) -> list[tuple[str, str, str]]:
    if before is None or now.history_type == "-":
        return []
    values = ((label, getattr(before, name), getattr(now, name)) for name, label in fields.items())
    return [(label, _shown(was), _shown(become)) for label, was, become in values if was != become]


def _shown(value: object) -> str:
    if value in (None, ""):
        return "nothing"
    return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else str(value)[:300]
