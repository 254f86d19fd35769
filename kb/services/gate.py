"""The publish gate: a draft is held to the rules of its proof as it would be live, before anybody may publish it.

The rules are those of `check_pages --level site`, on the index that this process answers from with the draft in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from pydantic import ValidationError

from kb.content import lint
from kb.content.document import PageDoc, PageFolder
from kb.content.lint.corpus import Subject, Trial, ink, workable_entry
from kb.content.lint.signatures import in_no_hit
from kb.content.lint.tree import clean_logs
from kb.content.problems import PAGE_FILE, Finding, Where
from kb.content.references import findings_on_the_page, page_references
from kb.matching.index import alone, with_entry
from kb.matching.records import Entry
from kb.models import Page, Revision, RevisionState, Signature
from kb.queries import documents, pages
from kb.services.indexing import live

Place = tuple[str, ...]
"""A place in a page, by keys: `("signatures", "refused", "text")`, `("samples", "hit-plain.log")`; () is the page."""

CLEAN_LOGS = Path(settings.BASE_DIR) / "fixtures" / "clean"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a draft from being published: where it is, what it is, and how to mend it."""

    code: str
    place: Place
    text: str
    mend: str


def problems(revision: Revision) -> tuple[Problem, ...]:
    """All that is wrong with what this revision says, were it live now."""
    return prove(revision).problems


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved, and what is wrong with it."""

    content: PageFolder | None
    """None where it is no page yet."""
    problems: tuple[Problem, ...]
    began: dt.datetime
    """What is published from then on was not seen."""

    def is_about(self, revision: Revision) -> bool:
        """Whether the revision still says what was proved, on a page with the same samples and evidence."""
        return _content_of(revision) == self.content


def prove(revision: Revision) -> Proof:
    """Hold the revision to the rules."""
    began = timezone.now()
    try:
        content = _content_of(revision)
    except ValidationError as unfinished:
        return Proof(None, tuple(dict.fromkeys(_unfinished(unfinished))), began)
    return Proof(content, _problems_of(content, _public_wordings(revision)), began)


def _content_of(revision: Revision) -> PageFolder:
    (folder,) = documents.folders([revision], [revision.page])
    return folder


def _problems_of(folder: PageFolder, unchanged: frozenset[str]) -> tuple[Problem, ...]:
    page, ground = Subject(folder), ground_of(workable_entry(folder))
    findings = [
        *findings_on_the_page(folder),
        *_dead_references(folder),
        *lint.proof(page, ground),
        *in_no_hit(page, ground, unchanged),
    ]
    return tuple(dict.fromkeys(_problem(finding, folder) for finding in findings))


def ground_of(entry: Entry) -> Trial:
    """What this page is proved on: the live index with the page in it, and the healthy logs."""
    index = live.current()
    return Trial(with_entry(index, entry), alone(index, entry), healthy_logs())


@cache
def healthy_logs() -> Mapping[str, bytes]:
    """The healthy logs that come with the site, by name. They change with it alone."""
    return {path.name: path.read_bytes() for path in clean_logs(CLEAN_LOGS)}


def _public_wordings(revision: Revision) -> frozenset[str]:
    """Texts and expressions that are public already; their hits may have been given up for better ones."""
    rows = Signature.objects.filter(revision__live_page=revision.page_id)
    return frozenset(text or regex for text, regex in rows.values_list("text", "regex"))


COMMITTED_WITHIN = dt.timedelta(minutes=1)
"""A page may be stamped as published before a proof begins, and be seen only after it."""


def taken_since(proof: Proof) -> Iterator[Problem]:
    """Texts of what was proved that another page has taken meanwhile: two drafts may be proved side by side."""
    if proof.content is None:
        return
    newer = Signature.objects.filter(
        revision__state=RevisionState.PUBLISHED, revision__published_at__gte=proof.began - COMMITTED_WITHIN, shared=""
    ).exclude(revision__page__in=Page.objects.at(proof.content.full_slug))
    taken = {ink(row.document()): row.revision.page.full_slug for row in newer.select_related("revision__page")}
    for signature in proof.content.doc.signatures:
        if not signature.shared and (slug := taken.get(ink(signature))):
            text = f"{slug}, published just now, has this text too"
            yield Problem("KB024", ("signatures", signature.key), text, "on one of the two pages write `shared`")


def _dead_references(folder: PageFolder) -> Iterator[Finding]:
    named = list(page_references(folder))
    known = {page.full_slug for page in pages.pages_at({slug for _, slug in named}) if page.is_published}
    for where, slug in named:
        if slug == folder.full_slug:
            yield Finding("KB017", f"`{slug}` is this page itself; name another page", where)
        elif slug not in known:
            yield Finding(
                "KB017", f"there is no public page `{slug}`; publish it first, or remove the reference", where
            )


def _unfinished(failure: ValidationError) -> Iterator[Problem]:
    for error in failure.errors(include_url=False):
        place = tuple(map(str, error["loc"])) if failure.title == PageDoc.__name__ else ()
        field = f"`{place[0]}`" if place else "A part of the page"
        missing = error["type"] in ("too_short", "string_too_short", "missing")
        wrong = "is empty" if missing else f"cannot be used: {error['msg']}"
        yield Problem("KB008" if missing else "KB010", place[:1], f"{field} {wrong}", "write it")


def _problem(finding: Finding, folder: PageFolder) -> Problem:
    line = f"line {finding.line}: " if finding.line > 1 else ""
    return Problem(finding.code, _place(finding, folder.doc), f"{line}{finding.wrong}", finding.mend)


def _place(finding: Finding, doc: PageDoc) -> Place:
    if finding.file != PAGE_FILE:
        return ("samples", finding.file)
    return tuple(_by_keys(finding.where, doc))


def _by_keys(where: Where, part: Any) -> Iterator[str]:
    """The place with names instead of numbers, which change when parts are moved."""
    for step in where:
        if isinstance(step, int):
            part = part[step]
            names = (getattr(part, name, "") for name in ("key", "file", "page", "address"))
            yield next(filter(None, names), str(step))
        else:
            part = getattr(part, step, None) if not hasattr(part, f"{step}_") else getattr(part, f"{step}_")
            yield step
