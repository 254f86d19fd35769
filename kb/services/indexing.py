"""The live index: what is published, compiled, the same in every process.

Each process holds one immutable index and swaps it for a new one when the content epoch has moved. A build that fails
leaves the old index serving and says which page is at fault. Where a whole build takes long, a process that watches
takes up the few pages that were published since at once, beside the others, and builds the whole when it is quiet.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, close_old_connections, transaction
from django.utils import timezone

from kb.content.entries import entry_of
from kb.matching.index import BrokenEntry, Index, build, with_entry
from kb.matching.records import Entry
from kb.models import ContentEpoch, IndexFailure, Page
from kb.models.content_epoch import content_changed
from kb.queries.documents import published_folders

logger = logging.getLogger(__name__)

PATIENCE_S = 3.0
"""A database that takes longer to say one number is as good as away."""
LOOK_EVERY_S = 0.5
"""How often a watching process asks for the content epoch."""
QUICK_S = 0.5
"""An index that is built in less is always built as a whole."""
MOST_BESIDE, QUIET_S = 20, 30.0
"""Pages that stand beside an index, and for how long, before the whole is built."""


class LiveIndex:
    """The index of one process. `current()` never waits for a build, once there is an index."""

    def __init__(self) -> None:
        self._building = threading.Lock()
        self._swapping = threading.Lock()
        self._index: Index | None = None
        self._held: dict[int, int] = {}
        """Which revision of each page the index holds."""
        self._beside = 0
        self._beside_since = 0.0
        self._took = 0.0
        """Seconds that the last whole build took."""
        self.built_for = -1
        """The content epoch that the index was built for."""
        self.built_at = 0.0
        self._seen: int | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()
        self._answered = True
        self._asking_since = 0.0
        self.problem: BrokenEntry | None = None
        """Why the last build failed: the page at fault. None when it succeeded."""

    @property
    def has_database(self) -> bool:
        """Whether the database answered when this process asked for the epoch last; a process that watches asks each
        half second."""
        since = self._asking_since
        return self._answered and not (since and time.monotonic() - since > PATIENCE_S)

    @property
    def is_built(self) -> bool:
        return self._index is not None

    def current(self) -> Index:
        """The index that answers now. A process that does not watch looks for a newer one first."""
        if self._index is None or self._watcher is None:
            self.refresh()
        assert self._index is not None, "the first refresh builds an index or raises"
        return self._index

    def epoch(self) -> int:
        """The content epoch: as seen at the last look, or asked anew where this process does not look or has itself
        changed something since."""
        seen = self._seen
        if seen is None or self._watcher is None:
            seen = self._seen = ContentEpoch.objects.current()
        return seen

    def refresh(self) -> None:
        """Build a new index if something was published since this one."""
        with self._building:
            epoch = self._seen = self._ask()
            if self._index is None or epoch != self.built_for:
                self._build(epoch)

    def _ask(self) -> int:
        """The epoch in the database; notes whether it answers."""
        self._asking_since = time.monotonic()
        try:
            epoch = ContentEpoch.objects.current()
        except (DatabaseError, InterfaceError):
            if self._answered:
                logger.error("The database does not answer; matching goes on, all else waits")
            self._answered = False
            raise
        finally:
            self._asking_since = 0.0
        if not self._answered:
            logger.warning("The database answers again")
        self._answered = True
        return epoch

    def catch_up(self) -> None:
        """Hold what is public now: at once, where only a few pages are newer than a large index."""
        if self._index is None or self._watcher is None or self._took < QUICK_S:
            self.refresh()
            return
        epoch = self._seen = self._ask()
        if epoch != self.built_for:
            with self._swapping:
                is_few = self._swap(self._index, self._held, epoch)
            if not is_few:
                self.refresh()

    def watch(self) -> None:
        """Look for newer content from now on, in a thread of its own."""
        if self._watcher is None:
            self.current()
            content_changed.connect(self._forget_epoch)
            self._watcher = threading.Thread(target=self._watch, name="live-index", daemon=True)
            self._watcher.start()

    def stop(self) -> None:
        """Stop looking."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()

    def _forget_epoch(self, **_: object) -> None:
        self._seen = None

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self.catch_up()
                self._build_in_quiet()
            except Exception:
                if self._answered:  # else it has been said once
                    logger.exception("The index could not be refreshed; the old one goes on serving")
            finally:
                close_old_connections()

    def _build(self, epoch: int) -> None:
        """Epochs are read before the content: a publish that comes in between is seen again at the next look."""
        started = time.perf_counter()
        held = _public_revisions()
        entries = [entry_of(folder) for folder in published_folders()]
        try:
            index = build(entries)
            self.problem = None
            _forget_failures(epoch)
        except BrokenEntry as problem:
            self._keep(problem, epoch)
            if self._index is None:  # better all other pages than none
                index = _build_without_broken(entries)
            else:
                index, held = self._index, self._held
        self._took = time.perf_counter() - started
        with self._swapping:
            self._beside = 0
            self._swap(index, held, epoch)
            self.built_for, self.built_at = epoch, time.time()
        logger.info("Index of %d pages built in %.2f s", len(index.entries), self._took)

    def _swap(self, index: Index, held: dict[int, int], epoch: int) -> bool:
        """Serve this index, with the pages beside it that are newer; says whether they are few enough for that."""
        public = _public_revisions()
        newer = [page for page, revision in public.items() if held.get(page) != revision]
        is_few = self._beside + len(newer) <= MOST_BESIDE and public.keys() >= held.keys()
        if newer and is_few:
            for folder in published_folders(Page.objects.filter(pk__in=newer)):
                try:
                    index = with_entry(index, entry_of(folder))
                except BrokenEntry as problem:
                    self._keep(problem, epoch)
            self._beside, self._beside_since, held = self._beside + len(newer), time.monotonic(), public
        self._index, self._held = index, held
        if is_few:
            self.built_for = epoch
        return is_few

    def _build_in_quiet(self) -> None:
        """The whole, once nothing was published for a while: what stands beside it is not found by its words yet."""
        if self._beside and time.monotonic() - self._beside_since > QUIET_S:
            with self._building:
                self._build(ContentEpoch.objects.current())

    def _keep(self, problem: BrokenEntry, epoch: int) -> None:
        self.problem = problem
        logger.error("The index was not rebuilt: %s", problem)
        _keep_failure(problem, epoch)


def _public_revisions() -> dict[int, int]:
    return dict(Page.objects.published().order_by().values_list("pk", "live_revision_id"))


def _keep_failure(problem: BrokenEntry, epoch: int) -> None:
    """Tell it to the desk, which other processes serve."""
    told = {"signature": problem.key, "problem": problem.problem, "epoch": epoch, "failed_at": timezone.now()}
    with _in_spite_of_the_database():
        IndexFailure.objects.update_or_create(page=problem.slug, defaults=told)


def _forget_failures(epoch: int) -> None:
    with _in_spite_of_the_database():
        mended = IndexFailure.objects.filter(epoch__lte=epoch)
        if mended.exists():
            mended.delete()


@contextmanager
def _in_spite_of_the_database() -> Iterator[None]:
    """An index serves whether or not it can be written down how it was built."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError:
        logger.exception("What became of the index could not be written down")


def _build_without_broken(entries: list[Entry]) -> Index:
    while True:
        try:
            return build(entries)
        except BrokenEntry as problem:
            entries = [entry for entry in entries if entry.slug != problem.slug]


live = LiveIndex()
"""The index of this process."""
