"""The web process: Django behind the guard of bodies, with the index of pages built before the first request."""

from __future__ import annotations

import asyncio
import gc
import logging
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
django.setup(set_prefix=False)

# What follows needs the application to be set up.
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from kb import metrics  # noqa: E402
from kb.body_guard import BodyGuard, Pace, Receive, Scope, Send  # noqa: E402
from kb.handler import Handler  # noqa: E402
from kb.services.indexing import live  # noqa: E402
from kb.services.recording import recorder  # noqa: E402
from kb.views.failures import failed_page, unavailable_page  # noqa: E402

django_application = Handler()
logger = logging.getLogger(__name__)


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Django speaks HTTP; the server's start and end are ours."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await django_application(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    try:
        await asyncio.to_thread(_watch_for_new_pages)
    except Exception as error:
        logger.exception("The index of pages could not be built")
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    metrics.sharing.begin(settings.METRICS_DIR)
    recorder.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await asyncio.to_thread(recorder.stop)
    await send({"type": "lifespan.shutdown.complete"})


def _watch_for_new_pages() -> None:
    failed_page(), unavailable_page()
    try:
        live.watch()
        gc.freeze()  # what is there now stays: to look through it again and again would halt every answer meanwhile
    finally:
        connections.close_all()  # this thread ends here


application = BodyGuard(serve, settings.BODY_LIMIT, settings.DRAIN_LIMIT, Pace(*settings.UPLOAD_PACE))
