"""Evidence: what a source shows about one part of a page."""

from __future__ import annotations

from typing import Self

from django.db import models
from simple_history.models import HistoricalRecords

from kb.content import document as doc
from kb.models.choices import choices_of, one_of
from kb.models.moves import Moves, check_move
from kb.models.page import Page
from kb.models.remembered import Remembered
from kb.models.source import DEAD, Source

EvidenceState = doc.EvidenceState

EVIDENCE_MOVES: Moves = {
    EvidenceState.PROPOSED: (EvidenceState.ACCEPTED, EvidenceState.WITHDRAWN),
    EvidenceState.ACCEPTED: (EvidenceState.WITHDRAWN,),
    EvidenceState.WITHDRAWN: (EvidenceState.PROPOSED,),
}


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def proposed(self) -> Self:
        return self.filter(state=EvidenceState.PROPOSED)

    def accepted(self) -> Self:
        return self.filter(state=EvidenceState.ACCEPTED)

    def standing(self) -> Self:
        """Accepted, and the source still says so as far as is known."""
        return self.accepted().exclude(source__state__in=DEAD)


class Evidence(Remembered):
    """Hangs on the page by the key of what it supports, so that it is curated by itself and outlives revisions.

    Evidence for a part that a revision no longer has is kept and is simply not shown with that revision.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="evidence")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="evidence")
    supports = models.SlugField(max_length=64, db_index=False)
    """Key of a cause, fix, signature or other part; `page` for the page as a whole."""
    note = models.TextField()
    author = models.CharField(blank=True)
    date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=choices_of(EvidenceState), default=EvidenceState.PROPOSED.value)
    reason = models.TextField(blank=True)
    """Why it was withdrawn."""
    position = models.PositiveSmallIntegerField(default=0)
    history = HistoricalRecords()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")
        verbose_name_plural = "evidence"
        constraints = (one_of("state", EvidenceState, "evidence"),)
        indexes = (
            models.Index(fields=("page", "supports"), name="evidence_of_part"),
            models.Index(fields=("state",), name="evidence_queue", condition=models.Q(state="proposed")),
        )

    def __str__(self) -> str:
        return f"{self.supports}: {self.note}"

    @classmethod
    def of(cls, part: doc.Evidence) -> Evidence:
        return cls(
            supports=part.supports,
            note=part.note,
            author=part.author,
            date=part.date,
            state=part.state.value,
            reason=part.reason,
        )

    def document(self) -> doc.Evidence:
        return doc.Evidence(
            source=self.source.address,
            supports=self.supports,
            note=self.note,
            author=self.author,
            date=self.date,
            state=EvidenceState(self.state),
            reason=self.reason,
        )

    @property
    def moves(self) -> tuple[str, ...]:
        """The states into which it may go now."""
        return tuple(EVIDENCE_MOVES[self.state])

    def move_to(self, state: EvidenceState, reason: str = "") -> None:
        """Go into another state, if the table of moves leads there."""
        check_move(EVIDENCE_MOVES, self, self.state, state.value)
        self.state, self.reason = state.value, reason
        self.document()  # refuses what no page file could say; the page could not be shown any more
        self.save(update_fields=["state", "reason"])
