"""Checks of sources: ask each address whether it still stands and still says what it is cited for.

A check is a job of two halves: `look_at` asks the network and holds no transaction, `note` writes what came of it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from kb.checking.addresses import Guard
from kb.checking.outcomes import Resting
from kb.checking.reading import Reading, read
from kb.checking.visiting import Result, Visit, Visitor, host_of
from kb.content.document import PAGE_KEY
from kb.content.entries import signature_of
from kb.jobs import CHECK_SOURCE
from kb.matching.signature import SignatureError, compile_signature
from kb.models import ContentEpoch, Signature, Source, SourceHost, User
from kb.services import audit
from kb.services.jobs import enqueue

NAME = "Fixpoint-source-check"
LONGEST_TURN = dt.timedelta(minutes=2)
"""A turn that was not given back: its process died."""
CHECKED_A_DAY = 500
APART = dt.timedelta(seconds=20)
"""Between checks at one host that are asked for together: nobody is in a hurry, and each new state has every
process build its index anew."""
WAITED_FOR = dt.timedelta(minutes=1)
"""So long somebody at a terminal waits for a host's turn."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a visit, and what the text says if there was one."""

    visit: Visit
    text_hash: str = ""
    holds_message: bool | None = None


# --- the two halves of a check ----------------------------------------------------------------------------------------


def look_at(source_id: int) -> Found | None:
    """Ask for the source; None if it is cited no longer."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        return None
    visit = _visitor().visit(source.address, source.validators)
    if visit.result is not Result.ANSWERED or visit.answer is None:
        return Found(visit)
    reading = read(visit.answer)
    return Found(visit, reading.digest, holds_messages(source, reading))


@transaction.atomic
def note(found: Found | None, source_id: int) -> str:
    """Write down what came of it, and let readers see a state that has changed."""
    source = Source.objects.select_for_update().filter(pk=source_id).first()
    if found is None or source is None:
        return "no such source"
    if found.visit.result is Result.RESTING:
        return _ask_later(source, found.visit.rest)
    before, today = source.state, timezone.localdate()
    if found.visit.result is Result.ANSWERED:
        source.note_text(found.text_hash, found.holds_message, today)
    source.note_visit(found.visit, today)
    source.save()
    if source.state != before:
        ContentEpoch.objects.bump()
    return f"{source.state}: {source.outcome}"


def holds_messages(source: Source, reading: Reading) -> bool | None:
    """Whether the messages that it is evidence for stand in its text. Of evidence for a cause or a fix nobody promised
    that, but most such sources quote the message: then it says that the text is still about it."""
    promised: list[list[bytes]] = []
    hoped: list[list[bytes]] = []
    for evidence in source.evidence.accepted().select_related("page"):
        signatures = Signature.objects.filter(revision=evidence.page.live_revision_id)
        anchors = {signature.key: anchor for signature in signatures if (anchor := _anchor(signature))}
        if evidence.supports in anchors:
            promised.append([anchors[evidence.supports]])
        elif anchors:
            (promised if evidence.supports == PAGE_KEY else hoped).append([*anchors.values()])
    wanted = promised or hoped
    holds = bool(wanted) and all(any(map(reading.holds, anchors)) for anchors in wanted)
    return holds or (False if promised else None)


def _anchor(signature: Signature) -> bytes:
    try:
        pattern = compile_signature(signature_of(signature.document()))
    except SignatureError:
        return b""
    return pattern.literals[pattern.anchor].ink


# --- asking for checks ------------------------------------------------------------------------------------------------


def ask_for(sources: Iterable[Source]) -> int:
    """Have these checked in the background, those of one host one after the other; say how many."""
    now, turns = timezone.now(), Counter[str]()
    for source in sources:
        if not source.is_on_web:
            continue
        host = host_of(source.address)
        _enqueue(source, now + turns[host] * APART)
        turns[host] += 1
    return turns.total()


def ask(sources: Iterable[Source], actor: User) -> int:
    """Have these checked because this person wants it."""
    with transaction.atomic():
        chosen = list(sources)
        for source in chosen:
            audit.note(actor, source, "Asked for a check.")
        return ask_for(chosen)


def ask_for_due() -> str:
    """Have those checked whose time has come."""
    asked = ask_for(Source.objects.due(timezone.localdate())[:CHECKED_A_DAY])
    # The dates of checks that found nothing new are shown from here on: a new epoch for each would empty every cache.
    ContentEpoch.objects.bump()
    return f"{asked} asked for"


def check_now(source: Source) -> str:
    """Check it while somebody waits; say what came of it."""
    found = look_at(source.pk)
    while found is not None and found.visit.result is Result.RESTING and found.visit.rest <= WAITED_FOR:
        time.sleep(max(found.visit.rest.total_seconds(), 0.05))
        found = look_at(source.pk)
    return note(found, source.pk)


def accept_text(source: Source, actor: User) -> None:
    """Somebody has read it: what stands there now supports the pages that cite it."""
    with transaction.atomic():
        current = Source.objects.select_for_update().get(pk=source.pk).by(actor)
        current.accept_text()
        current.save()
        audit.note(actor, current, "Accepted the text as it is now.")
        ContentEpoch.objects.bump()


def _ask_later(source: Source, rest: dt.timedelta) -> str:
    # All who wait for a host must not come back in one moment.
    due = timezone.now() + rest + dt.timedelta(seconds=source.pk % 60)
    _enqueue(source, due)
    return f"asked again at {due:%H:%M:%S}: its host rests"


def _enqueue(source: Source, due: dt.datetime) -> None:
    enqueue(CHECK_SOURCE, unique=f"check source {source.pk}", due=due, source_id=source.pk)


# --- how addresses are visited ----------------------------------------------------------------------------------------


class _Turns:
    """The turns of hosts, kept in the database for all processes."""

    def take(self, host: str) -> None:
        now = timezone.now()
        if SourceHost.objects.take_turn(host, now, now + LONGEST_TURN):
            return
        free_at = SourceHost.objects.values_list("free_at", flat=True).get(name=host)
        raise Resting(f"{host} rests", max(free_at - now, dt.timedelta()))

    def free(self, host: str, rest: dt.timedelta) -> None:
        SourceHost.objects.filter(name=host).update(free_at=timezone.now() + rest)


def _visitor() -> Visitor:
    return Visitor(
        name=NAME,
        contact=settings.CONTACT or settings.SITE_URL,
        hosts=_Turns(),
        memory=cache,
        guard=Guard(allowed=settings.SOURCE_CHECKS_ALLOW),
    )
