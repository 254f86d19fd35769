"""What stops page files from being loaded, said for all pages at once before anything is written.

The checks of the files themselves come before these; here is what only the database knows, and what would otherwise
break in the middle when folders come from elsewhere than from checked files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kb.content.document import PageFolder
from kb.content.lint.completeness import causes_without_evidence
from kb.content.lint.corpus import broken_signatures
from kb.content.tools import Tool as ToolEntry
from kb.models import PageAlias, Reproduction, Tool
from kb.queries import pages


def objections(
    folders: Sequence[PageFolder],
    changed: Sequence[PageFolder],
    tools: Sequence[ToolEntry] = (),
    *,
    are_drafts: bool = False,
) -> tuple[str, ...]:
    """Why these folders cannot be loaded, a sentence each; `changed` are those that would be written. A draft need not
    be proved yet."""
    found = [
        *_repeated(folders),
        *_without_tool(changed, tools),
        *_aliases_claimed_twice(folders, changed),
        *_aliases_of_pages(changed),
        *(() if are_drafts else _unproved(changed)),
    ]
    for folder in changed:
        found += [
            *_broken_signatures(folder),
            *_unpaired_samples(folder),
            *_repeated_sources(folder),
            *_uncited_evidence(folder),
        ]
    return tuple(sorted(found))


def _repeated(folders: Sequence[PageFolder]) -> Iterator[str]:
    for slug, times in Counter(folder.full_slug for folder in folders).items():
        if times > 1:
            yield f"{slug}: stands here {times} times; keep one folder"


def _without_tool(folders: Sequence[PageFolder], tools: Sequence[ToolEntry]) -> Iterator[str]:
    known = {*Tool.objects.values_list("slug", flat=True), *(tool.slug for tool in tools)}
    for folder in folders:
        if folder.tool not in known:
            yield f"{folder.full_slug}: there is no tool {folder.tool}; add it to tools.yaml"


def _aliases_claimed_twice(folders: Sequence[PageFolder], changed: Sequence[PageFolder]) -> Iterator[str]:
    """An address leads to one page: what the files say of a page's aliases stands above what is stored of them."""
    owner_of = _stored_aliases(except_of={folder.full_slug for folder in folders})
    for folder in folders:
        for alias in folder.doc.aliases:
            owner = owner_of.setdefault(alias, folder.full_slug)
            if owner != folder.full_slug:
                yield f"{folder.full_slug}: the alias {alias} belongs to {owner}; keep it on one of them"
    for folder in changed:
        if folder.full_slug in owner_of:
            yield f"{folder.full_slug}: is an alias of {owner_of[folder.full_slug]}; remove the alias there first"


def _stored_aliases(except_of: set[str]) -> dict[str, str]:
    stored = PageAlias.objects.select_related("page").order_by("address")
    return {alias.address: alias.page.full_slug for alias in stored if alias.page.full_slug not in except_of}


def _aliases_of_pages(folders: Sequence[PageFolder]) -> Iterator[str]:
    claimed = {alias: folder.full_slug for folder in folders for alias in folder.doc.aliases}
    for page in pages.pages_at(claimed):
        yield f"{claimed[page.full_slug]}: the alias {page.full_slug} is the address of a page; remove the alias"


def _unproved(folders: Sequence[PageFolder]) -> Iterator[str]:
    unproved = {
        folder.full_slug: causes
        for folder in folders
        if not (folder.reproduction and folder.reproduction.is_proof)
        and (causes := causes_without_evidence(folder.doc))
    }
    without_record = {folder.full_slug for folder in folders if folder.reproduction is None}
    for page in pages.pages_at(unproved.keys() & without_record):
        if Reproduction.objects.successful().filter(page=page).exists():
            unproved[page.full_slug] = []
    for slug, causes in unproved.items():
        for key in causes:
            yield f"{slug}: the cause {key} has no accepted evidence; add some, or reproduce the error"


def _broken_signatures(folder: PageFolder) -> Iterator[str]:
    """The index could not take the page up, and nothing that is published after it would be found."""
    for where, reason in broken_signatures(folder.doc):
        yield f"{folder.full_slug}: the signature {folder.doc.signatures[int(where[1])].key}: {reason}"


def _unpaired_samples(folder: PageFolder) -> Iterator[str]:
    noted = Counter(sample.file for sample in folder.doc.samples)
    given = Counter(sample.file for sample in folder.samples)
    for file in sorted((noted - given) | (given - noted)):
        yield f"{folder.full_slug}: {file} needs one file and one note in `samples`"


def _repeated_sources(folder: PageFolder) -> Iterator[str]:
    for address, times in Counter(source.address for source in folder.doc.sources).items():
        if times > 1:
            yield f"{folder.full_slug}: the source {address} stands here {times} times; keep one"


def _uncited_evidence(folder: PageFolder) -> Iterator[str]:
    cited = {source.address for source in folder.doc.sources}
    for address in sorted({evidence.source for evidence in folder.doc.evidence} - cited):
        yield f"{folder.full_slug}: evidence names {address}, which is not among the sources; add it there"
