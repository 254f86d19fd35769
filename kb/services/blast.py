"""The blast radius of a draft: which samples of all pages and which unknown errors would find another page.

Only the signatures that differ from the public ones are tried: a text in which none of them stands finds what it found.
It is measured batch after batch, each a job of its own, so that it goes on where a worker was stopped.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.utils import timezone

from kb.content.lint.corpus import Trial, workable_entry
from kb.jobs import MEASURE_BLAST
from kb.matching.engine import ONLY_CLAIMS, search
from kb.matching.index import Index, alone
from kb.matching.records import Answer, Entry, Signature
from kb.models import BlastRadius, Revision, Sample, UnknownError
from kb.queries import documents
from kb.services import gate, jobs
from kb.services.indexing import live

AT_ONCE, SECONDS = 500, 20.0
"""Texts and time of one batch."""
MOST_CHANGES = 300
"""Kept to be shown; all are counted."""
SHOWN = 300
"""Characters of a line."""
now = time.monotonic


@dataclass(frozen=True, slots=True)
class Change:
    """A text that would find another page."""

    kind: str
    """`samples` or `unknowns`."""
    pk: int
    name: str
    """The sample's page and file, or the unknown error itself."""
    page: str
    """Whose sample it is; empty for an unknown error."""
    before: str
    after: str
    """The page found first, empty for none."""
    line: int
    text: str
    """The line that leads to the page found then; to the one found before, where none is found any more."""
    count: int = 1
    """How often it was pasted."""

    @property
    def is_bad(self) -> bool:
        """A hit that its own page would lose, or a near miss that would find its page."""
        is_hit = self.name.partition(" ")[2].startswith("hit-")
        return bool(self.page) and (self.before == self.page if is_hit else self.after == self.page)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a look at some texts found."""

    last: int
    looked_at: int
    is_last: bool
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Trying:
    """What is tried: the draft beside the page as it is public."""

    draft: Entry
    public: Entry | None

    @property
    def differing(self) -> tuple[Signature, ...]:
        """The signatures of either that the other does not have; all, where what ranks the page differs."""
        ours, theirs = self.draft.signatures, self.public.signatures if self.public else ()
        if self.public and (self.draft.role, self.draft.leads_to) != (self.public.role, self.public.leads_to):
            return (*ours, *theirs)
        return tuple(one for one in (*ours, *theirs) if one not in ours or one not in theirs)

    @property
    def digest(self) -> str:
        says = [repr(one) for one in self.differing] + [self.draft.slug, self.draft.role, repr(self.draft.leads_to)]
        return hashlib.sha256("\0".join(says).encode()).hexdigest()


def trying(revision: Revision) -> Trying:
    """What would change by publishing this. Raises ValidationError of a draft that is no page yet."""
    (folder,) = documents.folders([revision], [revision.page])
    entry = workable_entry(folder)
    return Trying(entry, next(iter(live.current().among(entry.slug)), None))


def measure(revision: Revision) -> BlastRadius:
    """Begin to measure, unless what is said now is being measured or was."""
    told = trying(revision)
    with transaction.atomic():
        Revision.objects.select_for_update().get(pk=revision.pk)
        row = BlastRadius.objects.filter(revision=revision).first()
        if row is not None and row.digest == told.digest and not row.is_done:
            return row
        row = row or BlastRadius(revision=revision)
        row.begin_anew(told.digest, list(dict.fromkeys(one.key for one in told.differing)))
        if not row.tried:
            row.phase = BlastRadius.Phase.DONE
        row.save()
        if not row.is_done:
            _go_on(row)
    return row


def is_current(row: BlastRadius) -> bool:
    """Whether it was measured of what the draft and the public page say now."""
    return row.digest == trying(row.revision).digest


def look(blast: int, digest: str, phase: str, after: int) -> Batch | None:
    """Look at the next texts, outside of any transaction; nothing for a measurement that was begun anew."""
    row = _at(blast, digest, phase, after)
    if row is None:
        return None
    told = trying(row.revision)
    if told.digest != digest:
        return None
    is_samples = phase == BlastRadius.Phase.SAMPLES
    return _samples(told, after) if is_samples else _unknowns(told, after)


def note(batch: Batch | None, blast: int, digest: str, phase: str, after: int) -> str:
    """Keep what a look found, and ask for the next one."""
    row = _at(blast, digest, phase, after)
    if row is None or batch is None:
        return "begun anew meanwhile, or the draft has changed"
    if phase == BlastRadius.Phase.SAMPLES:
        row.samples += batch.looked_at
        row.sample_changes += len(batch.changes)
    else:
        row.unknowns += batch.looked_at
        row.unknown_changes += len(batch.changes)
        row.pasted += sum(change.count for change in batch.changes)
    row.changes = [*row.changes, *map(asdict, batch.changes)][:MOST_CHANGES]
    row.after, row.moved_at = batch.last, timezone.now()
    if batch.is_last:
        is_done = phase == BlastRadius.Phase.UNKNOWNS
        row.phase, row.after = BlastRadius.Phase.DONE if is_done else BlastRadius.Phase.UNKNOWNS, 0
    row.save()
    if not row.is_done:
        _go_on(row)
    return f"{len(batch.changes)} of {batch.looked_at} {phase} change"


def changes_of(row: BlastRadius) -> list[Change]:
    return [Change(**told) for told in row.changes]


def _at(blast: int, digest: str, phase: str, after: int) -> BlastRadius | None:
    """The measurement, if it still stands where this step begins."""
    found = BlastRadius.objects.filter(pk=blast, digest=digest, phase=phase, after=after)
    return found.select_related("revision__page").first()


def _go_on(row: BlastRadius) -> None:
    key = f"{MEASURE_BLAST} {row.pk} {row.digest[:16]} {row.phase} {row.after}"
    jobs.enqueue(MEASURE_BLAST, unique=key, blast=row.pk, digest=row.digest, phase=row.phase, after=row.after)


# --- looking ----------------------------------------------------------------------------------------------------------


def _samples(told: Trying, after: int) -> Batch:
    rows = Sample.objects.filter(pk__gt=after, page__live_revision__isnull=False).select_related("page").order_by("pk")
    texts = ((row.pk, f"{row.page.full_slug} {row.file}", row.page.full_slug, row.text, 1) for row in rows[:AT_ONCE])
    return _batch(told, BlastRadius.Phase.SAMPLES, texts, after)


def _unknowns(told: Trying, after: int) -> Batch:
    rows = UnknownError.objects.waiting().filter(pk__gt=after).order_by("pk")
    texts = ((row.pk, row.template[:SHOWN], "", row.example, row.count) for row in rows[:AT_ONCE])
    return _batch(told, BlastRadius.Phase.UNKNOWNS, texts, after)


def _batch(told: Trying, kind: str, texts: Iterable[tuple[int, str, str, str, int]], after: int) -> Batch:
    """Texts are (number, name, page, text, how often pasted)."""
    end = now() + SECONDS
    public = live.current()
    ground = gate.ground_of(told.draft)
    lone = _alone(told, public)
    changes: list[Change] = []
    last, looked_at, is_over = after, 0, False
    for number, name, page, text, count in texts:
        last, looked_at = number, looked_at + 1
        change = _change(text, lone, public, ground)
        if change is not None:
            before, then = change
            line = _first_line(then) or _first_line(before) or (0, "")
            changes.append(Change(kind, number, name, page, _first(before), _first(then), *line, count))
        is_over = now() > end
        if is_over:
            break
    return Batch(last, looked_at, is_last=looked_at < AT_ONCE and not is_over, changes=changes)


def _alone(told: Trying, public: Index) -> Index:
    """A page of nothing but the signatures that differ, which claims whatever they stand in."""
    claiming = tuple(replace(one, shared="") for one in told.differing)
    return alone(public, replace(told.draft, signatures=claiming))


def _change(text: str, lone: Index, public: Index, ground: Trial) -> tuple[Answer, Answer] | None:
    if not search(text, lone, ONLY_CLAIMS).matches:
        return None
    before, then = search(text, public, ONLY_CLAIMS), search(text, ground.index, ONLY_CLAIMS)
    return (before, then) if _first(before) != _first(then) else None


def _first(answer: Answer) -> str:
    return answer.matches[0].slug if answer.matches else ""


def _first_line(answer: Answer) -> tuple[int, str] | None:
    if not answer.matches:
        return None
    line = answer.matches[0].lines[0]
    return line.number, line.text[:SHOWN]
