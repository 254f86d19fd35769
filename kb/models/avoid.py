"""What not to try."""

from __future__ import annotations

from django.db import models

from kb.content import document as doc
from kb.models.part import KeyedPart


class Avoid(KeyedPart):
    """Advice that is often given and does harm, and what it does."""

    what = models.CharField()
    why = models.TextField()

    class Meta(KeyedPart.Meta):
        verbose_name_plural = "avoid"
        default_related_name = "avoid"

    @classmethod
    def of(cls, part: doc.Avoid) -> Avoid:
        return cls(key=part.key, what=part.what, why=part.why)

    def document(self) -> doc.Avoid:
        return doc.Avoid(key=self.key, what=self.what, why=self.why)
