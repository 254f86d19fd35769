"""Who may work here, and who did what. Accounts are changed by the desk's own screens, which know the rules."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import admin as _registers_groups  # noqa: F401
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from kb.admin.base import ReadOnlyAdmin
from kb.models import ApiToken, User

admin.site.unregister(Group)  # roles are the table of kb.services.roles


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "email", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    search_fields = ("username", "email")
    exclude = ("password",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "prefix", "owner", "state", "created_at", "last_used_at", "expires_at")
    list_filter = ("owner",)
    list_select_related = ("owner",)
    search_fields = ("name", "prefix", "owner__username")
    exclude = ("digest",)


@admin.register(LogEntry)
class AuditAdmin(ReadOnlyAdmin):
    """The audit trail: who did what when. `kb.services.audit` writes it, nobody changes it."""

    list_display = ("when", "user", "deed", "content_type", "what")
    list_filter = (
        "action_time",
        "action_flag",
        ("user", admin.RelatedOnlyFieldListFilter),
        ("content_type", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__username")
    date_hierarchy = "action_time"
    fields = ("when", "user", "deed", "content_type", "what")
    readonly_fields = ("when", "deed", "what")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Who did what", **(extra_context or {})})

    @admin.display(ordering="action_time")
    def when(self, entry: LogEntry) -> str:
        return f"{entry.action_time:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="What was done")
    def deed(self, entry: LogEntry) -> str:
        return entry.get_change_message()

    @admin.display(description="To what", ordering="object_repr")
    def what(self, entry: LogEntry) -> str:
        address = None if entry.is_deletion() else entry.get_admin_url()
        return format_html('<a href="{}">{}</a>', address, entry.object_repr) if address else entry.object_repr
