"""Sources and evidence: what pages cite, and what each source shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain

from django.db import transaction

from kb.content import document as doc
from kb.models import Citation, ContentEpoch, Evidence, EvidenceState, Page, Source


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


def decide(evidence: Evidence, state: EvidenceState) -> None:
    """Accept, withdraw or propose again, and let readers see it."""
    with transaction.atomic():
        evidence.move_to(state)
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
    told = (part.author, part.date, part.state.value, position)
    if row.pk and told == (row.author, row.date, row.state, row.position):
        return
    row.page, row.source = page, source
    row.author, row.date, row.state, row.position = told
    row.save()
