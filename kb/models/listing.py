"""What lists sort, narrow and count by: one narrow row a public page.

All of it can be had from the page's live revision. It stands here once more because a revision is wide, with all its
texts, and a list of 100,000 pages must not read them to find the fifty that it shows. `kb.services.listing` writes it.
"""

from __future__ import annotations

from typing import Self

from django.db import models

from kb.content import document as doc
from kb.content.versions import EVERY, taken_in
from kb.models.choices import choices_of, one_of
from kb.models.page import Page
from kb.models.reproduction import Reproduction
from kb.models.tool import Tool


class ListingQuerySet(models.QuerySet["Listing"]):
    def on_platform(self, platform: str) -> Self:
        return self.filter(platforms__contains=f" {platform} ")

    def of_version(self, version: str) -> Self:
        """Pages of which nobody knows that this version of their tool is free of the error."""
        span = taken_in(version)
        return self.filter(since__lte=span.last, until__gte=span.first)

    def reproduced(self) -> Self:
        return self.filter(page__in=Reproduction.objects.successful().order_by().values("page"))

    def asked_for(self) -> Self:
        """Pages that pasted texts led to of late, those most often found first."""
        return self.filter(asked__gt=0).order_by("-asked", "page_id")


class Listing(models.Model):
    """A public page as lists see it."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="listing")
    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="listings", db_index=False)
    title_key = models.CharField(max_length=100)
    """The beginning of the title in lower case: what lists are sorted by."""
    role = models.CharField(max_length=10, choices=choices_of(doc.Role))
    updated = models.DateField()
    platforms = models.CharField(blank=True)
    """Keys of `kb.content.platforms` between blanks: ` docker linux `."""
    since = models.BigIntegerField(default=EVERY.first)
    until = models.BigIntegerField(default=EVERY.last)
    """The first and the last version of the tool that has the error, as numbers of `kb.content.versions`."""
    asked = models.PositiveIntegerField(default=0)
    """How many pasted texts led to it in the last days; counted once a day."""

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ("title_key", "page_id")  # not `page`, which would mean the order of pages
        constraints = (one_of("role", doc.Role, "listing"),)
        indexes = (
            models.Index(fields=("tool", "title_key", "page"), name="listing_of_tool"),
            models.Index(fields=("title_key", "page"), name="listing_by_title"),
            models.Index(fields=("-updated", "page"), name="listing_by_date"),
            models.Index(fields=("-asked", "page"), name="listing_by_asked"),
        )

    def __str__(self) -> str:
        return self.title_key


class Consequence(models.Model):
    """An error that a public page's error causes further down the same log."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="consequences")
    other = models.CharField(max_length=200, db_index=True)
    """A slug, because the other page may come later than this one."""

    class Meta:
        ordering = ("page", "other")
        constraints = (models.UniqueConstraint(fields=("page", "other"), name="consequence_unique"),)

    def __str__(self) -> str:
        return self.other
