"""Rows of which every change is remembered, with its author."""

from __future__ import annotations

from typing import Self

from django.db import models

from kb.models.user import User


class Remembered(models.Model):
    class Meta:
        abstract = True

    def by(self, actor: User | None) -> Self:
        """The same row, whose next change is this person's, wherever it comes from."""
        self._history_user = actor  # the name under which django-simple-history looks for it
        return self
