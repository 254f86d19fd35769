"""Runs one script in an empty directory with a clean environment, for a limited time, and keeps what it prints."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.content.document import Isolation
from kb.reproducing.isolation import isolated, isolation

MAX_SECONDS = 60
MAX_OUTPUT_BYTES = 256 * 1024
NEUTRAL_DIRECTORY = "/tmp/r"  # noqa: S108 - a name to show, nothing is written there
"""What transcripts say instead of the directory of this run."""

_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Where servers are installed, and people's own PATH does not look."""
_CHUNK = 64 * 1024
_LAST_WORDS_SECONDS = 0.5
"""How long to wait for the rest once the script is gone: somebody it left behind may hold its output open."""


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a script."""

    output: str
    """Both its streams in the order in which they came, as UTF-8."""
    exit_status: int | None
    """None where the time was up."""
    seconds: float
    isolation: Isolation

    @property
    def succeeded(self) -> bool:
        return self.exit_status == 0

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.exit_status is None:
            return f"was stopped after {self.seconds:.0f} s"
        if self.exit_status < 0:
            return f"was ended by signal {-self.exit_status}"
        return f"ended with exit status {self.exit_status}"


def clean_environment(home: Path | str = "/nonexistent") -> dict[str, str]:
    """All that a script knows of this machine: where its programs are."""
    return {
        "PATH": search_path(),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def search_path() -> str:
    """The caller's PATH, and the folders of servers at its end."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join([*folders, *(folder for folder in _SYSTEM_FOLDERS if folder not in folders)])


def run(script: bytes, max_seconds: float = MAX_SECONDS, *, modules: Path | None = None) -> Run:
    """Run a script of a page with bash, beside a copy of these `node_modules`. Whatever it started is ended with it."""
    with _fresh_directory() as place:
        (place / "script.sh").write_bytes(script)
        for name in ("home", "app"):
            (place / name).mkdir()
        if modules:
            shutil.copytree(modules, place / "app" / modules.name, symlinks=True)
        start = time.monotonic()
        printed, status = _output_of(isolated(["bash", str(place / "script.sh")]), place, max_seconds)
        seconds = time.monotonic() - start
    output = _neutral(printed.decode("utf-8", errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}"), place)
    return Run(output, status, seconds, isolation())


@contextlib.contextmanager
def _fresh_directory() -> Iterator[Path]:
    """A directory with a short name, because a Unix socket's path has room for 100 bytes."""
    place = Path(tempfile.mkdtemp(prefix="r-")).resolve()
    try:
        yield place
    finally:
        _make_removable(place)
        shutil.rmtree(place, ignore_errors=True)


def _make_removable(place: Path) -> None:
    """Scripts about missing permissions leave folders behind that not even their owner may look into."""
    for folder, _, _ in os.walk(place):
        with contextlib.suppress(OSError):
            Path(folder).chmod(0o700)


def _output_of(command: list[str], place: Path, max_seconds: float) -> tuple[bytes, int | None]:
    process = subprocess.Popen(
        command,
        cwd=place / "app",
        env=clean_environment(place / "home"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout
    with process.stdout as stream:
        try:
            printed, is_in_time = _read(stream.fileno(), process, time.monotonic() + max_seconds)
        finally:
            _end(process)
    return printed, process.returncode if is_in_time else None


def _read(stream: int, process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bool]:
    """What is printed until the process ends, and whether that was before the deadline."""
    printed = bytearray()
    dropped = 0
    while (now := time.monotonic()) < deadline:
        has_ended = process.poll() is not None
        if not _is_readable(stream, min(_LAST_WORDS_SECONDS, deadline - now)):
            if has_ended:
                break
        elif chunk := os.read(stream, _CHUNK):
            kept = chunk[: MAX_OUTPUT_BYTES - len(printed)]
            printed += kept
            dropped += len(chunk) - len(kept)
        else:
            break  # nobody holds the other end any more
    if dropped:
        printed += f"\n[{dropped} more bytes were printed]\n".encode()
    return bytes(printed), _ends_before(deadline, process)


def _is_readable(stream: int, seconds: float) -> bool:
    return bool(select.select([stream], [], [], seconds)[0])


def _ends_before(deadline: float, process: subprocess.Popen[bytes]) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, deadline - time.monotonic()))
        return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole process group, and wait for the process itself."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _neutral(output: str, place: Path) -> str:
    """The same text wherever it was printed."""
    return output.replace(str(place), NEUTRAL_DIRECTORY)
