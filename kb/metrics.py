"""What is counted for those who watch over the site, in the form that Prometheus reads.

The web processes of one machine share one address, so each of them has to tell the counts of all. The library does that
through files, one set for each process. It names them by process id; here a process takes the lowest number that is
free, and its successor takes it over with its counts: so a restart loses none, and the files are as many as processes.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

FILE_BYTES = 1024 * 1024
"""Room for all series of a process. It is taken at the start: a full disk would kill a process that takes it later."""
MOST_PROCESSES = 256

REQUESTS = Counter("fixpoint_requests", "Requests answered, by view and class of status", ["view", "status"])
SECONDS = Histogram(
    "fixpoint_request_seconds",
    "Time from the first middleware to the whole answer",
    ["view"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
TEXTS = Counter("fixpoint_texts", "Texts matched, by door and best confidence; none: no page", ["door", "confidence"])
UNKNOWN = Counter("fixpoint_unknown_lines", "Error lines recorded because no page answers their text", ["door"])
LEFT_OUT = Counter("fixpoint_records_left_out", "Matches that were answered and not counted in the database", ["why"])


class Sharing:
    """Where this process keeps its counts so that its neighbours can tell them."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._lock = -1

    def begin(self, folder: Path) -> None:
        """From now on count where the other web processes look too. Where that cannot be, count for ourselves."""
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            number = self._free_number(folder)
            for kind in ("counter", "histogram"):
                _make_room(folder / f"{kind}_{number}.db")
        except OSError as error:
            logger.warning("Metrics are those of this process alone: %s", error)
            return
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]
        self.folder = folder

    def _free_number(self, folder: Path) -> int:
        """The lowest number that no living process has; however this one ends, the system gives it back then."""
        for number in range(MOST_PROCESSES):
            lock = os.open(folder / f"{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            self._lock = lock
            return number
        raise OSError(f"{MOST_PROCESSES} processes keep counts in {folder}")


sharing = Sharing()


def registry(*gauges: Collector) -> CollectorRegistry:
    """All that is to be told now: what the processes of this machine counted, and these."""
    found = CollectorRegistry()
    if sharing.folder is not None:
        MultiProcessCollector(found, path=str(sharing.folder))  # type: ignore[no-untyped-call]
    else:
        for counted in (REQUESTS, SECONDS, TEXTS, UNKNOWN, LEFT_OUT):
            found.register(counted)
    for gauge in gauges:
        found.register(gauge)
    return found


def _make_room(file: Path) -> None:
    """A file of counts that can be read and holds its room on the disk; one that cannot be read begins anew."""
    if not _counts(file):
        file.unlink(missing_ok=True)
    with file.open("ab") as opened:
        opened.write(bytes(max(0, FILE_BYTES - opened.tell())))


def _counts(file: Path) -> int:
    """How many series the file holds; none where it is not there, empty or damaged."""
    try:
        return len(list(MmapedDict.read_all_values_from_file(str(file))))  # type: ignore[no-untyped-call]
    except Exception:  # whatever a damaged file leads to
        return 0
