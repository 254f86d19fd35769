"""What readers paste, find and say."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from kb.admin.base import ReadOnlyAdmin
from kb.models import (
    Feedback,
    MatchCount,
    MoveRefusedError,
    PasteCount,
    Tally,
    UnknownCount,
    UnknownError,
    UnknownState,
)


def moving(
    state: UnknownState, description: str
) -> Callable[[UnknownErrorAdmin, HttpRequest, QuerySet[UnknownError]], None]:
    """An action that moves the chosen errors into this state, where they may go there."""

    @admin.action(description=description, permissions=["decide"])
    def move(model_admin: UnknownErrorAdmin, request: HttpRequest, chosen: QuerySet[UnknownError]) -> None:
        for unknown in chosen.order_by("pk"):
            try:
                unknown.move_to(state, reason=f"by {request.user}")
            except MoveRefusedError as refusal:
                messages.error(request, str(refusal))

    move.__name__ = f"make_{state}"
    return move


@admin.register(UnknownError)
class UnknownErrorAdmin(ReadOnlyAdmin):
    list_display = ("template", "count", "state", "first_seen", "last_seen", "page")
    list_filter = ("state",)
    list_select_related = ("page",)
    search_fields = ("template", "fingerprint")
    actions = (
        moving(UnknownState.IGNORED, "Ignore: not an error that a page could explain"),
        moving(UnknownState.OPEN, "Open again"),
    )

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kb.change_unknownerror")


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
