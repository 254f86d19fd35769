"""Which published pages the index could not take up, as the process says that tried: the desk shows it in all."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class IndexFailure(models.Model):
    """A page at fault. As long as there is one, readers are answered from the index as it was before."""

    page = models.CharField(max_length=200, unique=True)
    """Its slug."""
    signature = models.CharField(max_length=64)
    problem = models.TextField()
    epoch = models.PositiveBigIntegerField()
    """The content epoch for which an index was being built."""
    failed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-failed_at",)

    def __str__(self) -> str:
        return f"{self.page}, signature {self.signature}: {self.problem}"
