"""Sources and evidence, with everything that ever happened to them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from kb.admin.base import ReadOnlyAdmin
from kb.models import Citation, Evidence, EvidenceState, MoveRefusedError, SilenceCheck, Source
from kb.services import sources


def deciding(state: EvidenceState) -> Callable[[EvidenceAdmin, HttpRequest, QuerySet[Evidence]], None]:
    """An action that moves the chosen evidence into this state, where it may go there."""

    @admin.action(description=f"Make {state.value}", permissions=["decide"])
    def decide(model_admin: EvidenceAdmin, request: HttpRequest, chosen: QuerySet[Evidence]) -> None:
        for evidence in chosen.order_by("pk"):
            try:
                sources.decide(evidence, state)
            except MoveRefusedError as refusal:
                messages.error(request, str(refusal))

    decide.__name__ = f"make_{state.value}"
    return decide


@admin.register(Evidence)
class EvidenceAdmin(SimpleHistoryAdmin, ReadOnlyAdmin):  # type: ignore[misc]  # untyped library
    list_display = ("supports", "page", "source", "state", "date", "author")
    list_filter = ("state",)
    list_select_related = ("page", "source")
    search_fields = ("page__slug", "supports", "note", "source__address")
    actions = tuple(deciding(state) for state in EvidenceState)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kb.change_evidence")


@admin.register(Source)
class SourceAdmin(SimpleHistoryAdmin, ReadOnlyAdmin):  # type: ignore[misc]  # untyped library
    list_display = ("address", "title", "kind", "seen_on", "state", "checked_on")
    list_filter = ("state", "kind")
    search_fields = ("address", "title", "publisher")


@admin.register(Citation)
class CitationAdmin(ReadOnlyAdmin):
    list_display = ("title", "page", "source", "seen_on")
    list_select_related = ("page", "source")
    search_fields = ("title", "page__slug", "source__address")


@admin.register(SilenceCheck)
class SilenceCheckAdmin(ReadOnlyAdmin):
    list_display = ("checked_at", "logs", "silent", "fired")
