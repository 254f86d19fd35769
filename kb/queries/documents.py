"""Pages as documents: rows of many tables put together as the folder that says the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kb.content import document as doc
from kb.models import (
    Avoid,
    Cause,
    Citation,
    Evidence,
    Faq,
    Fix,
    LookAlike,
    Page,
    PageAlias,
    PlatformCheck,
    Reproduction,
    Revision,
    Sample,
    Signature,
    Step,
)
from kb.models.page import PageQuerySet

D = TypeVar("D")
D_co = TypeVar("D_co", covariant=True)
R = TypeVar("R")

BATCH = 500
"""Pages fetched at once: enough to make the number of queries small, few enough to hold in memory."""


class Documented(Protocol[D_co]):
    """A row that can say itself as a part of the page document."""

    def document(self) -> D_co: ...


def published_folders(pages: PageQuerySet | None = None) -> Iterator[doc.PageFolder]:
    """The public content of these pages, or of all, page after page; many pages share a few queries."""
    wanted = (Page.objects.all() if pages is None else pages).published().order_by("pk")
    last = 0
    while batch := list(wanted.filter(pk__gt=last).select_related("live_revision")[:BATCH]):
        last = batch[-1].pk
        yield from folders([page.live_revision for page in batch if page.live_revision], batch)


def folders(revisions: Sequence[Revision], pages: Iterable[Page]) -> Iterator[doc.PageFolder]:
    """What each of these revisions says, together with what hangs on its page; a constant number of queries."""
    page_of = {page.pk: page for page in pages}
    parts = _Parts.of(revisions)
    belongings = _Belongings.of(page_of)
    for revision in revisions:
        yield _folder(page_of[revision.page_id], revision, parts, belongings)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What hangs on the revisions, by revision."""

    signatures: Mapping[int, Sequence[doc.Signature]]
    causes: Mapping[int, Sequence[doc.Cause]]
    fixes: Mapping[int, Sequence[doc.Fix]]
    steps: Mapping[int, Sequence[doc.Step]]
    checks: Mapping[int, Sequence[doc.PlatformCheck]]
    avoid: Mapping[int, Sequence[doc.Avoid]]
    faq: Mapping[int, Sequence[doc.Faq]]
    related: Mapping[int, Sequence[doc.Related]]

    @classmethod
    def of(cls, revisions: Sequence[Revision]) -> _Parts:
        ids = [revision.pk for revision in revisions]
        return cls(
            signatures=_documents(Signature.objects.filter(revision__in=ids), "revision_id"),
            causes=_documents(Cause.objects.filter(revision__in=ids), "revision_id"),
            fixes=_documents(Fix.objects.filter(revision__in=ids), "revision_id"),
            steps=_documents(Step.objects.filter(revision__in=ids), "revision_id"),
            checks=_documents(PlatformCheck.objects.filter(revision__in=ids), "revision_id"),
            avoid=_documents(Avoid.objects.filter(revision__in=ids), "revision_id"),
            faq=_documents(Faq.objects.filter(revision__in=ids), "revision_id"),
            related=_documents(LookAlike.objects.filter(revision__in=ids), "revision_id"),
        )


@dataclass(frozen=True, slots=True)
class _Belongings:
    """What hangs on the pages, by page."""

    aliases: Mapping[int, Sequence[PageAlias]]
    samples: Mapping[int, Sequence[Sample]]
    sources: Mapping[int, Sequence[doc.Source]]
    evidence: Mapping[int, Sequence[doc.Evidence]]
    reproductions: Mapping[int, Sequence[doc.Reproduction]]
    """The newest first."""

    @classmethod
    def of(cls, pages: Iterable[int]) -> _Belongings:
        ids = list(pages)
        citations = Citation.objects.filter(page__in=ids).select_related("source")
        evidence = Evidence.objects.filter(page__in=ids).select_related("source")
        return cls(
            aliases=_by_owner(PageAlias.objects.filter(page__in=ids), "page_id"),
            samples=_by_owner(Sample.objects.filter(page__in=ids), "page_id"),
            sources=_documents(citations, "page_id"),
            evidence=_documents(evidence, "page_id"),
            reproductions=_documents(Reproduction.objects.filter(page__in=ids), "page_id"),
        )


def _by_owner(rows: Iterable[R], owner: str) -> Mapping[int, Sequence[R]]:
    grouped: defaultdict[int, list[R]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, owner)].append(row)
    return grouped


def _documents(rows: Iterable[Documented[D]], owner: str) -> Mapping[int, Sequence[D]]:
    return {key: [row.document() for row in group] for key, group in _by_owner(rows, owner).items()}


def _folder(page: Page, revision: Revision, parts: _Parts, belongings: _Belongings) -> doc.PageFolder:
    samples = belongings.samples.get(page.pk, ())
    runs = belongings.reproductions.get(page.pk, ())
    return doc.PageFolder(
        tool=page.tool_id,
        slug=page.slug,
        doc=_document(page, revision, parts, belongings),
        samples=tuple(sorted((sample.document() for sample in samples), key=lambda sample: sample.file)),
        reproduction=runs[0] if runs else None,
    )


def _document(page: Page, revision: Revision, parts: _Parts, belongings: _Belongings) -> doc.PageDoc:
    content = doc.PageDoc(
        title=revision.title,
        summary=revision.summary,
        role=doc.Role(revision.role),
        applies_to=doc.AppliesTo.model_validate(revision.applies_to),
        fixed_in=revision.fixed_in,
        created=revision.created,
        updated=revision.updated,
        changes=tuple(doc.Change.model_validate(change) for change in revision.changes),
        aliases=tuple(alias.address for alias in belongings.aliases.get(page.pk, ())),
        signatures=tuple(parts.signatures.get(revision.pk, ())),
        samples=tuple(sample.noted() for sample in belongings.samples.get(page.pk, ())),
        quick_fix=None if revision.quick_fix is None else doc.QuickFix.model_validate(revision.quick_fix),
        meaning=revision.meaning,
        why=revision.why,
        causes=tuple(parts.causes.get(revision.pk, ())),
        fixes=tuple(parts.fixes.get(revision.pk, ())),
        steps=tuple(parts.steps.get(revision.pk, ())),
        checks=tuple(parts.checks.get(revision.pk, ())),
        avoid=tuple(parts.avoid.get(revision.pk, ())),
        prevention=revision.prevention,
        background=revision.background,
        faq=tuple(parts.faq.get(revision.pk, ())),
        sources=tuple(belongings.sources.get(page.pk, ())),
        related=tuple(parts.related.get(revision.pk, ())),
        leads_to=tuple(revision.leads_to),
    )
    keys = {doc.PAGE_KEY, *(part.key for part in content.keyed_parts())}
    # Evidence outlives the parts it supports: what this wording no longer says needs no support here.
    shown = tuple(item for item in belongings.evidence.get(page.pk, ()) if item.supports in keys)
    return content.model_copy(update={"evidence": shown})
