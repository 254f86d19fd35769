"""Sources and evidence as rows, with everything that ever happened to them; they are worked on at the desk."""

from __future__ import annotations

from django.contrib import admin

from kb.admin.base import HistoryAdmin, ReadOnlyAdmin
from kb.models import Citation, Evidence, SilenceCheck, Source, SourceAlias, SourceHost


@admin.register(Evidence)
class EvidenceAdmin(HistoryAdmin):
    list_display = ("supports", "page", "source", "state", "date", "author")
    list_filter = ("state",)
    list_select_related = ("page", "source")
    search_fields = ("page__slug", "supports", "note", "source__address")


@admin.register(Source)
class SourceAdmin(HistoryAdmin):
    list_display = (
        "address",
        "title",
        "kind",
        "seen_on",
        "state",
        "checked_on",
        "holds_message",
        "tried_on",
        "outcome",
    )
    list_filter = ("state", "holds_message", "kind")
    search_fields = ("address", "title", "publisher", "outcome")


@admin.register(SourceAlias)
class SourceAliasAdmin(ReadOnlyAdmin):
    list_display = ("address", "source", "since")
    list_select_related = ("source",)
    search_fields = ("address", "source__address")


@admin.register(SourceHost)
class SourceHostAdmin(ReadOnlyAdmin):
    list_display = ("name", "free_at")
    search_fields = ("name",)


@admin.register(Citation)
class CitationAdmin(ReadOnlyAdmin):
    list_display = ("title", "page", "source", "seen_on")
    list_select_related = ("page", "source")
    search_fields = ("title", "page__slug", "source__address")


@admin.register(SilenceCheck)
class SilenceCheckAdmin(ReadOnlyAdmin):
    list_display = ("checked_at", "logs", "silent", "fired")
