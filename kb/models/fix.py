"""Fixes: what ends the error."""

from __future__ import annotations

from django.db import models

from kb.content import document as doc
from kb.models.cause import probe_of, probe_value
from kb.models.choices import choices_of, one_of
from kb.models.part import KeyedPart


class Fix(KeyedPart):
    """Commands that end some of the causes, how risky they are, and how to see that they worked."""

    title = models.CharField()
    for_causes = models.JSONField(default=list, blank=True)
    """Keys of the causes that it ends."""
    platform = models.CharField(blank=True)
    versions = models.CharField(blank=True)
    risk = models.CharField(max_length=12, choices=choices_of(doc.Risk), default=doc.Risk.SAFE.value)
    body = models.TextField(blank=True)
    long = models.TextField(blank=True)
    """Code longer than a screen: a file of its own in the page's folder."""
    verify = models.JSONField(null=True, blank=True)

    class Meta(KeyedPart.Meta):
        verbose_name_plural = "fixes"
        default_related_name = "fixes"
        constraints = (*KeyedPart.Meta.constraints, one_of("risk", doc.Risk, "fix"))

    @classmethod
    def of(cls, part: doc.Fix) -> Fix:
        return cls(
            key=part.key,
            title=part.title,
            for_causes=list(part.for_),
            platform=part.platform,
            versions=part.versions,
            risk=part.risk.value,
            body=part.body,
            long=part.long,
            verify=probe_value(part.verify),
        )

    def document(self) -> doc.Fix:
        return doc.Fix(
            key=self.key,
            title=self.title,
            for_=tuple(self.for_causes),
            platform=self.platform,
            versions=self.versions,
            risk=doc.Risk(self.risk),
            body=self.body,
            long=self.long,
            verify=probe_of(self.verify),
        )
