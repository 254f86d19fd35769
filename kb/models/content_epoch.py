"""The content epoch: one number that grows whenever something that readers see has changed."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import F
from django.dispatch import Signal

ONLY_ROW = 1
content_changed = Signal()
"""Sent in the process that changed it, once others see it too."""


class ContentEpochQuerySet(models.QuerySet["ContentEpoch"]):
    def bump(self) -> None:
        """Count one up, inside the transaction of the change: who sees the new number sees the change as well."""
        self.get_or_create(pk=ONLY_ROW)
        self.filter(pk=ONLY_ROW).update(number=F("number") + 1)
        transaction.on_commit(lambda: content_changed.send(ContentEpoch))

    def current(self) -> int:
        """The number now; 0 before anything was published."""
        return self.filter(pk=ONLY_ROW).values_list("number", flat=True).first() or 0


class ContentEpoch(models.Model):
    """Caches and the matching index compare their number with this one to learn whether they are stale."""

    number = models.PositiveBigIntegerField(default=0)

    objects = ContentEpochQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "content epoch"
        constraints = (models.CheckConstraint(condition=models.Q(pk=ONLY_ROW), name="contentepoch_one_row"),)

    def __str__(self) -> str:
        return str(self.number)
