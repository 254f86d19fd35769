"""Catalogues of errors that deserve a page, and the minimal pages made of them.

A catalogue is a folder of `.jsonl` files, an object a line: `slug` (`<tool>/<error>`), `tool` (its display name),
`title`, `signature` and `variants` (texts as printed, with placeholders), `fact` (the cause in a sentence), `sources`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.content.document import PageDoc, PageFolder, Role, Signature
from kb.content.entries import signature_of
from kb.content.tools import Tool
from kb.matching.signature import SignatureError, compile_signature

TODAY = dt.date(2026, 11, 20)

WRAPPERS = frozenset(
    {
        "buildkit/process-did-not-complete-successfully",
        "c-cpp/collect2-ld-returned-1-exit-status",
        "github-actions/git-failed-with-exit-code-128",
        "github-actions/process-completed-with-exit-code-1",
        "github-actions/the-operation-was-canceled",
        "npm/elifecycle-failed-at-the-script",
        "pip/failed-building-wheel",
        "pip/metadata-generation-failed",
        "ruby/failed-to-build-gem-native-extension",
        "systemd/job-failed-control-process-exited-with-error-code",
    }
)
"""Errors of which the catalogue says that the real one stands elsewhere in the same text: pages of role `symptom`."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One error of a catalogue."""

    slug: str
    tool: str
    title: str
    texts: tuple[str, ...]
    """The main text first, then its variants."""
    fact: str

    @property
    def role(self) -> Role:
        return Role.SYMPTOM if self.slug in WRAPPERS else Role.CAUSE


@dataclass(frozen=True, slots=True)
class Made:
    """The pages made of a catalogue, and what could not be made."""

    pages: tuple[PageFolder, ...]
    refused: tuple[str, ...]
    """A sentence for each text that the engine refuses."""

    @property
    def shared(self) -> int:
        """How many texts belong to another page."""
        return sum(bool(signature.shared) for page in self.pages for signature in page.doc.signatures)


class BadCatalogueError(ValueError):
    """A catalogue that cannot be read: says where and how to mend it."""


def read_catalogue(folders: Iterable[Path]) -> list[CatalogueEntry]:
    """Every entry of every `.jsonl` file in these folders, in the order of their names."""
    return [entry for folder in folders for path in _files(folder) for entry in _entries(path)]


def _files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise BadCatalogueError(f"{folder}: holds no .jsonl file; name the folder of the catalogue")
    return files


def _entries(path: Path) -> Iterator[CatalogueEntry]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            told = json.loads(line)
            texts = (told["signature"], *told["variants"])
            yield CatalogueEntry(told["slug"], told["tool"], told["title"], texts, told["fact"])
        except (ValueError, KeyError, TypeError) as problem:
            raise BadCatalogueError(
                f"{path}:{number}: {problem!r}; an entry is one JSON object a line with slug, tool, title, signature,"
                " variants and fact"
            ) from problem


def tools_of(entries: Iterable[CatalogueEntry], known: Iterable[Tool] = ()) -> list[Tool]:
    """The tools that these entries need: those known, and for others what the catalogue says."""
    told = {tool.slug: tool for tool in known}
    for entry in entries:
        slug = entry.slug.partition("/")[0]
        told.setdefault(slug, Tool(slug=slug, name=entry.tool, category="Catalogue"))
    return list(told.values())


def pages_of(entries: Sequence[CatalogueEntry], real: Iterable[PageFolder] = ()) -> Made:
    """A minimal page of each entry; `real` pages stand in for the entries that they are about."""
    written = {page.full_slug: page for page in real}
    wanted = [entry for entry in entries if entry.slug not in written]
    owners = _owners(wanted, written.values())
    refused: list[str] = []
    pages = [page for entry in wanted if (page := _page(entry, owners, refused)) is not None]
    return Made((*written.values(), *pages), tuple(refused))


def _page(entry: CatalogueEntry, owners: dict[bytes, str], refused: list[str]) -> PageFolder | None:
    signatures = []
    for number, text in enumerate(entry.texts):
        try:
            owner = owners[printed(text)]
        except SignatureError as problem:
            refused.append(f"{entry.slug}, text {number + 1}: {problem}")
            continue
        key = f"variant-{number}" if number else "main"
        signatures.append(Signature(key=key, text=text, shared=owner if owner != entry.slug else ""))
    if not signatures:
        return None
    return minimal_page(entry.slug, entry.title, entry.fact, signatures, entry.role)


def minimal_page(
    slug: str, title: str, summary: str, signatures: Iterable[Signature], role: Role = Role.CAUSE
) -> PageFolder:
    """A page that says no more than what a catalogue knows."""
    doc = PageDoc(title=title, summary=summary, role=role, created=TODAY, updated=TODAY, signatures=tuple(signatures))
    tool, _, name = slug.partition("/")
    return PageFolder(tool=tool, slug=name, doc=doc)


# --- one text, one owner ----------------------------------------------------------------------------------------------


def printed(text: str) -> bytes:
    """What of a text the engine compares: the same for two texts that it cannot tell apart."""
    return b"\0".join(
        literal.ink for literal in compile_signature(signature_of(Signature(key="text", text=text))).literals
    )


def _owners(entries: Sequence[CatalogueEntry], real: Iterable[PageFolder]) -> dict[bytes, str]:
    """Who owns each text: a real page that claims it, else a wrapper, else the page whose main text it is."""
    claims: dict[bytes, tuple[int, str]] = {}
    for rank, slug, text in (*_real_claims(real), *_claims(entries)):
        try:
            key = printed(text)
        except SignatureError:
            continue
        if key not in claims or rank < claims[key][0]:
            claims[key] = (rank, slug)
    return {key: slug for key, (_, slug) in claims.items()}


def _real_claims(real: Iterable[PageFolder]) -> Iterator[tuple[int, str, str]]:
    for page in real:
        for signature in page.doc.signatures:
            if signature.text:
                yield 0, signature.shared or page.full_slug, signature.text


def _claims(entries: Iterable[CatalogueEntry]) -> Iterator[tuple[int, str, str]]:
    for entry in entries:
        for number, text in enumerate(entry.texts):
            yield (1 if entry.role is Role.SYMPTOM else 3 if number else 2), entry.slug, text
