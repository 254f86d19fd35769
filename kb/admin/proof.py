"""Sources and evidence, with everything that ever happened to them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from kb.admin.base import HistoryAdmin, ReadOnlyAdmin
from kb.models import Citation, Evidence, EvidenceState, MoveRefusedError, SilenceCheck, Source, SourceHost
from kb.services import source_checks, sources


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
class EvidenceAdmin(HistoryAdmin):
    list_display = ("supports", "page", "source", "state", "date", "author")
    list_filter = ("state",)
    list_select_related = ("page", "source")
    search_fields = ("page__slug", "supports", "note", "source__address")
    actions = tuple(deciding(state) for state in EvidenceState)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kb.change_evidence")


@admin.action(description="Check again", permissions=["decide"])
def check_again(model_admin: SourceAdmin, request: HttpRequest, chosen: QuerySet[Source]) -> None:
    asked = source_checks.ask_for(chosen)
    messages.success(request, f"Asked for {asked} checks; the worker begins at once, one at a time for each host.")


@admin.action(description="Accept the text as it is now", permissions=["decide"])
def accept_text(model_admin: SourceAdmin, request: HttpRequest, chosen: QuerySet[Source]) -> None:
    for source in chosen:
        source_checks.accept_text(source)


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
    actions = (check_again, accept_text)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kb.change_source")


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
