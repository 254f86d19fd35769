"""Tallies: what readers said about a page or a fix, summed up as it is shown."""

from __future__ import annotations

from math import sqrt

from django.db import models

from kb.models.page import Page

SHOWN_FROM = 5
"""Words of readers: fewer say nothing to anybody else."""
WEIGHED_FROM = 20
"""Words on each of two fixes before one of them may be put above the other."""
_Z = 1.96  # 95 of 100 times


class Tally(models.Model):
    """So many said yes of all who said anything. Only what is shown has a row; `kb.services.feedback` writes it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    part = models.SlugField(max_length=64, db_index=False)
    """Key of a fix; `page` for the page as a whole."""
    yes = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    last = models.DateField()
    """The day of the last word."""

    class Meta:
        ordering = ("page", "part")
        verbose_name_plural = "tallies"
        constraints = (models.UniqueConstraint(fields=("page", "part"), name="tally_unique"),)

    def __str__(self) -> str:
        return f"{self.page}#{self.part}: {self.yes} of {self.total}"

    def is_surely_better_than(self, other: Tally) -> bool:
        """Whether a few more words could not turn it round: both have many, and what they say is far apart."""
        return min(self.total, other.total) >= WEIGHED_FROM and self.likely[0] > other.likely[1]

    @property
    def likely(self) -> tuple[float, float]:
        """Between these lies the share of all who would say yes (Wilson's interval)."""
        share, width = self.yes / self.total, _Z * _Z / self.total
        middle = (share + width / 2) / (1 + width)
        around = sqrt(share * (1 - share) * width + width * width / 4) / (1 + width)
        return middle - around, middle + around
