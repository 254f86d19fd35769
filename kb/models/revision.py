"""Revisions: what a page says, in one wording. An edit is a new revision; a published one never changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelBase
from django.utils import timezone

from kb.content import document as doc
from kb.models.choices import choices_of, one_of
from kb.models.moves import Moves, check_move
from kb.models.user import User


class RevisionState(models.TextChoices):
    DRAFT = "draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    REJECTED = "rejected", "Discarded"


REVISION_MOVES: Moves = {
    RevisionState.DRAFT: (RevisionState.IN_REVIEW, RevisionState.PUBLISHED, RevisionState.REJECTED),
    RevisionState.IN_REVIEW: (RevisionState.DRAFT, RevisionState.PUBLISHED, RevisionState.REJECTED),
    RevisionState.PUBLISHED: (RevisionState.SUPERSEDED,),
    RevisionState.SUPERSEDED: (),
    RevisionState.REJECTED: (RevisionState.DRAFT,),
}

FROZEN = (RevisionState.PUBLISHED, RevisionState.SUPERSEDED)
"""States in which a revision is public or was: its content is what readers saw, and stays so."""


class RevisionFrozenError(ValueError):
    """Somebody tried to change or delete what readers have seen."""

    def __init__(self, what: object) -> None:
        super().__init__(f"{what} is or was published and never changes; start a draft based on it instead")


class RevisionQuerySet(models.QuerySet["Revision"]):
    def drafts(self) -> Self:
        return self.filter(state=RevisionState.DRAFT)

    def in_review(self) -> Self:
        return self.filter(state=RevisionState.IN_REVIEW)

    def published(self) -> Self:
        return self.filter(state=RevisionState.PUBLISHED)

    def frozen(self) -> Self:
        return self.filter(state__in=FROZEN)

    def update(self, **kwargs: Any) -> int:
        """Refuses the state, which moves one row at a time, and any change to what was published."""
        if "state" in kwargs:
            raise ValueError("the state of revisions is not updated in bulk; call move_to() on each")
        self._refuse_frozen()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen()
        return super().delete()

    def _refuse_frozen(self) -> None:
        if (frozen := self.frozen().first()) is not None:
            raise RevisionFrozenError(frozen)


class Revision(models.Model):
    """One wording of a page: the plain fields of the page document; its parts hang on it in tables of their own."""

    page = models.ForeignKey("kb.Page", on_delete=models.PROTECT, related_name="revisions")
    state = models.CharField(max_length=10, choices=RevisionState.choices, default=RevisionState.DRAFT, editable=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="revisions")
    """Who wrote it; empty when it was loaded from page files."""
    writers = models.ManyToManyField(User, blank=True, related_name="written")
    """Everybody whose hand is in it: none of them is the second person who reads it."""
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="reviewed")
    comment = models.TextField(blank=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors")
    """The revision that was live when this one was begun: if it no longer is, this one would undo somebody's work."""
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    title = models.CharField(blank=True)
    summary = models.TextField(blank=True)
    role = models.CharField(max_length=10, choices=choices_of(doc.Role), default=doc.Role.CAUSE.value)
    applies_to = models.JSONField(default=dict, blank=True)
    fixed_in = models.CharField(blank=True)
    created = models.DateField(default=timezone.localdate)
    updated = models.DateField(default=timezone.localdate)
    changes = models.JSONField(default=list, blank=True)
    quick_fix = models.JSONField(null=True, blank=True)
    meaning = models.TextField(blank=True)
    why = models.TextField(blank=True)
    prevention = models.TextField(blank=True)
    background = models.TextField(blank=True)
    leads_to = models.JSONField(default=list, blank=True)
    unfinished = models.JSONField(null=True, blank=True, editable=False)
    """What was typed, as long as it does not make a whole document: the tree of its texts. Until then everything else
    here says what it said before."""

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        permissions = (("publish_revision", "Can publish what others wrote, or send it back"),)
        constraints = (
            one_of("state", RevisionState, "revision"),
            one_of("role", doc.Role, "revision"),
            models.UniqueConstraint(
                fields=("page",), condition=models.Q(state="published"), name="revision_one_published_a_page"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in FROZEN], published_at__isnull=False)
                | (~models.Q(state__in=[state.value for state in FROZEN]) & models.Q(published_at__isnull=True)),
                name="revision_published_at_fits_state",
            ),
        )
        indexes = (
            models.Index(fields=("state", "-created_at"), name="revision_queue"),
            models.Index(fields=("state", "-updated"), name="revision_recent"),
        )

    def __str__(self) -> str:
        return f"revision {self.pk or '(new)'} of {self.page}"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if update_fields is not None:
            update_fields = list(update_fields)
        self._check_save(update_fields)
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        self.refuse_if_frozen()
        return super().delete(using=using, keep_parents=keep_parents)

    @property
    def is_live(self) -> bool:
        return self.state == RevisionState.PUBLISHED

    def refuse_if_frozen(self) -> None:
        """Raise `RevisionFrozenError` when readers have seen it. What is stored decides, not what was just set here."""
        if self._stored_state() in FROZEN:
            raise RevisionFrozenError(self)

    def move_to(self, state: RevisionState) -> None:
        """Go into another state, if the table of moves leads there."""
        self.state = state
        self.save(update_fields=["state"])

    def publish(self, reviewer: User | None) -> None:
        """Become the published revision; `kb.services.publishing` decides whether it may and retires the former."""
        self.state = RevisionState.PUBLISHED
        self.reviewer = reviewer
        self.published_at = timezone.now()
        self.save(update_fields=["state", "reviewer", "published_at"])

    def take(self, content: doc.PageDoc) -> None:
        """Set the plain fields from a document; the parts and what hangs on the page are written elsewhere."""
        self.title = content.title
        self.summary = content.summary
        self.role = content.role.value
        self.applies_to = content.applies_to.model_dump(mode="json")
        self.fixed_in = content.fixed_in
        self.created = content.created
        self.updated = content.updated
        self.changes = [change.model_dump(mode="json") for change in content.changes]
        self.quick_fix = content.quick_fix.model_dump(mode="json") if content.quick_fix else None
        self.meaning = content.meaning
        self.why = content.why
        self.prevention = content.prevention
        self.background = content.background
        self.leads_to = list(content.leads_to)

    def _stored_state(self) -> str | None:
        return Revision.objects.filter(pk=self.pk).values_list("state", flat=True).first() if self.pk else None

    def _check_save(self, update_fields: list[str] | None) -> None:
        """A revision begins as a draft, moves by the table, and once published only ever gives way to the next."""
        stored = self._stored_state()
        if stored is None:
            if self.state != RevisionState.DRAFT:
                raise ValueError(f"a revision begins as a draft, not as {self.state}")
            return
        if stored in FROZEN and update_fields != ["state"]:
            raise RevisionFrozenError(self)
        if self.state != stored:
            check_move(REVISION_MOVES, self, stored, self.state)
