"""Public pages are the same for everybody until something is published: a browser may keep one and ask if it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from kb.models import ContentEpoch

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def public(view: View[P]) -> View[P]:
    """Answer `304 Not Modified` without building the page, as long as neither content nor program has changed."""

    @wraps(view)
    def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True)  # keep it, but ask each time
        return response

    checked: View[P] = require_safe(condition(etag_func=_etag)(kept))
    return checked


def _etag(request: HttpRequest, *args: object, **kwargs: object) -> str:
    return f'"{ContentEpoch.objects.current()}-{_program()}"'


@lru_cache
def _program() -> str:
    """Changes with whatever besides the content decides how a page looks."""
    digest = hashlib.sha256(settings.SITE_URL.encode())
    for folder in (settings.BASE_DIR / "templates", settings.BASE_DIR / "static", Path(__file__).parent.parent):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".css", ".js", ".py"}):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
