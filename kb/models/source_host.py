"""Hosts of sources, and when each may be asked again: one at a time, by whichever process."""

from __future__ import annotations

import datetime as dt

from django.db import models


class SourceHostQuerySet(models.QuerySet["SourceHost"]):
    def take_turn(self, name: str, now: dt.datetime, until: dt.datetime) -> bool:
        """Whether the turn is ours; nobody else gets it until then. One conditional update, so one process has it."""
        self.get_or_create(name=name, defaults={"free_at": now})
        return self.filter(name=name, free_at__lte=now).update(free_at=until) == 1


class SourceHost(models.Model):
    name = models.CharField(max_length=255, unique=True)
    free_at = models.DateTimeField()

    objects = SourceHostQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
