"""Page files: folders are loaded into the database and dumped from it. The database is the truth.

A folder may replace what the page says only as long as nobody has worked on the page here since it was last loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.db import transaction

from kb.content.comparing import Difference, differences_of_folders
from kb.content.document import PageFolder
from kb.content.document import Reproduction as ReproductionRecord
from kb.content.files import digest_of, write_folder
from kb.content.tools import Tool as ToolEntry
from kb.models import ContentEpoch, Page, PageAlias, Reproduction, Revision, Sample, Tool
from kb.models.page import PageQuerySet
from kb.queries import documents, pages
from kb.services import drafting, page_file_checks, publishing, sources


class Outcome(StrEnum):
    """What became of a folder."""

    UNCHANGED = "unchanged"
    CREATED = "created"
    UPDATED = "updated"
    DRAFTED = "drafted"
    """The page was edited here: it stays as it is, and the folder's text waits as a draft."""


@dataclass(frozen=True, slots=True)
class Loaded:
    slug: str
    outcome: Outcome
    differences: tuple[Difference, ...] = ()
    """Of a dry run: which fields of a public page would read otherwise."""

    def __str__(self) -> str:
        if self.outcome is Outcome.DRAFTED:
            return f"{self.slug}: left alone, because it was edited here; the folder's text is filed as a draft"
        return f"{self.slug}: {self.outcome}"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each folder, in the order in which they came."""

    loaded: tuple[Loaded, ...]

    @property
    def changes(self) -> tuple[Loaded, ...]:
        return tuple(page for page in self.loaded if page.outcome is not Outcome.UNCHANGED)

    def __str__(self) -> str:
        count = Counter(page.outcome for page in self.loaded)
        return f"{len(self.loaded)} pages: " + ", ".join(f"{count[outcome]} {outcome}" for outcome in Outcome)


class LoadRefusedError(ValueError):
    """Nothing was loaded; the reasons say which pages are at fault and why."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class UnknownPagesError(ValueError):
    """Pages were named that are not published."""

    def __init__(self, slugs: Sequence[str]) -> None:
        super().__init__(f"no published page is called {', '.join(slugs)}; name pages as <tool>/<slug>")


# --- out of the database ----------------------------------------------------------------------------------------------


def folder_of(page: Page, revision: Revision | None = None) -> PageFolder:
    """What this revision of the page says, else the live one, as the folder that says the same."""
    revision = revision or page.live_revision
    if revision is None:
        raise ValueError(f"{page} has no published revision; name the revision that is wanted")
    (folder,) = documents.folders([revision], [page])
    return folder


def folders(pages: PageQuerySet | None = None) -> Iterator[PageFolder]:
    """The public content of these pages, or of all, page after page; many pages share a few queries."""
    return documents.published_folders(pages)


def named(slugs: Sequence[str]) -> PageQuerySet:
    """The public pages of these names, every one of them."""
    wanted = Page.objects.published().among(slugs)
    if missing := sorted(set(slugs) - {page.full_slug for page in wanted}):
        raise UnknownPagesError(missing)
    return wanted


def dump(target: Path, slugs: Sequence[str] = ()) -> int:
    """Write the public content of these pages, or of all, as folders under `target`; says how many."""
    count = 0
    for folder in folders(named(slugs) if slugs else Page.objects.published()):
        write_folder(folder, target)
        count += 1
    return count


# --- into the database ------------------------------------------------------------------------------------------------


def load(wanted: Iterable[PageFolder], tools: Iterable[ToolEntry] = (), *, dry_run: bool = False) -> Report:
    """Load folders: publish what is new or changed, but never over what was edited here; nothing is ever deleted.

    A folder that cannot be loaded stops all of them before anything is written. Then each page is loaded as a whole
    or not at all. The tools become what the list says; those that it does not name are left alone. A dry run writes
    nothing and says what would become of each.
    """
    found = [(folder, digest_of(folder)) for folder in sources.at_present_addresses(wanted)]
    entries = list(tools)
    known = _known_digests(folder.full_slug for folder, _ in found)
    runs = _known_reproductions(folder.full_slug for folder, _ in found if folder.reproduction)
    changed = [folder for folder, digest in found if known.get(folder.full_slug) != digest]
    if reasons := page_file_checks.objections([folder for folder, _ in found], changed, entries):
        raise LoadRefusedError(reasons)
    if dry_run:
        return Report(tuple(_foreseen(folder, digest, known, runs) for folder, digest in found))
    _load_tools(entries)
    return Report(tuple(Loaded(folder.full_slug, _load(folder, digest, known, runs)) for folder, digest in found))


def _foreseen(
    folder: PageFolder, digest: str, known: Mapping[str, str], runs: Mapping[str, ReproductionRecord]
) -> Loaded:
    """What would become of the folder, and which fields would read otherwise."""
    if known.get(folder.full_slug) == digest:
        return Loaded(folder.full_slug, Outcome.UPDATED if _has_run(folder, runs) else Outcome.UNCHANGED)
    page = Page.objects.at(folder.full_slug).select_related("live_revision").first()
    if page is None:
        return Loaded(folder.full_slug, Outcome.CREATED)
    differences = differences_of_folders(folder_of(page), folder) if page.is_published else []
    return Loaded(folder.full_slug, _outcome(page, digest), tuple(differences))


def _has_run(folder: PageFolder, runs: Mapping[str, ReproductionRecord]) -> bool:
    return folder.reproduction is not None and folder.reproduction != runs.get(folder.full_slug)


def _load_tools(entries: Iterable[ToolEntry]) -> None:
    with transaction.atomic():
        known = Tool.objects.in_bulk()
        for entry in entries:
            told = {"name": entry.name, "category": entry.category, "home": entry.home}
            tool = known.get(entry.slug)
            if tool is None or told != {field: getattr(tool, field) for field in told}:
                Tool.objects.update_or_create(slug=entry.slug, defaults=told)
                ContentEpoch.objects.bump()


def _known_digests(slugs: Iterable[str]) -> dict[str, str]:
    return {page.full_slug: page.folder_digest for page in pages.pages_at(slugs)}


def _known_reproductions(slugs: Iterable[str]) -> dict[str, ReproductionRecord]:
    slug_of = {page.pk: page.full_slug for page in pages.pages_at(slugs)}
    rows = Reproduction.objects.filter(page__in=slug_of).order_by("date", "pk")
    return {slug_of[row.page_id]: row.document() for row in rows}


def _load(folder: PageFolder, digest: str, known: dict[str, str], runs: Mapping[str, ReproductionRecord]) -> Outcome:
    is_known = known.get(folder.full_slug) == digest
    has_run = _has_run(folder, runs)
    if is_known and not has_run:
        return Outcome.UNCHANGED
    with transaction.atomic():
        page, created = Page.objects.select_for_update().get_or_create(tool_id=folder.tool, slug=folder.slug)
        if folder.reproduction and has_run:
            replace_reproduction(page, folder.reproduction)
        if is_known:
            return Outcome.UPDATED
        outcome = Outcome.CREATED if created else _outcome(page, digest)
        if outcome is Outcome.DRAFTED:
            _file_draft(page, folder)
        elif outcome is not Outcome.UNCHANGED:
            _publish(page, folder)
        Page.objects.filter(pk=page.pk).update(folder_digest=digest)
    return outcome


def _outcome(page: Page, digest: str) -> Outcome:
    """What may be done to a page that is there already."""
    now = digest_of(folder_of(page)) if page.is_published else ""
    if now == digest:
        return Outcome.UNCHANGED
    return Outcome.UPDATED if now and now == page.folder_digest else Outcome.DRAFTED


def _file_draft(page: Page, folder: PageFolder) -> None:
    comment = "From page files that changed after the page was edited here: compare before publishing."
    drafting.write_draft(page, author=None, content=folder.doc, comment=comment)


def hang(page: Page, folder: PageFolder) -> None:
    """Make the page have what the folder has beside its wording: addresses, samples, sources and evidence."""
    _replace_aliases(page, folder)
    _replace_samples(page, folder)
    sources.cite(page, folder.doc.sources)
    sources.record_evidence(page, folder.doc.evidence)


def _publish(page: Page, folder: PageFolder) -> None:
    hang(page, folder)
    draft = drafting.write_draft(page, author=None, content=folder.doc, comment="Loaded from page files.")
    publishing.publish_from_files(draft)


def replace_reproduction(page: Page, record: ReproductionRecord) -> None:
    """The scripts' last run is a fact about the page, whoever wrote what the page says."""
    page.reproductions.all().delete()
    row = Reproduction.of(record)
    row.page = page
    row.save()
    ContentEpoch.objects.bump()


def _replace_aliases(page: Page, folder: PageFolder) -> None:
    page.aliases.all().delete()
    # An alias may move from one page to another: that the other no longer claims it has been checked.
    PageAlias.objects.filter(address__in=folder.doc.aliases).delete()
    PageAlias.objects.bulk_create(
        PageAlias(page=page, address=address, position=position) for position, address in enumerate(folder.doc.aliases)
    )


def _replace_samples(page: Page, folder: PageFolder) -> None:
    text_of = {sample.file: sample for sample in folder.samples}
    page.samples.all().delete()
    rows = []
    for position, noted in enumerate(folder.doc.samples):
        row = Sample.of(text_of[noted.file], noted)
        row.page, row.position = page, position
        rows.append(row)
    Sample.objects.bulk_create(rows)
