"""Questions people really ask about an error."""

from __future__ import annotations

from django.db import models

from kb.content import document as doc
from kb.models.part import KeyedPart


class Faq(KeyedPart):
    """A question and its answer in a few lines."""

    question = models.CharField()
    answer = models.TextField()

    class Meta(KeyedPart.Meta):
        verbose_name = "FAQ"

    @classmethod
    def of(cls, part: doc.Faq) -> Faq:
        return cls(key=part.key, question=part.question, answer=part.answer)

    def document(self) -> doc.Faq:
        return doc.Faq(key=self.key, question=self.question, answer=self.answer)
