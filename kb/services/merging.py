"""Merging: two addresses of one document become one source, and the other address one of its former ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kb.content import document as doc
from kb.content.files import digest_of
from kb.models import Citation, ContentEpoch, Evidence, EvidenceState, Page, Source, SourceAlias, User
from kb.queries import documents
from kb.services import audit
from kb.services.sources import known_source


class MergeRefusedError(ValueError):
    """Nothing was merged; the reasons say what has to be decided first."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons))


def merge(former: Source, kept: Source, actor: User) -> None:
    """Let everything that cites the former address cite the kept one.

    Pages that say what their files say go on doing so: from now on, files that cite the former address are read as
    citing the kept one.
    """
    with transaction.atomic():
        former, kept = _locked(former, kept)
        pages = list(Page.objects.select_for_update().filter(pk__in=_pages_of(former)))
        if reasons := [*_conflicts(former, kept)]:
            raise MergeRefusedError(reasons)
        says = _digests(pages)
        as_in_files = [page for page in pages if says.get(page.pk) == page.folder_digest]
        _move_citations(former, kept)
        _move_evidence(former, kept, actor)
        _move_addresses(former, kept)
        audit.note(actor, kept, f"Merged with {former.address}, which is a former address now.")
        former.by(actor).delete()
        for page, digest in _digests(as_in_files).items():
            Page.objects.filter(pk=page).update(folder_digest=digest)
        ContentEpoch.objects.bump()


def merge_address(source: Source, other: doc.Source, keep_other: bool, actor: User) -> Source:
    """Merge a source with the one at the other address, known here or not; say which one is left."""
    with transaction.atomic():
        known = known_source(other.address)
        if known is None:
            known = Source.of(other).by(actor)
            known.save()
        former, kept = (source, known) if keep_other else (known, source)
        merge(former, kept, actor)
    return kept


def _locked(former: Source, kept: Source) -> tuple[Source, Source]:
    if former.pk == kept.pk:
        raise MergeRefusedError(["this is the same address; name the other one"])
    found = {source.pk: source for source in Source.objects.select_for_update().filter(pk__in=(former.pk, kept.pk))}
    if len(found) < 2:
        raise MergeRefusedError(["one of the two is no longer there; look at the list again"])
    return found[former.pk], found[kept.pk]


def _pages_of(source: Source) -> list[int]:
    about = Page.objects.filter(Q(citations__source=source) | Q(evidence__source=source))
    return list(about.order_by().values_list("pk", flat=True).distinct())


def _conflicts(former: Source, kept: Source) -> Iterator[str]:
    """One document cannot both support a part and not support it."""
    states: defaultdict[tuple[str, str], defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for item in Evidence.objects.filter(source__in=(former, kept)).select_related("page"):
        states[item.page.full_slug, item.supports][item.source_id].add(item.state)
    opposed = {EvidenceState.ACCEPTED.value, EvidenceState.WITHDRAWN.value}
    for (page, part), by_source in sorted(states.items()):
        ours, theirs = by_source[former.pk], by_source[kept.pk]
        if any({one, other} == opposed for one in ours for other in theirs):
            yield (
                f"{page}: the evidence for `{part}` is accepted from one of the two addresses and withdrawn from the "
                "other; accept or withdraw both first"
            )


def _digests(pages: Sequence[Page]) -> dict[int, str]:
    """Of what these pages say now, as folders; those that are not public say nothing."""
    public = Page.objects.published().filter(pk__in=[page.pk for page in pages]).select_related("live_revision")
    rows = {page.full_slug: page for page in public}
    revisions = [page.live_revision for page in rows.values() if page.live_revision]
    return {rows[folder.full_slug].pk: digest_of(folder) for folder in documents.folders(revisions, rows.values())}


def _move_citations(former: Source, kept: Source) -> None:
    citing_both = Citation.objects.filter(source=kept).values("page")
    Citation.objects.filter(source=former, page__in=citing_both).delete()
    Citation.objects.filter(source=former).update(source=kept)


def _move_evidence(former: Source, kept: Source, actor: User) -> None:
    said = {_says(item) for item in Evidence.objects.filter(source=kept)}
    for item in Evidence.objects.filter(source=former):
        item.by(actor)
        if _says(item) in said:
            item.delete()
        else:
            said.add(_says(item))
            item.source = kept
            item.save(update_fields=["source"])


def _says(item: Evidence) -> tuple[object, ...]:
    return item.page_id, item.supports, item.note, item.state


def _move_addresses(former: Source, kept: Source) -> None:
    SourceAlias.objects.filter(source=former).update(source=kept)
    SourceAlias.objects.create(address=former.address, source=kept, since=timezone.localdate())
