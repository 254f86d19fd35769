"""Every address of the desk, and its navigation."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern

from kb.admin.desk import Place

PLACES: Sequence[Place] = ()
"""In the order in which they are shown."""


def addresses() -> list[URLPattern]:
    """`path("desk/…", only("kb.permission", view), name="desk-…")`, each."""
    return []
