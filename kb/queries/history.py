"""The wordings that readers have seen of a page, oldest first, each under its number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kb.content.document import PageDoc
from kb.models import Page, Revision
from kb.queries.documents import folders


@dataclass(frozen=True, slots=True)
class Wording:
    """A revision that is or was public. Its number counts them from the first one, and stays."""

    number: int
    key: int
    title: str
    published_at: dt.datetime
    is_live: bool


def wordings(page: Page) -> list[Wording]:
    """Every published revision of the page, without its texts, and without who wrote it and what was said of it."""
    public = Revision.objects.filter(page=page).frozen().order_by("published_at", "pk")
    rows = public.values_list("pk", "title", "published_at")
    return [
        Wording(number, key, title, published_at, is_live=key == page.live_revision_id)
        for number, (key, title, published_at) in enumerate(rows, start=1)
        if published_at is not None
    ]


def documents_of(page: Page, before: Wording, after: Wording) -> tuple[PageDoc, PageDoc]:
    """What these two wordings of the page say."""
    revisions = Revision.objects.in_bulk([before.key, after.key])
    old, new = folders([revisions[before.key], revisions[after.key]], [page])
    return old.doc, new.doc
