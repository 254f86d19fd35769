"""Every address of the site. Addresses are kept for ever: a changed one leaves a redirect behind."""

from django.contrib import admin
from django.urls import path

from kb.api import api
from kb.views import (
    about,
    browse,
    failures,
    feedback,
    feeds,
    health,
    history,
    home,
    machines,
    match,
    pages,
    search,
    sitemap,
)

handler400 = failures.bad_request
handler403 = failures.denied
handler404 = failures.missing
handler500 = failures.failed

urlpatterns = [
    path("", home.show, name="home-show"),
    path("match", match.answer, name="match-answer"),
    path("match/preview", match.preview, name="match-preview"),
    path("feedback", feedback.say, name="feedback-say"),
    path("search", search.results, name="search-results"),
    path("search/hints", search.hints, name="search-hints"),
    path("errors/", browse.index, name="browse-index"),
    path("errors/<slug:tool>/", browse.tool, name="browse-tool"),
    path("errors/<slug:tool>/feed.atom", feeds.of_tool, name="feeds-tool"),
    path("errors/<slug:tool>/<slug:slug>/", pages.show, name="pages-show"),
    path("errors/<slug:tool>/<slug:slug>/history/", history.show, name="pages-history"),
    path("errors/<slug:tool>/<slug:slug>.md", pages.markdown, name="pages-markdown"),
    path("errors/<slug:tool>/<slug:slug>.json", pages.json, name="pages-json"),
    path("api/v1/", api.urls),
    path("feeds/new.atom", feeds.new, name="feeds-new"),
    path("feeds/changed.atom", feeds.changed, name="feeds-changed"),
    path("sitemap.xml", sitemap.index, name="sitemap-index"),
    path("sitemap-lists.xml", sitemap.lists, name="sitemap-lists"),
    path("sitemap-pages-<int:number>.xml", sitemap.pages, name="sitemap-pages"),
    path("robots.txt", machines.robots, name="machines-robots"),
    path("llms.txt", machines.llms, name="machines-llms"),
    path("opensearch.xml", machines.opensearch, name="machines-opensearch"),
    path(".well-known/security.txt", machines.security, name="machines-security"),
    path("favicon.ico", machines.icon, name="machines-icon"),
    path("about", about.about, name="about-about"),
    path("privacy", about.privacy, name="about-privacy"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.figures, name="metrics"),
    path("admin/", admin.site.urls),
]
