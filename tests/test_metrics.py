from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import generate_latest

from kb import metrics

COUNT = """
import sys
from pathlib import Path
from kb import metrics
metrics.sharing.begin(Path(sys.argv[1]))
metrics.TEXTS.labels("web", "exact").inc(int(sys.argv[2]))
print(metrics.sharing.folder is not None, flush=True)
sys.stdin.read()
"""


@contextmanager
def counting(folder: Path, number: int) -> Iterator[subprocess.Popen[str]]:
    """A process that has counted so many texts, and is killed at the end."""
    command = [sys.executable, "-c", COUNT, str(folder), str(number)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "True\n"
            yield process
        finally:
            process.kill()


def told(folder: Path) -> str:
    code = (
        "import sys; from pathlib import Path; from kb import metrics; from prometheus_client import generate_latest;"
        "metrics.sharing.folder = Path(sys.argv[1]); print(generate_latest(metrics.registry()).decode())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    return done.stdout


def test_each_process_tells_the_counts_of_all_and_a_successor_goes_on_counting(tmp_path: Path) -> None:
    with counting(tmp_path, 2):
        with counting(tmp_path, 1):
            assert 'fixpoint_texts_total{confidence="exact",door="web"} 3.0' in told(tmp_path)
        with counting(tmp_path, 10):
            assert 'fixpoint_texts_total{confidence="exact",door="web"} 13.0' in told(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.lock")) == ["0.lock", "1.lock"]


def test_room_for_the_counts_is_taken_before_it_is_needed(tmp_path: Path) -> None:
    with counting(tmp_path, 1):
        told = (tmp_path / "counter_0.db").stat()
    assert told.st_size == metrics.FILE_BYTES
    assert told.st_blocks * 512 >= metrics.FILE_BYTES


def test_a_damaged_file_of_counts_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "counter_0.db").write_bytes(b"\xff" * 4096)
    with counting(tmp_path, 5):
        assert 'door="web"} 5.0' in told(tmp_path)


def test_a_folder_that_cannot_be_written_leaves_the_process_with_its_own_counts(tmp_path: Path) -> None:
    (tmp_path / "metrics").touch()
    sharing = metrics.Sharing()
    sharing.begin(tmp_path / "metrics")
    assert sharing.folder is None
    assert b"fixpoint_requests" in generate_latest(metrics.registry())
