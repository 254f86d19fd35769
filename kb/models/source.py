"""Sources: what the pages' claims rest on, one row per address."""

from __future__ import annotations

from typing import Self

from django.db import models
from simple_history.models import HistoricalRecords

from kb.content import document as doc
from kb.models.choices import choices_of, one_of
from kb.models.page import Page


class SourceState(models.TextChoices):
    """What the last check by this site found."""

    UNCHECKED = "unchecked"
    ALIVE = "alive"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


class SourceQuerySet(models.QuerySet["Source"]):
    def unchecked(self) -> Self:
        return self.filter(state=SourceState.UNCHECKED)

    def dead(self) -> Self:
        """Sources whose pages no longer say what they are cited for, or may not."""
        return self.filter(state__in=(SourceState.MOVED, SourceState.CHANGED, SourceState.GONE))


class Source(models.Model):
    """An address, and what is known of it on the whole site.

    Several pages may cite one address and have seen it on different days under different titles. This row says what
    the newest sight said; what each page says stands in its `Citation`.
    """

    address = models.CharField(max_length=2000, unique=True)
    kind = models.CharField(max_length=12, choices=choices_of(doc.SourceKind))
    title = models.CharField()
    publisher = models.CharField()
    published = models.DateField(null=True, blank=True)
    seen_on = models.DateField()
    """When it was last seen by whoever cited it; only a check says that it is alive."""
    state = models.CharField(max_length=10, choices=SourceState.choices, default=SourceState.UNCHECKED)
    checked_on = models.DateField(null=True, blank=True)
    history = HistoricalRecords()

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
        indexes = (models.Index(fields=("state", "checked_on"), name="source_due"),)

    def __str__(self) -> str:
        return self.address

    @classmethod
    def of(cls, cited: doc.Source) -> Source:
        source = cls(address=cited.address)
        source._describe(cited)
        return source

    def learn_from(self, cited: doc.Source) -> bool:
        """Take over what a page says of it, unless a newer sight is known; says whether anything changed."""
        if self.seen_on > cited.seen_on or self._says(cited):
            return False
        self._describe(cited)
        return True

    def _says(self, cited: doc.Source) -> bool:
        mine = (self.kind, self.title, self.publisher, self.published, self.seen_on)
        return mine == (cited.kind.value, cited.title, cited.publisher, cited.published, cited.seen_on)

    def _describe(self, cited: doc.Source) -> None:
        self.kind = cited.kind.value
        self.title = cited.title
        self.publisher = cited.publisher
        self.published = cited.published
        self.seen_on = cited.seen_on


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
