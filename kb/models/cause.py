"""Causes: why the error happens, and how to tell that it is this one."""

from __future__ import annotations

from django.db import models

from kb.content import document as doc
from kb.models.part import KeyedPart


class Cause(KeyedPart):
    """A state of things that leads to the error; `confirm` is the command that tells it from the other causes."""

    title = models.CharField()
    detail = models.TextField(blank=True)
    confirm = models.JSONField(null=True, blank=True)

    @classmethod
    def of(cls, part: doc.Cause) -> Cause:
        return cls(key=part.key, title=part.title, detail=part.detail, confirm=probe_value(part.confirm))

    def document(self) -> doc.Cause:
        return doc.Cause(key=self.key, title=self.title, detail=self.detail, confirm=probe_of(self.confirm))


def probe_value(probe: doc.Probe | None) -> dict[str, str] | None:
    """A command and what it prints, as stored."""
    return probe.model_dump(mode="json") if probe else None


def probe_of(value: object) -> doc.Probe | None:
    return None if value is None else doc.Probe.model_validate(value)
