"""Sessions end: after a time without use, and in any case some days after the login."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as RowStore
from django.http import HttpRequest

BEGAN = "_began"
SEEN = "_seen"
_PARTS = 20
"""Its use is written when so many parts of the idle time have passed, rather than with each request."""


class SessionStore(RowStore):
    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = super().load()
        now = int(time.time())
        if now - data.get(BEGAN, now) >= settings.SESSION_LONGEST:
            self.delete(self.session_key)
            self._session_key = None  # as Django itself drops one that it does not find
            return {}
        if data and now - data.get(SEEN, 0) >= settings.SESSION_COOKIE_AGE // _PARTS:
            data[SEEN] = now
            self.modified = True  # so that it is written with a later end
        return data

    @classmethod
    def get_model_class(cls) -> Any:
        return RowStore.get_model_class()


def begin(request: HttpRequest, **_signal: Any) -> None:
    """Somebody has logged in."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())
