"""Steps: the decision path from the error to its cause."""

from __future__ import annotations

from django.db import models

from kb.content import document as doc
from kb.models.part import KeyedPart


class Step(KeyedPart):
    """What to run, what to look for, and where each outcome leads."""

    title = models.CharField()
    text = models.TextField(blank=True)
    run = models.TextField(blank=True)
    outcomes = models.JSONField(default=list, blank=True)

    @classmethod
    def of(cls, part: doc.Step) -> Step:
        outcomes = [outcome.model_dump(mode="json") for outcome in part.outcomes]
        return cls(key=part.key, title=part.title, text=part.text, run=part.run, outcomes=outcomes)

    def document(self) -> doc.Step:
        outcomes = tuple(doc.Outcome.model_validate(outcome) for outcome in self.outcomes)
        return doc.Step(key=self.key, title=self.title, text=self.text, run=self.run, outcomes=outcomes)
