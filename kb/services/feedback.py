"""What readers say: taken in, redacted, counted, and settled by a person where it needs one.

Who speaks has no account and no cookie. An address has one vote a day on each part of a page; it is kept as a keyed
hash that holds for this day only, and the hash is deleted when the day is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kb.content.document import PAGE_KEY
from kb.matching.explaining import without_escapes
from kb.matching.redaction import redact
from kb.models import ContentEpoch, Feedback, FeedbackState, Fix, Page, Tally, User, Verdict
from kb.models.feedback import LONGEST_LINE, LONGEST_TEXT, MOST_LINES, YES
from kb.models.tally import SHOWN_FROM
from kb.services import audit
from kb.services.page_files import folder_of

KEPT_DAYS = 365
"""A fix that worked for people long ago may work no more, and nobody needs their words for ever."""
MOST_OPEN = 100
"""Of one page: nobody reads the hundred and first report before the first hundred."""
ON_THE_PAGE = (Verdict.RIGHT, Verdict.WRONG)
ON_A_FIX = (Verdict.SOLVED, Verdict.NOT_SOLVED)


class UnknownPartError(ValueError):
    """Somebody speaks of a part that the public page does not have."""


class QueueFullError(ValueError):
    """So much waits for a person on this page already that one more word would not be read."""


@transaction.atomic
def vote(page: Page, part: str, verdict: Verdict, address: str, lines: Sequence[str] = ()) -> Feedback:
    """Count what somebody at this address says; a second word on the same day takes the place of the first."""
    if not _may_be_voted_on(page, part, verdict):
        raise UnknownPartError(f"{page} has no '{part}' that could be {verdict.label.lower()}")
    said, _ = Feedback.objects.get_or_create(
        page=page, part=part, voter=_voter(address), defaults={"verdict": verdict, "state": FeedbackState.COUNTED}
    )
    if said.state in (FeedbackState.USED, FeedbackState.DECLINED):
        return said  # a person has seen to it
    # Beside the table of moves, which is for those who settle reports: this is the reader who takes one back.
    is_report = verdict == Verdict.WRONG and (said.state == FeedbackState.OPEN or not _is_full(page))
    said.verdict = verdict
    said.state = FeedbackState.OPEN if is_report else FeedbackState.COUNTED
    said.lines = (
        "\n".join(_masked(line[: 4 * LONGEST_LINE])[:LONGEST_LINE] for line in lines[:MOST_LINES]) if is_report else ""
    )
    said.save()
    return said


@transaction.atomic
def suggest(page: Page, part: str, text: str) -> Feedback:
    """Put a correction into the queue; the same one sent twice is one."""
    if part not in parts_of(page):
        raise UnknownPartError(f"{page} has no part '{part}'")
    told = {"page": page, "part": part, "verdict": Verdict.CORRECTION, "text": _masked(text[:LONGEST_TEXT])}
    twin = Feedback.objects.open().filter(**told).first()
    if twin:
        return twin
    if _is_full(page):
        raise QueueFullError(f"{MOST_OPEN} words on {page} wait to be read")
    return Feedback.objects.create(**told, state=FeedbackState.OPEN)


def parts_of(page: Page) -> set[str]:
    """The keys of all that can be spoken of; nothing of a page that is not public."""
    if not page.is_published:
        return set()
    return {PAGE_KEY, *(part.key for part in folder_of(page).doc.keyed_parts())}


@transaction.atomic
def settle(report: Feedback, state: FeedbackState, actor: User, reason: str = "") -> Feedback:
    """A person has used or declined it, or wants it back in the queue."""
    stored = Feedback.objects.select_for_update().get(pk=report.pk)  # somebody else may just have settled it
    stored.move_to(state, reason=reason)
    audit.note(actor, stored, f"{state.label}{f': {reason}' if reason else ''}")
    return stored


def sum_up() -> str:
    """Count anew what is shown, forget what is old, and let readers see it if anything is different."""
    _forget()
    said = Feedback.objects.votes().order_by().values_list("page", "part")
    counts = said.annotate(yes=Count("pk", filter=Q(verdict__in=YES)), total=Count("pk"), last=Max("created_at"))
    now = {(page, part): (yes, total, last.date()) for page, part, yes, total, last in counts if total >= SHOWN_FROM}
    shown = {(tally.page_id, tally.part): tally for tally in Tally.objects.all()}
    before = {place: (tally.yes, tally.total, tally.last) for place, tally in shown.items()}
    changed = {place for place in now.keys() | before.keys() if now.get(place) != before.get(place)}
    if changed:
        Tally.objects.filter(pk__in=[shown[place].pk for place in changed & before.keys()]).delete()
        Tally.objects.bulk_create(
            Tally(page_id=page, part=part, yes=now[page, part][0], total=now[page, part][1], last=now[page, part][2])
            for page, part in sorted(changed & now.keys())
        )
        ContentEpoch.objects.bump()
    return f"{len(changed)} tallies changed"


def _forget() -> None:
    """Who voted, once the day is over; the word itself after KEPT_DAYS."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    Feedback.objects.said_before(today).exclude(voter="").update(voter="")
    Feedback.objects.said_before(today - dt.timedelta(days=KEPT_DAYS)).delete()


def _may_be_voted_on(page: Page, part: str, verdict: Verdict) -> bool:
    if not page.is_published:
        return False
    if part == PAGE_KEY:
        return verdict in ON_THE_PAGE
    return verdict in ON_A_FIX and Fix.objects.filter(revision=page.live_revision_id, key=part).exists()


def _is_full(page: Page) -> bool:
    return Feedback.objects.open().filter(page=page).count() >= MOST_OPEN


def _voter(address: str) -> str:
    day = timezone.now().date()
    return salted_hmac(f"kb.services.feedback {day}", address, algorithm="sha256").hexdigest()


def _masked(text: str) -> str:
    """As the engine masks what it shows, and without what PostgreSQL's text type refuses."""
    masked, _ = redact(without_escapes(text))
    return masked.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
