"""Signatures: the texts by which a page is found."""

from __future__ import annotations

from django.db import models

from kb.content import document as doc
from kb.models.part import KeyedPart


class Signature(KeyedPart):
    """A text that a program prints, with placeholders; or, where text cannot do, a regular expression."""

    text = models.TextField(blank=True)
    regex = models.TextField(blank=True)
    versions = models.CharField(blank=True)
    prints = models.CharField(blank=True)
    shared = models.CharField(max_length=200, blank=True)
    """The page that owns this text; a slug, because the owner may come later than this page."""
    with_texts = models.JSONField(default=list, blank=True)

    @classmethod
    def of(cls, part: doc.Signature) -> Signature:
        return cls(
            key=part.key,
            text=part.text,
            regex=part.regex,
            versions=part.versions,
            prints=part.prints,
            shared=part.shared,
            with_texts=list(part.with_),
        )

    def document(self) -> doc.Signature:
        return doc.Signature(
            key=self.key,
            text=self.text,
            regex=self.regex,
            versions=self.versions,
            prints=self.prints,
            shared=self.shared,
            with_=tuple(self.with_texts),
        )
