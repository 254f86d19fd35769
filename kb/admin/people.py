"""Who may work here."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from kb.admin.base import ReadOnlyAdmin
from kb.models import ApiToken, User

admin.site.register(User, UserAdmin)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "prefix", "owner", "state", "created_at", "last_used_at", "expires_at")
    list_filter = ("owner",)
    list_select_related = ("owner",)
    search_fields = ("name", "prefix", "owner__username")
    exclude = ("digest",)
