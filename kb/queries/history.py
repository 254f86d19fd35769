"""The wordings that readers have seen of a page, oldest first, each under its number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kb.models import Page, Revision


@dataclass(frozen=True, slots=True)
class Wording:
    """A revision that is or was public. Its number counts them from the first one, and stays."""

    number: int
    revision: Revision
    published_at: dt.datetime
    comment: str
    is_live: bool


def wordings(page: Page) -> list[Wording]:
    """Every published revision of the page; people are not named."""
    public = Revision.objects.filter(page=page).frozen().order_by("published_at", "pk")
    return [
        Wording(number, revision, revision.published_at, revision.comment, revision.pk == page.live_revision_id)
        for number, revision in enumerate(public, start=1)
        if revision.published_at is not None
    ]
