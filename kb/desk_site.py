"""Django's admin site with the desk's own screens in it.

Outside of `kb.admin`, because Django makes the site while it imports that package.
"""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

MOST_FAILURES = 5
"""Pages that the index cannot take up, told on every screen of the desk until they are mended."""


class DeskSite(AdminSite):
    site_header = site_title = f"{settings.SITE_NAME} desk"
    index_title = "What needs a person"
    enable_nav_sidebar = False

    def get_urls(self) -> list[Any]:
        from kb.admin.addresses import addresses

        return [*addresses(), *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from kb.admin.accounts import log_in

        return cast("HttpResponse", log_in(request))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from kb.admin import dashboard

        return super().index(request, {**dashboard.context(request), **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from kb.admin.addresses import PLACES
        from kb.models import IndexFailure

        places = [place for place in PLACES if request.user.has_perm(place.permission)]
        failures = IndexFailure.objects.all()[:MOST_FAILURES] if self.has_permission(request) else ()
        return {**super().each_context(request), "places": places, "index_failures": failures}
