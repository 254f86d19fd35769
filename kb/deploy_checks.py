"""What `manage.py check --deploy` says of settings that are each allowed, and together a mistake."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_limits(**_: Any) -> list[checks.CheckMessage]:
    """A site with a public address that believes itself alone on its machine."""
    host = urlsplit(settings.SITE_URL).hostname
    if settings.LIMITED or host in settings.LOOPBACK:
        return []
    hint = "Name the proxy in front of it in KB_TRUSTED_PROXIES: KB_TRUSTED_PROXIES=127.0.0.1 for one on this machine."
    told = f"{host} listens on loopback and trusts no proxy, so nobody is limited."
    return [checks.Warning(told, hint=hint, id="kb.W001")]
