"""Style sheets and scripts: collected under KB_DATA at the start, served by WhiteNoise in front of everything else."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.http import HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest
    from whitenoise.responders import StaticFile

LIST = "staticfiles.json"
"""Under which name with a hash each file is served."""
UNUSED = ("redoc.*",)
"""Shipped with django-ninja, not used here, and larger than all the rest."""


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # the library has no types
    """WhiteNoise, for ASGI: there Django reads a file whole, and warns that it does. Ours are small."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response


def collect() -> None:
    """Gather, hash and compress the files. That takes seconds, so only where one of them has changed or is gone."""
    if settings.BUILT_STATIC:
        return
    stamp = settings.DATA_DIR / "static.stamp"
    digest = _digest()
    if stamp.exists() and stamp.read_bytes() == digest.encode() and _is_whole():
        return
    stamp.unlink(missing_ok=True)  # interrupted, it is done again
    (settings.STATIC_ROOT / LIST).unlink(missing_ok=True)  # damaged, it would be read before it is written anew
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=list(UNUSED))
    stamp.write_text(digest, encoding="ascii")


def _is_whole() -> bool:
    """Whether every file is there that pages may ask for."""
    try:
        listed = json.loads((settings.STATIC_ROOT / LIST).read_bytes())["paths"]
    except (OSError, ValueError, LookupError):
        return False
    return all((settings.STATIC_ROOT / name).is_file() for name in listed.values())


def _digest() -> str:
    """Changes when a file is added, removed or written."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = f"{path}\0{storage.size(path)}\0{storage.get_modified_time(path).timestamp()}\n"
            digest.update(facts.encode())
    return digest.hexdigest()
