"""Tools, pages and what pages say; pages are written through drafts, not through forms."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest

from kb.admin.base import ReadOnlyAdmin, RowAdmin
from kb.models import (
    Avoid,
    Cause,
    Consequence,
    ContentEpoch,
    Faq,
    Fix,
    Listing,
    LookAlike,
    Page,
    PageAlias,
    PlatformCheck,
    Reproduction,
    Revision,
    Sample,
    Signature,
    Step,
    Tool,
)


@admin.register(Tool)
class ToolAdmin(RowAdmin):
    list_display = ("slug", "name", "category", "home")
    list_filter = ("category",)
    search_fields = ("slug", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Tool | None = None) -> tuple[str, ...]:
        """The slug stands in the address of every page of the tool."""
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Tool, form: ModelForm[Any], change: bool) -> None:
        """Its name and category stand on public pages."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            ContentEpoch.objects.bump()


@admin.register(Page)
class PageAdmin(ReadOnlyAdmin):
    list_display = ("full_slug", "live_revision", "created_at")
    list_filter = ("tool",)
    list_select_related = ("live_revision__page",)
    search_fields = ("slug", "live_revision__title")
    readonly_fields = ("live_revision", "folder_digest", "created_at")


@admin.register(PageAlias)
class PageAliasAdmin(ReadOnlyAdmin):
    list_display = ("address", "page")
    list_select_related = ("page",)
    search_fields = ("address",)


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ("pk", "page", "state", "title", "author", "reviewer", "created_at", "published_at")
    list_filter = ("state", "role")
    list_select_related = ("page", "author", "reviewer")
    search_fields = ("title", "page__slug")
    readonly_fields = ("state", "created_at", "published_at")


@admin.register(Avoid, Cause, Faq, Fix, PlatformCheck, Signature, Step)
class PartAdmin(ReadOnlyAdmin):
    list_display = ("key", "__str__", "revision", "position")
    list_display_links = ("key",)
    list_select_related = ("revision__page",)
    search_fields = ("key",)
    list_filter = ("revision__state",)


@admin.register(LookAlike)
class LookAlikeAdmin(ReadOnlyAdmin):
    list_display = ("other", "tell", "revision")
    list_select_related = ("revision__page",)
    search_fields = ("other",)


@admin.register(Sample)
class SampleAdmin(ReadOnlyAdmin):
    list_display = ("file", "page", "origin", "note")
    list_filter = ("origin",)
    list_select_related = ("page",)
    search_fields = ("page__slug", "note")


@admin.register(Reproduction)
class ReproductionAdmin(ReadOnlyAdmin):
    list_display = ("page", "date", "outcome", "fix_verified", "system")
    list_filter = ("outcome", "fix_verified")
    list_select_related = ("page",)
    search_fields = ("page__slug",)


@admin.register(Listing)
class ListingAdmin(ReadOnlyAdmin):
    list_display = ("page", "title_key", "role", "platforms", "updated", "asked")
    list_filter = ("role",)
    list_select_related = ("page",)
    search_fields = ("title_key", "page__slug")


@admin.register(Consequence)
class ConsequenceAdmin(ReadOnlyAdmin):
    list_display = ("page", "other")
    list_select_related = ("page",)
    search_fields = ("other", "page__slug")
