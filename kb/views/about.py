"""Who runs the site, what it is made of, and what becomes of a paste."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kb.models.tally import SHOWN_FROM
from kb.models.unknown_error import LONGEST_TEXT
from kb.queries.figures import figures
from kb.queries.provenance import last_silence_check
from kb.rendering import structured_data
from kb.services.feedback import KEPT_DAYS
from kb.services.recording import UNKNOWN_LINES
from kb.views.head import Head, site, titled
from kb.views.revalidation import public


@public
def about(request: HttpRequest) -> HttpResponse:
    description = "Who runs this site, how its pages are made and proved, how quiet it is on healthy logs, its licence."
    context = {
        "head": _head("About", description, "/about"),
        "contact": settings.CONTACT,
        "figures": figures(),
        "silence": last_silence_check(),
    }
    return render(request, "about/about.html", context)


@public
def privacy(request: HttpRequest) -> HttpResponse:
    description = "What is kept of a text that you paste here, for how long, and how to have it deleted. No cookies."
    context = {
        "head": _head("Privacy", description, "/privacy"),
        "contact": settings.CONTACT,
        "unknown_days": settings.UNKNOWN_DAYS,
        "unknown_lines": UNKNOWN_LINES,
        "longest_line": LONGEST_TEXT,
        "shown_from": SHOWN_FROM,
        "said_days": KEPT_DAYS,
    }
    return render(request, "about/privacy.html", context)


def _head(name: str, description: str, path: str) -> Head:
    trail = [(settings.SITE_NAME, "/"), (name, path)]
    data = structured_data.graph(structured_data.breadcrumbs(site(), trail))
    return Head(titled(name, settings.SITE_NAME), description, path, data)
