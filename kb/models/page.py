"""Pages: stable addresses under which revisions are published."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelBase
from django.db.models.functions import Concat

from kb.models.revision import Revision
from kb.models.tool import Tool


class AddressFixedError(ValueError):
    """Somebody tried to change the address of a page; readers, links and evidence hold on to it."""

    def __init__(self, what: object) -> None:
        super().__init__(f"the address of {what} never changes; make a new page and give it this address as an alias")


class PageQuerySet(models.QuerySet["Page"]):
    def published(self) -> Self:
        """Pages that readers can see."""
        return self.filter(live_revision__isnull=False)

    def unpublished(self) -> Self:
        return self.filter(live_revision__isnull=True)

    def of_tool(self, slug: str) -> Self:
        return self.filter(tool_id=slug)

    def at(self, full_slug: str) -> Self:
        """The page at `<tool>/<slug>`, if there is one; never an error, whatever the text."""
        tool, _, slug = full_slug.partition("/")
        return self.filter(tool_id=tool, slug=slug)

    def among(self, full_slugs: Collection[str]) -> Self:
        """Pages at any of these addresses, found in one query."""
        wanted = [full_slug.partition("/") for full_slug in full_slugs]
        found = self.annotate(full=Concat("tool_id", models.Value("/"), "slug", output_field=models.CharField()))
        # The tool and slug narrow the search by their index; the whole address then drops chance combinations.
        narrowed = found.filter(tool_id__in={tool for tool, _, _ in wanted}, slug__in={slug for _, _, slug in wanted})
        return narrowed.filter(full__in=list(full_slugs))

    def update(self, **kwargs: Any) -> int:
        if kwargs.keys() & {"tool", "tool_id", "slug"}:
            raise AddressFixedError("a page")
        return super().update(**kwargs)


class Page(models.Model):
    """One error under one address that never changes; what it says hangs on its revisions."""

    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="pages")
    slug = models.SlugField(max_length=64)
    live_revision = models.OneToOneField(
        Revision, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="live_page"
    )
    folder_digest = models.CharField(max_length=64, blank=True, editable=False)
    """Of the folder that page files were last loaded from: the same folder is not looked at again. As long as the page
    itself has this digest too, nobody has worked on it here and the next folder may replace it."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ("tool_id", "slug")
        constraints = (models.UniqueConstraint(fields=("tool", "slug"), name="page_address_unique"),)

    def __str__(self) -> str:
        return self.full_slug

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        self._refuse_another_address()
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def get_absolute_url(self) -> str:
        return f"/errors/{self.full_slug}/"

    @property
    def full_slug(self) -> str:
        """`<tool>/<slug>`, as other pages, the engine and the API name this page."""
        return f"{self.tool_id}/{self.slug}"

    @property
    def is_published(self) -> bool:
        return self.live_revision_id is not None

    def _refuse_another_address(self) -> None:
        stored = Page.objects.filter(pk=self.pk).first() if self.pk else None
        if stored is not None and stored.full_slug != self.full_slug:
            raise AddressFixedError(stored)


class PageAlias(models.Model):
    """An old or merged address: whoever asks for it is sent to the page."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="aliases")
    address = models.CharField(max_length=200, unique=True)
    """`<tool>/<slug>`; the tool need not exist any more."""
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        verbose_name_plural = "page aliases"

    def __str__(self) -> str:
        return self.address
