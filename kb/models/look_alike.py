"""Pages that are mistaken for one another."""

from __future__ import annotations

from django.db import models

from kb.content import document as doc
from kb.models.part import RevisionPart


class LookAlike(RevisionPart):
    """Another page, and the line that tells it from this one."""

    other = models.CharField(max_length=200)
    """A slug, because the other page may come later than this one."""
    tell = models.CharField()

    class Meta(RevisionPart.Meta):
        default_related_name = "look_alikes"

    def __str__(self) -> str:
        return self.other

    @classmethod
    def of(cls, part: doc.Related) -> LookAlike:
        return cls(other=part.page, tell=part.tell)

    def document(self) -> doc.Related:
        return doc.Related(page=self.other, tell=self.tell)
