"""Public pages are the same for everybody until something is published: a browser may keep one and ask if it holds,
and so may this site.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from kb.services import indexing

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
SHOWN_SETTINGS = ("ACCESS", "SITE_URL", "SITE_NAME", "CONTACT", "CRAWLERS", "UNKNOWN_DAYS", "TEXT_LIMIT", "DEBUG")
"""Settings that stand on public pages."""


ANEW_EVERY_S = {"/": 600}
"""Pages that show what is counted, beside what is published: so many seconds they may lag behind."""
TAG = "kb.tag"
"""Where a request carries the tag that was worked out for it."""
LOOKS = frozenset({".html", ".xml", ".css", ".js", ".svg", ".png", ".py"})


def public(view: View[P]) -> View[P]:
    """Answer `304 Not Modified` without building the page, as long as neither content nor program has changed."""

    @wraps(view)
    def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True)  # keep it, but ask each time
        return response

    checked: View[P] = require_safe(condition(etag_func=_etag)(kept))
    return checked


def version() -> str:
    """The version of everything that public pages show."""
    return f"{indexing.live.epoch()}-{_program(tuple(str(getattr(settings, name)) for name in SHOWN_SETTINGS))}"


def tag_for(request: HttpRequest) -> str:
    """The tag of every public page, asked for once a request; weak, because a page has it in each of its encodings."""
    if TAG not in request.META:
        request.META[TAG] = f'W/"{version()}{_age(request.path)}"'
    tag: str = request.META[TAG]
    return tag


def _age(path: str) -> str:
    return f"-{int(time.time() // ANEW_EVERY_S[path])}" if path in ANEW_EVERY_S else ""


def is_public(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a public view gave this answer: no other gives this tag."""
    return TAG in request.META and response.get("ETag") == request.META[TAG]


def _etag(request: HttpRequest, *args: object, **kwargs: object) -> str:
    return tag_for(request)


@lru_cache
def _program(shown: tuple[str, ...]) -> str:
    """Changes with whatever besides the content decides how a page looks: code, templates, styles, libraries."""
    digest = hashlib.sha256("\0".join(shown).encode())
    digest.update((settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in (settings.BASE_DIR / "templates", settings.BASE_DIR / "static", Path(__file__).parent.parent):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in LOOKS):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
