"""Every address of the site. Addresses are kept for ever: a changed one leaves a redirect behind."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

from kb.api import api
from kb.views import browse, history, home, match, pages, search


def healthz(request: HttpRequest) -> HttpResponse:
    """Answers as soon as the process serves."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("", home.show, name="home-show"),
    path("match", match.answer, name="match-answer"),
    path("search", search.results, name="search-results"),
    path("search/hints", search.hints, name="search-hints"),
    path("errors/", browse.index, name="browse-index"),
    path("errors/<slug:tool>/", browse.tool, name="browse-tool"),
    path("errors/<slug:tool>/<slug:slug>/", pages.show, name="pages-show"),
    path("errors/<slug:tool>/<slug:slug>/history/", history.show, name="pages-history"),
    path("errors/<slug:tool>/<slug:slug>.md", pages.markdown, name="pages-markdown"),
    path("errors/<slug:tool>/<slug:slug>.json", pages.json, name="pages-json"),
    path("api/v1/", api.urls),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
