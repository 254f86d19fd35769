"""Sources and evidence: what pages cite, and what each source shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.db import transaction

from kb.content import document as doc
from kb.content.readdressing import readdressed
from kb.models import Citation, ContentEpoch, Evidence, Page, Source, SourceAlias, User
from kb.models.source import DESCRIPTION
from kb.services import audit


def cite(page: Page, cited: Sequence[doc.Source]) -> None:
    """Make these the page's citations, in this order; what is newer than what the site knows of a source is learnt."""
    with transaction.atomic():
        known = _learn(cited)
        page.citations.all().delete()
        citations = []
        for position, source in enumerate(cited):
            citation = Citation.of(source)
            citation.page, citation.source, citation.position = page, known[source.address], position
            citations.append(citation)
        Citation.objects.bulk_create(citations)


def record_evidence(page: Page, evidence: Sequence[doc.Evidence]) -> None:
    """Make this the page's evidence. Rows that stay keep their history; only what differs is written."""
    with transaction.atomic():
        source_of = {source.address: source for source in Source.objects.filter(citations__page=page)}
        there: defaultdict[tuple[str, str, str], list[Evidence]] = defaultdict(list)
        for row in page.evidence.select_related("source"):
            there[row.source.address, row.supports, row.note].append(row)
        for position, part in enumerate(evidence):
            same = there[part.source, part.supports, part.note]
            row = same.pop(0) if same else Evidence.of(part)
            _write_if_different(row, part, page, source_of[part.source], position)
        for left_out in chain.from_iterable(there.values()):
            left_out.delete()


def at_present_addresses(folders: Iterable[doc.PageFolder]) -> Iterator[doc.PageFolder]:
    """These folders, citing the present address of each source that has been merged with another."""
    present = dict(SourceAlias.objects.values_list("address", "source__address"))
    for folder in folders:
        yield folder.model_copy(update={"doc": readdressed(folder.doc, present)}) if present else folder


def known_source(address: str) -> Source | None:
    """The source at this address, or the one whose former address it is."""
    return Source.objects.filter(address=address).first() or Source.objects.filter(aliases__address=address).first()


def describe(source: Source, told: doc.Source, actor: User) -> None:
    """Correct what is said of a source, on every page that cites it."""
    with transaction.atomic():
        current = Source.objects.select_for_update().get(pk=source.pk).by(actor)
        if not current.describe(told):
            return
        current.save()
        described = {field: getattr(current, field) for field in DESCRIPTION}
        Citation.objects.filter(source=current).update(**described)
        audit.note(actor, current, "Described anew, on every page that cites it.")
        ContentEpoch.objects.bump()


def _learn(cited: Sequence[doc.Source]) -> dict[str, Source]:
    """The site's row for each address, made or brought up to date."""
    addresses = sorted({source.address for source in cited})
    rows = Source.objects.select_for_update().filter(address__in=addresses)
    known = {source.address: source for source in rows}
    for source in cited:
        row = known.get(source.address)
        if row is None:
            known[source.address] = _first_sight(source)
        elif row.learn_from(source):
            row.save()
    return known


def _first_sight(cited: doc.Source) -> Source:
    # Another writer may have cited the same address a moment ago.
    description = cited.model_dump(exclude={"address", "kind"}) | {"kind": cited.kind.value}
    return Source.objects.get_or_create(address=cited.address, defaults=description)[0]


def _write_if_different(row: Evidence, part: doc.Evidence, page: Page, source: Source, position: int) -> None:
    told = (part.author, part.date, part.state.value, part.reason, position)
    if row.pk and told == (row.author, row.date, row.state, row.reason, row.position):
        return
    row.page, row.source = page, source
    row.author, row.date, row.state, row.reason, row.position = told
    row.save()
