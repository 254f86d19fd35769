"""Around every request: it gets an id, is timed and counted by the name of its view, and leaves a line in the log.

Names of views are as many as there are addresses in `kb/urls.py`. What a reader sent is told nowhere: no query, no
body, no address.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kb import metrics
from kb.logs import origin
from kb.views.revalidation import TAG

logger = logging.getLogger("kb.requests")

WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ObservedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request_id = id_of(request)
        with origin(request_id, is_request=True):
            response = self.get_response(request)
            took, view, status = time.perf_counter() - began, view_of(request), response.status_code
            logger.info(
                "answered",
                extra={
                    "facts": {
                        "method": request.method,
                        "view": view,
                        "status": status,
                        "milliseconds": round(took * 1000, 1),
                    }
                },
            )
        metrics.SECONDS.labels(view).observe(took)
        metrics.REQUESTS.labels(view, f"{status // 100}xx").inc()
        response["X-Request-Id"] = request_id
        return response


def id_of(request: HttpRequest) -> str:
    """The id that the client or a proxy gave this request, if it is one; else a new one."""
    given = request.headers.get("X-Request-Id", "")
    return given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8)


def view_of(request: HttpRequest) -> str:
    """The name of the view; `kept` for a page that was built before, `static` for a file, else `none`."""
    if request.resolver_match is not None:
        return request.resolver_match.view_name or request.resolver_match.route
    if TAG in request.META:
        return "kept"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"
