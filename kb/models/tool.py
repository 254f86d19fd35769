"""Programs whose errors the pages explain."""

from __future__ import annotations

from typing import Any

from django.core.validators import URLValidator
from django.db import models


class ToolQuerySet(models.QuerySet["Tool"]):
    def with_published_pages(self) -> models.QuerySet[Any]:
        """Tools a reader can browse, each with the number of its public pages as `published_pages`."""
        count = models.Count("pages", filter=models.Q(pages__live_revision__isnull=False))
        return self.annotate(published_pages=count).filter(published_pages__gt=0)


class Tool(models.Model):
    """A program, named by the slug that stands in every address of its pages.

    The slug is the primary key: it never changes, and a page knows its full address without a join.
    """

    slug = models.SlugField(primary_key=True, max_length=64)
    name = models.CharField(max_length=100)
    category = models.CharField(max_length=100)
    home = models.CharField(max_length=2000, blank=True, validators=[URLValidator(schemes=("http", "https"))])

    objects = ToolQuerySet.as_manager()

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name
