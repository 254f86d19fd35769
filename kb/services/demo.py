"""A desk with something on it: people, drafts, unknown errors, dead sources and readers' words, to try everything.

All of it is made by the services that curators and readers use, so it looks as if they had.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kb.checking.visiting import Result, Visit
from kb.content import document as doc
from kb.matching.engine import search
from kb.matching.records import Confidence
from kb.models import (
    Counted,
    MatchCount,
    Page,
    PasteCount,
    Pasted,
    PasteOutcome,
    Source,
    SourceState,
    Tool,
    UnknownError,
    User,
    Verdict,
)
from kb.models.unknown_error import Sighting
from kb.services import audit, drafting, feedback, reviewing, roles, source_checks
from kb.services.indexing import live
from kb.services.recording import kept_lines

PEOPLE = {"author": roles.AUTHOR, "reviewer": roles.REVIEWER, "administrator": roles.ADMINISTRATOR}
ERRORS = Path(settings.BASE_DIR / "fixtures" / "demo" / "errors.log")
"""Of tools that only one company has, so that no page answers them; the most frequent first."""
MOST_FREQUENT = 60
DAYS = 14
DEAD = 3
VOTES = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6")
"""Readers, who are told apart by their addresses."""


@transaction.atomic
def furnish() -> dict[str, str]:
    """Put it all there; returns the password of each account, which is kept nowhere else."""
    passwords = {name: secrets.token_urlsafe(12) for name in PEOPLE}
    people = {name: _person(name, role, passwords[name]) for name, role in PEOPLE.items()}
    pages = list(Page.objects.published().order_by("pk")[:5])
    for_review, with_problem, owner, *others = pages
    _submit_draft(for_review, people["author"])
    _begin_faulty_draft(with_problem, owner, people["author"])
    lines = ERRORS.read_text(encoding="utf-8").splitlines()
    for slug in {_tool(line) for line in lines} - {""}:
        Tool.objects.create(slug=slug, name=slug, category="In-house")
    sightings = list(_sightings(lines))
    UnknownError.objects.record(sightings)
    _count_texts(sightings, pages)
    for source in Source.objects.filter(state=SourceState.UNCHECKED).order_by("pk")[:DEAD]:
        source_checks.note(source_checks.Found(Visit(Result.GONE, "HTTP 404")), source.pk)
    _let_readers_speak([for_review, *others])
    feedback.sum_up()
    return passwords


def _person(name: str, role: str, password: str) -> User:
    user = User.objects.create_user(name, password=password)
    roles.give(user, role)
    audit.note(user, user, f"made as {role}, to try the desk", audit.ADDED)
    return user


def _submit_draft(page: Page, author: User) -> None:
    content = _live(page)
    summary = f"{content.summary} It was seen again after the last update, and the first fix still helps."
    draft = drafting.write_draft(page, author, content.model_copy(update={"summary": summary}))
    reviewing.submit(draft, author, "Says that it is seen again.")


def _begin_faulty_draft(page: Page, owner: Page, author: User) -> None:
    """Of a page that claims what another page's signature finds: it cannot be published like this."""
    content = _live(page)
    claimed = doc.Signature(key="claimed", text=_live(owner).signatures[0].text)
    signatures = (*content.signatures, claimed)
    drafting.write_draft(page, author, content.model_copy(update={"signatures": signatures}), "Finds one message more.")


def _live(page: Page) -> doc.PageDoc:
    assert page.live_revision is not None, "only published pages are asked for"
    return drafting.content_of(page.live_revision)


def _tool(line: str) -> str:
    """The tool that printed it, where it begins with its name."""
    found = re.match(r"([a-z][a-z-]+): ", line)
    return found[1] if found else ""


def _sightings(lines: Sequence[str]) -> Iterator[Sighting]:
    """As if they had been pasted over the last days, each less often than the one before it."""
    index, now = live.current(), timezone.now()
    for rank, line in enumerate(lines, start=1):
        answer = search(line, index)
        for kept in kept_lines(answer):
            for number in range(max(1, MOST_FREQUENT // rank)):
                seen_at = now - dt.timedelta(days=(number * rank) % DAYS, minutes=rank)
                yield Sighting(kept.fingerprint, kept.template, kept.text, seen_at, tool=_tool(line))


def _count_texts(sightings: Sequence[Sighting], pages: Sequence[Page]) -> None:
    """The texts in which those errors stood, and twice as many that these pages answered."""
    days = [sighting.seen_at.date() for sighting in sightings]
    PasteCount.objects.add(Counter(Pasted(day, PasteOutcome.UNANSWERED, "web") for day in days))
    PasteCount.objects.add(Counter(Pasted(day, PasteOutcome.ANSWERED, "web") for day in days * 2))
    found = zip(days * 2, itertools.cycle(pages), strict=False)
    MatchCount.objects.add(Counter(Counted(day, page.pk, Confidence.EXACT.value, "web") for day, page in found))


def _let_readers_speak(pages: Sequence[Page]) -> None:
    first, second, third, *_ = pages
    fix = _live(first).fixes[0].key
    for address, verdict in zip(
        VOTES, itertools.cycle((Verdict.SOLVED, Verdict.SOLVED, Verdict.NOT_SOLVED)), strict=False
    ):
        feedback.vote(first, fix, verdict, address)
    feedback.vote(second, doc.PAGE_KEY, Verdict.WRONG, VOTES[0], ["error: something else failed before this line"])
    feedback.suggest(third, doc.PAGE_KEY, "The first step needs another option since the last version of the tool.")
