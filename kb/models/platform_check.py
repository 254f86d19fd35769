"""Checks that differ by platform or tool."""

from __future__ import annotations

from django.db import models

from kb.content import document as doc
from kb.models.part import KeyedPart


class PlatformCheck(KeyedPart):
    """What to look at on one platform, and what it shows when all is well or not."""

    platform = models.CharField()
    text = models.TextField(blank=True)
    run = models.TextField(blank=True)
    expect = models.TextField(blank=True)

    class Meta(KeyedPart.Meta):
        default_related_name = "checks"

    @classmethod
    def of(cls, part: doc.PlatformCheck) -> PlatformCheck:
        return cls(key=part.key, platform=part.platform, text=part.text, run=part.run, expect=part.expect)

    def document(self) -> doc.PlatformCheck:
        return doc.PlatformCheck(key=self.key, platform=self.platform, text=self.text, run=self.run, expect=self.expect)
