"""Samples: real output that a page must find, or must not."""

from __future__ import annotations

from typing import Self

from django.db import models

from kb.content import document as doc
from kb.models.choices import choices_of, one_of
from kb.models.page import Page


class SampleQuerySet(models.QuerySet["Sample"]):
    def hits(self) -> Self:
        """Texts in which the page must be found first."""
        return self.filter(file__startswith="hit-")


class Sample(models.Model):
    """A log as it was printed: carriage returns and trailing newlines are part of it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="samples")
    file = models.CharField(max_length=100)
    """`hit-<name>.log` or `near-<name>.log`: the name says which of the two it is."""
    text = models.TextField()
    origin = models.CharField(max_length=10, choices=choices_of(doc.Origin))
    note = models.CharField()
    position = models.PositiveSmallIntegerField(default=0)

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("page", "file"), name="sample_file_unique"),
            models.CheckConstraint(
                condition=models.Q(file__startswith="hit-") | models.Q(file__startswith="near-"),
                name="sample_hit_or_near",
            ),
            one_of("origin", doc.Origin, "sample"),
        )

    def __str__(self) -> str:
        return self.file

    @property
    def is_hit(self) -> bool:
        return self.file.startswith("hit-")

    @classmethod
    def of(cls, sample: doc.Sample, noted: doc.SampleNote) -> Sample:
        return cls(file=sample.file, text=sample.text, origin=noted.origin.value, note=noted.note)

    def document(self) -> doc.Sample:
        return doc.Sample(file=self.file, text=self.text)

    def noted(self) -> doc.SampleNote:
        return doc.SampleNote(file=self.file, origin=doc.Origin(self.origin), note=self.note)
