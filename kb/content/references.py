"""Keys and what points at them: on one page, and between pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from kb.content.document import PAGE_KEY, KeyedPart, PageDoc, PageFolder
from kb.content.problems import Finding, Where

KEYED_FIELDS = ("signatures", "causes", "fixes", "steps", "checks", "avoid", "faq")


def keyed_places(doc: PageDoc) -> Iterator[tuple[Where, KeyedPart]]:
    """Every part that has a key, with its place in the document."""
    for field in KEYED_FIELDS:
        for index, part in enumerate(getattr(doc, field)):
            yield (field, index), part


def findings_on_the_page(folder: PageFolder) -> Iterator[Finding]:
    """Keys that stand twice, references that lead nowhere, samples without a note."""
    yield from double_keys(folder.doc)
    yield from _dead_fix_references(folder.doc)
    yield from _dead_outcomes(folder.doc)
    yield from _dead_evidence(folder.doc)
    yield from _double_sources(folder.doc)
    yield from _unnoted_samples(folder)


def page_references(folder: PageFolder) -> Iterator[tuple[Where, str]]:
    """Every other page that this one names, with the place where it does."""
    doc = folder.doc
    for index, signature in enumerate(doc.signatures):
        if signature.shared:
            yield ("signatures", index, "shared"), signature.shared
    for index, related in enumerate(doc.related):
        yield ("related", index, "page"), related.page
    for index, slug in enumerate(doc.leads_to):
        yield ("leads_to", index), slug
    for number, step in enumerate(doc.steps):
        for index, outcome in enumerate(step.outcomes):
            if "/" in outcome.go:
                yield ("steps", number, "outcomes", index, "go"), outcome.go


def findings_between_pages(
    folders: Sequence[PageFolder], known_elsewhere: Collection[str] = ()
) -> Iterator[tuple[PageFolder, Finding]]:
    """References to pages that do not exist, and addresses that two pages claim."""
    known = {folder.full_slug for folder in folders} | set(known_elsewhere)
    claims = Counter(alias for folder in folders for alias in set(folder.doc.aliases))
    for folder in folders:
        for where, slug in page_references(folder):
            if slug == folder.full_slug:
                yield folder, Finding("KB017", f"`{slug}` is this page itself; name another page", where)
            elif slug not in known:
                yield folder, Finding("KB017", f"there is no page `{slug}`{_meant(slug, known)}", where)
        yield from ((folder, finding) for finding in _taken_aliases(folder, known, claims))


def _taken_aliases(folder: PageFolder, known: set[str], claims: Counter[str]) -> Iterator[Finding]:
    aliases = folder.doc.aliases
    for index, alias in enumerate(aliases):
        where = ("aliases", index)
        if alias in known:
            yield Finding("KB018", f"`{alias}` is the address of a page; aliases are addresses that no page has", where)
        elif claims[alias] > 1:
            yield Finding("KB018", f"another page has the alias `{alias}` too; keep it on one of them", where)
        elif alias in aliases[:index]:
            yield Finding("KB018", f"the alias `{alias}` stands here twice; keep one", where)


def _meant(word: str, known: Collection[str]) -> str:
    nearest = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean `{nearest[0]}`?" if nearest else "; write it first, or remove the reference"


def double_keys(doc: PageDoc) -> Iterator[Finding]:
    """Keys that stand on two parts, or mean something else."""
    seen: dict[str, Where] = {}
    for place, part in keyed_places(doc):
        where = (*place, "key")
        if part.key == PAGE_KEY:
            yield Finding("KB015", f"`{PAGE_KEY}` means the page as a whole; give this part another key", where)
        elif part.key in seen:
            first = seen[part.key][0]
            yield Finding("KB015", f"the key `{part.key}` is taken under `{first}`; keys are unique on a page", where)
        seen.setdefault(part.key, place)


def _dead_fix_references(doc: PageDoc) -> Iterator[Finding]:
    causes = {cause.key for cause in doc.causes}
    for number, fix in enumerate(doc.fixes):
        for index, key in enumerate(fix.for_):
            if key not in causes:
                message = f"there is no cause `{key}` on this page{_meant(key, causes)}"
                yield Finding("KB016", message, ("fixes", number, "for", index))


def _dead_outcomes(doc: PageDoc) -> Iterator[Finding]:
    keys = {part.key for part in (*doc.causes, *doc.fixes, *doc.steps)}
    for number, step in enumerate(doc.steps):
        for index, outcome in enumerate(step.outcomes):
            if outcome.go and "/" not in outcome.go and outcome.go not in keys:
                message = f"there is no cause, fix or step `{outcome.go}` on this page{_meant(outcome.go, keys)}"
                yield Finding("KB016", message, ("steps", number, "outcomes", index, "go"))


def _dead_evidence(doc: PageDoc) -> Iterator[Finding]:
    keys = {part.key for part in doc.keyed_parts()} | {PAGE_KEY}
    addresses = {source.address for source in doc.sources}
    for index, evidence in enumerate(doc.evidence):
        if evidence.supports not in keys:
            message = f"nothing on this page has the key `{evidence.supports}`{_meant(evidence.supports, keys)}"
            yield Finding("KB016", message, ("evidence", index, "supports"))
        if evidence.source not in addresses:
            message = f"{evidence.source} is not among the sources of this page; add it to `sources`"
            yield Finding("KB016", message, ("evidence", index, "source"))


def _double_sources(doc: PageDoc) -> Iterator[Finding]:
    addresses = [source.address for source in doc.sources]
    for index, address in enumerate(addresses):
        if address in addresses[:index]:
            yield Finding("KB015", f"{address} is a source already; keep one", ("sources", index, "address"))


def _unnoted_samples(folder: PageFolder) -> Iterator[Finding]:
    files = {sample.file for sample in folder.samples}
    noted = [note.file for note in folder.doc.samples]
    for index, name in enumerate(noted):
        where = ("samples", index, "file")
        if name in noted[:index]:
            yield Finding("KB013", f"`{name}` has two notes; keep one", where)
        elif name not in files:
            yield Finding("KB013", f"there is no file {name} in the folder; add it, or remove its note", where)
    for name in sorted(files - set(noted)):
        message = "has no note; add it to `samples` with its origin and how it was made"
        yield Finding("KB013", message, ("samples",), file=name)
