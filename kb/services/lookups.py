"""Look a text up: the one way from a paste to an answer, whichever door it came in by."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from django.conf import settings
from django.db import InterfaceError, OperationalError

from kb.answers import AnswerDoc, PageFacts, document, slugs_in
from kb.matching.engine import Limits, search
from kb.matching.index import Index
from kb.matching.records import Answer, Role
from kb.models import Page
from kb.queries import browse
from kb.queries.browse import Card, PlatformFix
from kb.services import limits
from kb.services.indexing import live
from kb.services.recording import kept_lines, recorder

logger = logging.getLogger(__name__)
now = time.monotonic
LIMITS = Limits(bytes=settings.TEXT_LIMIT)

STORE = "X-KB-Store"
"""The header with which whoever sends a text says `no`: nothing of it is to be kept, no count either."""


def may_keep(headers: Mapping[str, str]) -> bool:
    """Whether something of the text that comes with these headers may be kept."""
    return headers.get(STORE, "").strip().lower() != "no"


def look_up(data: bytes | str, door: str, who: str = "", *, keep: bool = True) -> Answer:
    """The answer to a paste, counted unless nothing of it is to be kept. `door` says where it came in: `web`, `api`.

    Nobody fills the queue of unknown errors alone: of the client `who` no more is kept than its limit.
    """
    return _look_up(data, live.current(), door, who, keep=keep)


def look_up_uncounted(text: str) -> Answer:
    """The answer that a paste would get. Nothing is counted and nothing kept."""
    return _search(text, live.current())


def look_up_document(data: bytes | str, door: str, who: str = "", *, keep: bool = True) -> AnswerDoc:
    """The answer to a paste with its pages' titles, addresses and fixes, as the API gives it."""
    index = live.current()
    answer = _look_up(data, index, door, who, keep=keep)
    return document(answer, facts_of(slugs_in(answer)), index)


def _look_up(data: bytes | str, index: Index, door: str, who: str, *, keep: bool) -> Answer:
    answer = _search(data, index)
    if keep:
        unknown = len(kept_lines(answer))
        is_too_many = bool(who and unknown and limits.take("unknowns", who, unknown))
        recorder.note(answer, door, keeps_unknown=not is_too_many)
    return answer


def _search(data: bytes | str, index: Index) -> Answer:
    """The answer, or what is found of it within KB_MATCH_SECONDS."""
    end = now() + settings.MATCH_SECONDS
    return search(data, index, LIMITS, is_over=lambda: now() > end)


def answering_page(text: str) -> Page | None:
    """The page that answers this text now, if one does. Nothing is counted; a symptom answers nothing."""
    causes = (match.slug for match in _search(text, live.current()).matches if match.role is Role.CAUSE)
    slug = next(causes, "")
    return Page.objects.published().at(slug).first() if slug else None


def facts_of(slugs: set[str]) -> dict[str, PageFacts]:
    """What an answer tells of these pages; one query, none for none."""
    return {
        slug: PageFacts(
            slug=slug,
            title=card.title,
            tool=card.tool_name,
            url=f"{settings.SITE_URL}{card.url}",
            fix_text=card.quick_fix.text if card.quick_fix else "",
            fix_command=card.quick_fix.command if card.quick_fix else "",
        )
        for slug, card in cards_of(slugs).items()
    }


def cards_of(slugs: set[str]) -> dict[str, Card]:
    """What an answer shows of these pages; while the database is away, what the index knows of them."""
    if live.has_database:
        try:
            return browse.by_slug(slugs)
        except (OperationalError, InterfaceError) as error:
            logger.warning("Answered from the index alone: %s", type(error).__name__)
    index = live.current()
    return browse.from_index(index.entries[index.by_slug[slug]] for slug in slugs if slug in index.by_slug)


def fixes_on(platform: str, slugs: list[str]) -> dict[str, list[PlatformFix]]:
    """The fixes that these pages have for a platform; none while the database is away."""
    if live.has_database:
        try:
            return browse.fixes_on(platform, slugs)
        except (OperationalError, InterfaceError) as error:
            logger.warning("Answered without fixes for %s: %s", platform, type(error).__name__)
    return {}
