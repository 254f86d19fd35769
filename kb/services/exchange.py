"""Exchange: pages go out as an archive of their files, and come in from one, for a person who looks at them first.

What comes in by the desk is somebody's work like any other: it becomes a draft of theirs, or is published where they
may do that and it passes the gate. What `load_pages` takes in is the operator's, and is loaded as page files are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from kb.content.archives import Archive, Kind, write_archive
from kb.content.comparing import Difference, differences, differences_of_folders
from kb.content.document import EvidenceState, PageFolder
from kb.content.files import examine_members
from kb.content.references import findings_between_pages
from kb.content.tools import Tool as ToolEntry
from kb.content.tools import examine_list
from kb.models import Page, Revision, Sample, Tool, User
from kb.queries import documents
from kb.queries.drafts import OPEN
from kb.queries.pages import pages_at, published_addresses
from kb.services import audit, drafting, evidence, page_file_checks, page_files, publishing, reviewing, sources

MOST_AT_ONCE = 100
"""Changed pages of one import at the desk; `load_pages` takes any number."""
REASONS_SHOWN = 20
COMMENT = "Imported from an archive."


class Change(StrEnum):
    """What becomes of a page of an archive."""

    CREATED = "created"
    UPDATED = "updated"
    DRAFTED = "drafted"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


_ORDER = {change: place for place, change in enumerate((*list(Change)[:3], Change.REFUSED, Change.UNCHANGED))}


@dataclass(frozen=True, slots=True)
class Coming:
    """A page of an archive, and what becomes of it."""

    slug: str
    change: Change
    is_new: bool = False
    folder: PageFolder | None = None
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    """Why it is refused or not published; else what is worth saying."""
    draft: Revision | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an archive would change, or what it changed."""

    pages: tuple[Coming, ...]
    new_tools: tuple[ToolEntry, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def changing(self) -> tuple[Coming, ...]:
        return tuple(page for page in self.pages if page.change not in (Change.UNCHANGED, Change.REFUSED))

    @property
    def counts(self) -> dict[Change, int]:
        count = Counter(page.change for page in self.pages)
        return {change: count[change] for change in Change if count[change]}


class ImportRefusedError(ValueError):
    """Nothing was imported; says why."""


# --- out --------------------------------------------------------------------------------------------------------------


def export(kind: Kind, slugs: Sequence[str] = ()) -> Iterator[bytes]:
    """The public pages, or those named, with the list of their tools, as an archive in pieces."""
    pages = Page.objects.published()
    if slugs:
        pages = page_files.named(slugs)
    tools = Tool.objects.filter(pk__in=pages.order_by().values("tool_id"))
    entries = [ToolEntry(slug=tool.slug, name=tool.name, category=tool.category, home=tool.home) for tool in tools]
    return write_archive(kind, documents.published_folders(pages), entries)


# --- what would come in -----------------------------------------------------------------------------------------------


def plan(archive: Archive) -> Plan:
    """What this archive would change here. Nothing is written."""
    listed, problems = examine_list(archive.tools, "tools.yaml") if archive.tools else ((), [])
    readings = {slug: examine_members(slug, files) for slug, files in archive.folders.items()}
    refused = {
        slug: [f"{problem.path.rpartition('/')[2]}:{problem.line} {problem.message}" for problem in reading.problems]
        for slug, reading in readings.items()
        if reading.problems or reading.folder is None
    }
    sound = [reading.folder for slug, reading in readings.items() if slug not in refused and reading.folder]
    sound = list(sources.at_present_addresses(sound))
    refused |= _unfit(sound, listed)
    fit = [folder for folder in sound if folder.full_slug not in refused]
    coming = [*_foreseen(fit), *(_refusal(slug, reasons) for slug, reasons in refused.items())]
    return Plan(
        pages=tuple(sorted(coming, key=lambda page: (_ORDER[page.change], page.slug))),
        new_tools=_new_tools(fit, listed),
        left_out=(*archive.left_out, *_scripts(archive.folders)),
        notes=tuple(str(problem) for problem in problems[:REASONS_SHOWN]),
    )


def _refusal(slug: str, reasons: Sequence[str]) -> Coming:
    return Coming(slug, Change.REFUSED, notes=_first(reasons))


def _first(reasons: Sequence[str]) -> tuple[str, ...]:
    more = [f"and {len(reasons) - REASONS_SHOWN} more"] if len(reasons) > REASONS_SHOWN else []
    return (*reasons[:REASONS_SHOWN], *more)


def _scripts(folders: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """They are read for their digest, which says whether a record is of them, and kept in files alone."""
    for slug, names in folders.items():
        yield from (f"{slug}/{name}" for name in sorted(names) if name.endswith(".sh"))


def _unfit(folders: Sequence[PageFolder], tools: Sequence[ToolEntry]) -> dict[str, list[str]]:
    """What only the database knows against them, by page."""
    found: dict[str, list[str]] = {}
    for objection in page_file_checks.objections(folders, folders, tools, are_drafts=True):
        slug, _, reason = objection.partition(": ")
        found.setdefault(slug, []).append(reason)
    return found


def _dangling(folders: Sequence[PageFolder]) -> dict[str, list[str]]:
    """Which of their references lead nowhere yet, by page. A draft may have such; the gate publishes none that has."""
    known = published_addresses() | {folder.full_slug for folder in folders}
    found: dict[str, list[str]] = {}
    for folder, finding in findings_between_pages(folders, known):
        found.setdefault(folder.full_slug, []).append(finding.message)
    return found


def _new_tools(folders: Iterable[PageFolder], listed: Iterable[ToolEntry]) -> tuple[ToolEntry, ...]:
    needed = {folder.tool for folder in folders} - set(Tool.objects.values_list("slug", flat=True))
    return tuple(entry for entry in listed if entry.slug in needed)


def _foreseen(folders: Sequence[PageFolder]) -> Iterator[Coming]:
    notes = _dangling(folders)
    there = {page.full_slug: page for page in pages_at(folder.full_slug for folder in folders)}
    public = [page.pk for page in there.values() if page.is_published]
    says = {folder.full_slug: folder for folder in documents.published_folders(Page.objects.filter(pk__in=public))}
    for folder in folders:
        slug = folder.full_slug
        if slug not in says:
            coming = Coming(slug, Change.CREATED, is_new=slug not in there)
        elif (says[slug].doc, says[slug].samples) == (folder.doc, folder.samples):
            coming = Coming(slug, Change.UNCHANGED)
        else:
            coming = Coming(slug, Change.UPDATED, differences=tuple(differences_of_folders(says[slug], folder)))
        told = () if coming.change is Change.UNCHANGED else _first(notes.get(slug, ()))
        yield replace(coming, folder=folder, notes=told)


# --- in ---------------------------------------------------------------------------------------------------------------


def carry_out(planned: Plan, actor: User, *, publish: bool = False) -> Plan:
    """Take the pages in, each as a whole or not at all, as drafts of this person; publish those that pass, if that is
    wanted and allowed."""
    if not actor.has_perm(reviewing.PUBLISH):
        raise ImportRefusedError("Only those who may publish import pages.")
    if len(planned.changing) > MOST_AT_ONCE:
        raise ImportRefusedError(
            f"{len(planned.changing)} pages would change, and {MOST_AT_ONCE} are imported at once here: "
            "load_pages takes any number."
        )
    _add_tools(planned.new_tools, actor)
    done = [_taken(page, actor, publish=publish) if page in planned.changing else page for page in planned.pages]
    return replace(planned, pages=tuple(done))


def _add_tools(entries: Iterable[ToolEntry], actor: User) -> None:
    """Tools that are there keep the name that they have here."""
    with transaction.atomic():
        for entry in entries:
            told = {"name": entry.name, "category": entry.category, "home": entry.home}
            tool, is_new = Tool.objects.get_or_create(slug=entry.slug, defaults=told)
            if is_new:
                audit.note(actor, tool, COMMENT, audit.ADDED)


def _taken(coming: Coming, actor: User, *, publish: bool) -> Coming:
    folder = coming.folder
    assert folder is not None, "what is refused does not change anything"
    notes = coming.notes
    if publish and settings.REVIEW == "required":
        notes = (*notes, "It was not published: somebody else must read it first (KB_REVIEW).")
    elif publish:
        try:
            return replace(coming, draft=_published(folder, actor))
        except (publishing.PublishingRefusedError, reviewing.ReviewRefusedError) as refusal:
            notes = ("It was not published:", *_reasons(refusal))
    if twin := _twin(folder, actor):
        return replace(coming, change=Change.UNCHANGED, notes=(*notes, f"{twin} says so already."), draft=twin)
    return replace(coming, change=Change.DRAFTED, notes=notes, draft=_drafted(folder, actor))


def _reasons(refusal: ValueError) -> list[str]:
    if not isinstance(refusal, publishing.PublishingRefusedError):
        return [str(refusal)]
    objections = refusal.objections[:REASONS_SHOWN]
    return [": ".join(filter(None, (", ".join(objection.place), objection.text))) for objection in objections]


def _published(folder: PageFolder, actor: User) -> Revision:
    with transaction.atomic():
        page, _ = Page.objects.get_or_create(tool_id=folder.tool, slug=folder.slug)
        page_files.hang(page, folder)
        if folder.reproduction:
            page_files.replace_reproduction(page, folder.reproduction)
        draft = drafting.write_draft(page, actor, folder.doc, COMMENT)
        reviewing.publish(draft, actor)
        audit.note(actor, page, f"{COMMENT} Published as {draft}.")
    return draft


def _drafted(folder: PageFolder, actor: User) -> Revision:
    """A draft. A new page has all that the archive says of it, its evidence as proposals; a page that is there keeps
    what it has, gets the samples that it lacks, and proposals."""
    with transaction.atomic():
        page, is_new = Page.objects.get_or_create(tool_id=folder.tool, slug=folder.slug)
        if is_new:
            page_files.hang(page, _with_proposals(folder))
            if folder.reproduction:
                page_files.replace_reproduction(page, folder.reproduction)
            audit.note(actor, page, COMMENT, audit.ADDED)
        else:
            _add_samples(page, folder)
            _propose_evidence(page, folder, actor)
        draft = drafting.write_draft(page, actor, folder.doc, COMMENT)
        audit.note(actor, draft, COMMENT, audit.ADDED)
    return draft


def _with_proposals(folder: PageFolder) -> PageFolder:
    proposed = {"state": EvidenceState.PROPOSED}
    evidence = [
        part.model_copy(update=proposed) if part.state is EvidenceState.ACCEPTED else part
        for part in folder.doc.evidence
    ]
    return folder.model_copy(update={"doc": folder.doc.model_copy(update={"evidence": tuple(evidence)})})


def _add_samples(page: Page, folder: PageFolder) -> None:
    known = set(page.samples.values_list("file", flat=True))
    text_of = {sample.file: sample for sample in folder.samples}
    for position, noted in enumerate(folder.doc.samples, start=len(known)):
        if noted.file not in known:
            row = Sample.of(text_of[noted.file], noted)
            row.page, row.position = page, position
            row.save()


def _propose_evidence(page: Page, folder: PageFolder, actor: User) -> None:
    known = set(page.evidence.values_list("source__address", "supports", "note"))
    cited = {source.address: source for source in folder.doc.sources}
    for part in folder.doc.evidence:
        if part.state is not EvidenceState.WITHDRAWN and (part.source, part.supports, part.note) not in known:
            evidence.propose(page, actor, cited[part.source], part.supports, part.note)


def _twin(folder: PageFolder, actor: User) -> Revision | None:
    """A draft of this person that says the same: importing again makes no second one."""
    own = Revision.objects.filter(page__in=Page.objects.at(folder.full_slug), state__in=OPEN, author=actor)
    own = own.filter(unfinished__isnull=True)  # others say nothing whole yet
    drafts = own.select_related("page").order_by("-pk")[:5]
    return next((draft for draft in drafts if not differences(drafting.content_of(draft), folder.doc)), None)
