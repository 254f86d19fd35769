"""Evidence at the desk: proposed by authors, accepted or withdrawn by reviewers, who may accept their own."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kb.content import document as doc
from kb.models import Citation, ContentEpoch, Evidence, EvidenceState, MoveRefusedError, Page, Source, User
from kb.rendering.controls import named
from kb.services import audit
from kb.services.sources import known_source

_DEEDS = {
    EvidenceState.PROPOSED: "Proposed again",
    EvidenceState.ACCEPTED: "Accepted",
    EvidenceState.WITHDRAWN: "Withdrew",
}


class ReasonMissingError(ValueError):
    """Evidence was to be withdrawn, and nobody said why."""

    def __init__(self) -> None:
        super().__init__("say why it is withdrawn: the next to look for evidence reads it")


def propose(page: Page, actor: User, cited: doc.Source, supports: str, note: str) -> Evidence:
    """Cite this source for a part of the page. Readers see neither until it is accepted.

    Of a source that is known the site's own description is taken.
    """
    with transaction.atomic():
        # Whoever writes the page's evidence at the same time waits here: positions are given once.
        page = Page.objects.select_for_update().get(pk=page.pk)
        source = known_source(cited.address) or _new_source(cited, actor)
        _cite(page, source)
        evidence = Evidence(page=page, source=source, supports=supports, note=note, author=_name(actor))
        evidence.date = timezone.localdate()
        evidence.position = _next(page.evidence.aggregate(last=Max("position"))["last"])
        evidence.document()  # refuses what no page file could say; the page could not be shown any more
        evidence.by(actor).save()
        audit.note(actor, evidence, f"Proposed for {page}: {supports}.", audit.ADDED)
    return evidence


def decide(evidence: Evidence, state: EvidenceState, actor: User, reason: str = "") -> None:
    """Accept, withdraw or propose again, and let readers see it."""
    reason = reason.strip() if state is EvidenceState.WITHDRAWN else ""
    if state is EvidenceState.WITHDRAWN and not reason:
        raise ReasonMissingError
    with transaction.atomic():
        current = _locked(evidence).by(actor)
        current.move_to(state, reason)
        audit.note(actor, current, f"{_DEEDS[state]}: {reason}" if reason else f"{_DEEDS[state]}.")
        ContentEpoch.objects.bump()


def decide_all(chosen: Iterable[Evidence], state: EvidenceState, actor: User, reason: str = "") -> list[str]:
    """The same for many, as one change for all who wait for it; say of which it could not be done, and why."""
    refusals = []
    with transaction.atomic():
        for evidence in chosen:
            try:
                decide(evidence, state, actor, reason)
            except MoveRefusedError as refusal:
                refusals.append(f"{evidence.page}: {refusal}")
    return refusals


def edit(evidence: Evidence, actor: User, supports: str, note: str) -> None:
    """Say better what the source shows, or of which part."""
    with transaction.atomic():
        current = _locked(evidence).by(actor)
        if (current.supports, current.note) == (supports, note):
            return
        current.supports, current.note = supports, note
        current.document()
        current.save(update_fields=["supports", "note"])
        audit.note(actor, current, "Edited.")
        ContentEpoch.objects.bump()


def _locked(evidence: Evidence) -> Evidence:
    return Evidence.objects.select_for_update().get(pk=evidence.pk)


def _new_source(cited: doc.Source, actor: User) -> Source:
    source = Source.of(cited).by(actor)
    source.save()
    return source


def _cite(page: Page, source: Source) -> None:
    if page.citations.filter(source=source).exists():
        return
    citation = Citation.of(source.document())
    citation.page, citation.source = page, source
    citation.position = _next(page.citations.aggregate(last=Max("position"))["last"])
    citation.save()


def _next(last: int | None) -> int:
    return 0 if last is None else last + 1


def _name(actor: User) -> str:
    return " ".join(named(actor.get_full_name() or actor.get_username()).split())
