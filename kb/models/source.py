"""Sources: what the pages' claims rest on, one row per address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models.base import ModelBase
from simple_history.models import HistoricalRecords

from kb.checking.visiting import Result, Visit, host_of
from kb.content import document as doc
from kb.models.choices import choices_of, one_of
from kb.models.moves import Moves, check_move
from kb.models.page import Page
from kb.models.remembered import Remembered

CHECKED_EVERY = dt.timedelta(days=30)
NO_ANSWER_IS_GONE = 3
"""After so many days without an answer, a source is gone: its host is, as a rule."""


DESCRIPTION = ("kind", "title", "publisher", "published", "seen_on")
"""What is said of a source: by the site, and by each page that cites it."""


class SourceState(models.TextChoices):
    """What the last check by this site found."""

    UNCHECKED = "unchecked"
    ALIVE = "alive"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


DEAD = (SourceState.CHANGED, SourceState.GONE)
"""As far as a check can tell it no longer says what it is cited for. What has only moved still does."""
_CHECKED = (SourceState.ALIVE, SourceState.MOVED, SourceState.CHANGED, SourceState.GONE)
SOURCE_MOVES: Moves = dict.fromkeys(SourceState, _CHECKED)
"""A check may find anything; nothing becomes unchecked again."""


class SourceQuerySet(models.QuerySet["Source"]):
    def unchecked(self) -> Self:
        return self.filter(state=SourceState.UNCHECKED)

    def dead(self) -> Self:
        return self.filter(state__in=DEAD)

    def due(self, today: dt.date) -> Self:
        """Sources whose next check has come, those that were never tried first."""
        due = self.on_web().filter(models.Q(due_on=None) | models.Q(due_on__lte=today))
        return due.order_by(models.F("due_on").asc(nulls_first=True), "pk")

    def on_web(self) -> Self:
        """Sources that can be asked; an own observation may only have a name."""
        return self.exclude(address__startswith=doc.OWN)


class Source(Remembered):
    """An address, and what is known of it on the whole site.

    Several pages may cite one address and have seen it on different days under different titles. This row says what
    the newest sight said; what each page says stands in its `Citation`.
    """

    address = models.CharField(max_length=2000, unique=True)
    host = models.CharField(max_length=255, blank=True, editable=False)
    """Of the address, for lists to narrow by; empty where it names none."""
    kind = models.CharField(max_length=12, choices=choices_of(doc.SourceKind))
    title = models.CharField()
    publisher = models.CharField()
    published = models.DateField(null=True, blank=True)
    seen_on = models.DateField()
    """When it was last seen by whoever cited it; only a check says that it is alive."""
    state = models.CharField(max_length=10, choices=SourceState.choices, default=SourceState.UNCHECKED)
    checked_on = models.DateField(null=True, blank=True)
    """When a check last found out its state."""
    moved_to = models.CharField(max_length=2000, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    """Of the text as it was last read."""
    text_changed_on = models.DateField(null=True, blank=True)
    """When a check first read this text after it had read another one."""
    holds_message = models.BooleanField(null=True, blank=True)
    """Whether the messages of the pages that cite it stand in its text; null where they do not and nobody said so."""
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    tried_on = models.DateField(null=True, blank=True)
    """When it was last asked, whether or not it said anything."""
    outcome = models.CharField(max_length=200, blank=True)
    """What came of that, in words."""
    failures = models.PositiveSmallIntegerField(default=0)
    """On so many days in a row there was no answer."""
    due_on = models.DateField(null=True, blank=True)
    """When it is checked next; null: as soon as can be."""
    history = HistoricalRecords(excluded_fields=["host"])

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("address",)
        constraints = (
            one_of("kind", doc.SourceKind, "source"),
            one_of("state", SourceState, "source"),
            models.CheckConstraint(
                condition=models.Q(state="unchecked", checked_on__isnull=True)
                | (~models.Q(state="unchecked") & models.Q(checked_on__isnull=False)),
                name="source_checked_on_fits_state",
            ),
        )
        indexes = (
            models.Index(fields=("due_on",), name="source_due"),
            # Lists show the newest first, and narrow by these.
            models.Index(fields=("state", "id"), name="source_by_state"),
            models.Index(fields=("kind", "id"), name="source_by_kind"),
            models.Index(fields=("host", "id"), name="source_by_host"),
        )

    def __str__(self) -> str:
        return self.address

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # the plugin has it from the choices
        """As forms and public pages call it, not as Django makes it of the member's name."""
        return doc.SourceKind(self.kind).label

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        self.host = host_of(self.address)[:255]
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    @classmethod
    def of(cls, cited: doc.Source) -> Source:
        source = cls(address=cited.address)
        source._describe(cited)
        return source

    @property
    def is_on_web(self) -> bool:
        return doc.is_on_web(self.address)

    @property
    def is_dead(self) -> bool:
        return self.state in DEAD

    @property
    def validators(self) -> dict[str, str]:
        """Headers that ask for an answer only if the text is another than the one that was read. Where something was
        wrong with that one it is read again: its pages may cite it for something else by now."""
        is_well = self.state in (SourceState.ALIVE, SourceState.MOVED) and self.holds_message is not False
        if not self.text_hash or not is_well:
            return {}
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in told.items() if value}

    def note_visit(self, visit: Visit, today: dt.date) -> None:
        """Take over what came of asking for it. Only an answer, or none for days, says anything about its state."""
        is_first_try_today = self.tried_on != today
        self.tried_on, self.outcome, self.due_on = today, visit.note[:200], today + CHECKED_EVERY
        if visit.result is Result.ANSWERED:
            self.etag, self.last_modified = visit.validator("etag", 200), visit.validator("last-modified", 100)
        match visit.result:
            case Result.ANSWERED | Result.SAME:
                self.failures, self.moved_to = 0, visit.moved_to if len(visit.moved_to) <= 2000 else ""
                self._move_to(self._state_by_text(), today)
            case Result.GONE:
                self.failures = 0
                self._move_to(SourceState.GONE, today)
            case Result.NO_ANSWER:
                self.failures += is_first_try_today
                self.due_on = min(self.due_on, today + dt.timedelta(days=2 ** min(self.failures - 1, 5)))
                if self.failures >= NO_ANSWER_IS_GONE:
                    self._move_to(SourceState.GONE, today)
            case Result.BUSY:
                self.due_on = today + max(visit.rest, dt.timedelta(days=1))

    def note_text(self, text_hash: str, holds_message: bool | None, today: dt.date) -> None:
        """Take over what it says now."""
        if self.text_hash and self.text_hash != text_hash:
            self.text_changed_on = today
        self.text_hash, self.holds_message = text_hash, holds_message

    def accept_text(self) -> None:
        """Somebody has read the text as it is now, and it says what it is cited for."""
        self.text_changed_on = None
        if self.state == SourceState.CHANGED:
            self.state = self._state_by_text()

    def _state_by_text(self) -> SourceState:
        """Another text than whoever cites it has seen is a change, unless the message it is cited for still stands."""
        is_changed = self.text_changed_on is not None and self.text_changed_on > self.seen_on
        if is_changed and not self.holds_message:
            return SourceState.CHANGED
        return SourceState.MOVED if self.moved_to else SourceState.ALIVE

    def _move_to(self, state: SourceState, today: dt.date) -> None:
        check_move(SOURCE_MOVES, self, self.state, state)
        self.state, self.checked_on = state, today

    def document(self) -> doc.Source:
        """It as a page that cites it now would describe it."""
        return doc.Source(
            address=self.address,
            kind=doc.SourceKind(self.kind),
            title=self.title,
            publisher=self.publisher,
            published=self.published,
            seen_on=self.seen_on,
        )

    def learn_from(self, cited: doc.Source) -> bool:
        """Take over what a page says of it, unless a newer sight is known; says whether anything changed."""
        return self.seen_on <= cited.seen_on and self.describe(cited)

    def describe(self, told: doc.Source) -> bool:
        """Take over what is said of it; says whether that is anything new."""
        before = self._description()
        self._describe(told)
        return self._description() != before

    def _description(self) -> tuple[object, ...]:
        return tuple(getattr(self, field) for field in DESCRIPTION)

    def _describe(self, told: doc.Source) -> None:
        self.kind = told.kind.value
        self.title = told.title
        self.publisher = told.publisher
        self.published = told.published
        self.seen_on = told.seen_on


class SourceAlias(models.Model):
    """A former address of a source: another address of the same document, which page files may still cite."""

    address = models.CharField(max_length=2000, unique=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="aliases")
    since = models.DateField()
    """The day on which the two were merged."""

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "source aliases"

    def __str__(self) -> str:
        return self.address


class Citation(models.Model):
    """What one page says of a source it cites, and in which place.

    It repeats the source's description on purpose: a page dumped to files must say what its author wrote, also after
    another page has cited the same address under a newer title.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=choices_of(doc.SourceKind))
    title = models.CharField()
    publisher = models.CharField()
    published = models.DateField(null=True, blank=True)
    seen_on = models.DateField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("page", "source"), name="citation_unique"),
            one_of("kind", doc.SourceKind, "citation"),
        )

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of(cls, cited: doc.Source) -> Citation:
        return cls(
            kind=cited.kind.value,
            title=cited.title,
            publisher=cited.publisher,
            published=cited.published,
            seen_on=cited.seen_on,
        )

    def document(self) -> doc.Source:
        return doc.Source(
            address=self.source.address,
            kind=doc.SourceKind(self.kind),
            title=self.title,
            publisher=self.publisher,
            published=self.published,
            seen_on=self.seen_on,
        )
