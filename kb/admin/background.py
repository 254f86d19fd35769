"""What has to be done in the background, and what could not be."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kb.admin.base import ReadOnlyAdmin
from kb.admin.desk import person
from kb.models import BlastRadius, IndexFailure, Job
from kb.services import jobs


@admin.action(description="Run again what was set aside", permissions=["decide"])
def run_again(model_admin: JobAdmin, request: HttpRequest, chosen: QuerySet[Job]) -> None:
    for job in chosen:
        jobs.run_again(job, person(request))


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "due", "attempts", "finished", "outcome")
    list_filter = ("state", "name")
    search_fields = ("name", "outcome")
    actions = (run_again,)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kb.change_job")


@admin.register(IndexFailure)
class IndexFailureAdmin(ReadOnlyAdmin):
    list_display = ("page", "signature", "problem", "failed_at")
    search_fields = ("page", "problem")


@admin.register(BlastRadius)
class BlastRadiusAdmin(ReadOnlyAdmin):
    list_display = ("revision", "phase", "samples", "sample_changes", "unknowns", "unknown_changes", "begun_at")
    list_filter = ("phase",)
    list_select_related = ("revision__page",)
    search_fields = ("revision__page__slug",)
