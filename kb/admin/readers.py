"""What readers paste, find and say."""

from __future__ import annotations

from django.contrib import admin

from kb.admin.base import ReadOnlyAdmin
from kb.models import Feedback, MatchCount, PasteCount, Tally, UnknownCount, UnknownError


@admin.register(UnknownError)
class UnknownErrorAdmin(ReadOnlyAdmin):
    """To be looked at; what becomes of them is decided in the queue, with a reason."""

    list_display = ("template", "count", "state", "first_seen", "last_seen", "page")
    list_filter = ("state",)
    list_select_related = ("page",)
    search_fields = ("template", "fingerprint")


@admin.register(MatchCount)
class MatchCountAdmin(ReadOnlyAdmin):
    list_display = ("day", "page", "confidence", "door", "count")
    list_filter = ("confidence", "door")
    list_select_related = ("page",)
    date_hierarchy = "day"


@admin.register(PasteCount)
class PasteCountAdmin(ReadOnlyAdmin):
    list_display = ("day", "outcome", "door", "count")
    list_filter = ("outcome", "door")
    date_hierarchy = "day"


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    list_display = ("page", "part", "yes", "total", "last")
    list_select_related = ("page",)
    search_fields = ("page__slug",)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ("page", "part", "verdict", "state", "text", "created_at")
    list_filter = ("verdict", "state")
    list_select_related = ("page",)
    search_fields = ("page__slug", "text")


@admin.register(UnknownCount)
class UnknownCountAdmin(ReadOnlyAdmin):
    list_display = ("day", "unknown", "count")
    list_select_related = ("unknown",)
    date_hierarchy = "day"
