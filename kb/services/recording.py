"""What is kept of a match: counters of texts and of pages found, masked lines that no page answers. Never the text.

Nothing is written on the path of a match: what is to be kept goes through a bounded queue in the process to one thread,
which writes in batches. When the queue is full, counts are lost rather than readers kept waiting.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone

from kb import metrics
from kb.matching.records import Answer, UnmatchedLine
from kb.models import MatchCount, Page, PasteCount, Pasted, PasteOutcome, UnknownError
from kb.models.match_count import Counted
from kb.models.unknown_error import Sighting
from kb.services import tokens

logger = logging.getLogger(__name__)

MOST_WAITING = 10_000
BATCH = 500
WRITE_EVERY_S = 1.0
UNKNOWN_LINES = 3
"""Of one unanswered paste so many lines are kept, the most informative ones."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What one match leaves behind."""

    door: str
    outcome: PasteOutcome
    found: tuple[tuple[str, str], ...]
    """(slug, confidence) of each page."""
    unknown: tuple[Sighting, ...]


class Recorder:
    """The queue of one process, and the thread that empties it once it is started."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Noted] = queue.Queue(MOST_WAITING)
        self._unwritten: list[Noted] = []
        """A batch that the database did not take: it is the next one again."""
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, answer: Answer, door: str, *, keeps_unknown: bool = True) -> None:
        """Keep what this answer leaves behind; returns at once."""
        noted = _noted(answer, door, kept_lines(answer) if keeps_unknown else ())
        metrics.TEXTS.labels(door, _best(answer)).inc()
        metrics.UNKNOWN.labels(door).inc(len(noted.unknown))
        try:
            self._waiting.put_nowait(noted)
        except queue.Full:
            metrics.LEFT_OUT.labels("queue full").inc()
            logger.warning("More matches than can be counted: one is left out")

    @property
    def waiting(self) -> int:
        """Matches that are yet to be written."""
        return self._waiting.qsize() + len(self._unwritten)

    def start(self) -> None:
        """Write what is noted from now on, every second, in a thread of its own."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Write what still waits, and end the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def write(self) -> int:
        """Write all that waits, in batches; returns how many matches that were."""
        written = 0
        while batch := self._unwritten or self._take():
            self._unwritten = batch
            try:
                _write(batch)
            except (OperationalError, InterfaceError):
                raise
            except Exception:  # the same again would fail again
                self._unwritten = []
                metrics.LEFT_OUT.labels("refused").inc(len(batch))
                raise
            self._unwritten = []
            written += len(batch)
        return written

    def _take(self) -> list[Noted]:
        batch: list[Noted] = []
        while len(batch) < BATCH:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _run(self) -> None:
        while not self._stopping.wait(WRITE_EVERY_S):
            self._write_safely()
        self._write_safely()

    def _write_safely(self) -> None:
        try:
            self.write()
            tokens.write_uses()
        except (OperationalError, InterfaceError) as error:
            logger.warning("%d counts of matches wait for the database: %s", self.waiting, type(error).__name__)
        except Exception:
            logger.exception("Counts of matches could not be written")
        finally:
            close_old_connections()


def kept_lines(answer: Answer) -> tuple[UnmatchedLine, ...]:
    """All that is kept of a text, as it is kept: an answer without a cause counts as unanswered, and the last of its
    lines feed the queue of unknown errors."""
    return () if answer.is_answered else answer.unmatched[-UNKNOWN_LINES:]


def _best(answer: Answer) -> str:
    """How sure the answer is of its best page. A symptom names no cause, however surely it is there."""
    if not answer.matches:
        return "none"
    return answer.matches[0].confidence.value if answer.is_answered else "symptom"


def _noted(answer: Answer, door: str, lines: Sequence[UnmatchedLine]) -> Noted:
    now = timezone.now()
    unknown = tuple(
        Sighting(line.fingerprint, line.template, line.text, now, tool=answer.tool_of(line), ci=answer.ci)
        for line in lines
    )
    found = tuple((match.slug, match.confidence.value) for match in answer.matches)
    return Noted(door, _outcome(answer), found, unknown)


def _outcome(answer: Answer) -> PasteOutcome:
    if answer.is_answered:
        return PasteOutcome.ANSWERED
    return PasteOutcome.SYMPTOM if answer.matches else PasteOutcome.UNANSWERED


def _write(batch: list[Noted]) -> None:
    today = timezone.now().date()
    slugs = {slug for noted in batch for slug, _ in noted.found}
    pages = {page.full_slug: page.pk for page in Page.objects.among(slugs)} if slugs else {}
    counts = Counter(
        Counted(today, pages[slug], confidence, noted.door)
        for noted in batch
        for slug, confidence in noted.found
        if slug in pages
    )
    with transaction.atomic():  # all of a batch or nothing, so that it can be written again
        PasteCount.objects.add(Counter(Pasted(today, noted.outcome.value, noted.door) for noted in batch))
        MatchCount.objects.add(counts)
        UnknownError.objects.record(sighting for noted in batch for sighting in noted.unknown)


recorder = Recorder()
"""The recorder of this process."""
