"""A site of its own, in real processes: the commands that people start, with data and a port of their own."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import psutil

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0

Fact = TypeVar("Fact")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(fact: Callable[[], Fact | Literal[False] | None], patience_s: float = PATIENCE_S) -> Fact:
    """The fact, once it is true; a failure when that takes too long."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if found := fact():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not so after {patience_s:g} s")


@dataclass
class Started:
    """A process that a test started, in a group of its own, with what it printed."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def children(self) -> list[psutil.Process]:
        return list(psutil.Process(self.pid).children(recursive=True))

    def child(self, words: str, other_than: int = 0) -> psutil.Process | None:
        """The living child whose command line holds these words."""
        for child in psutil.Process(self.pid).children():
            try:
                if child.pid != other_than and words in " ".join(child.cmdline()):
                    return child
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
        return None

    def kill(self) -> None:
        """`kill -9` for the process and whatever stands in its group."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            self.process.wait()


@contextmanager
def started(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    folder: Path = ROOT,
    inherits: tuple[int, ...] = (),
) -> Iterator[Started]:
    """Run a command beside the test; it is gone when the test ends, with everything that it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=inherits,
        )
    running = Started(process, log)
    offspring: Sequence[psutil.Process] = []
    try:
        yield running
    finally:
        if process.poll() is None:
            offspring = running.children()
        running.kill()
        for child in offspring:
            if child.is_running():
                child.kill()


@dataclass
class Site:
    data: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """No more than a bare machine has."""
        bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
        return {**bare, "KB_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": "kb.settings", **self.extra}

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py to its end."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )

    def python(self, code: str) -> str:
        """Run code inside the site, and return what it prints."""
        prepared = f"import django; django.setup()\n{code}"
        command = [sys.executable, "-c", prepared]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Look into the SQLite database, past the application."""
        with closing(sqlite3.connect(f"file:{self.data / 'db.sqlite3'}?mode=ro", uri=True)) as database:
            return list(database.execute(query))

    @contextmanager
    def started(self, *command: str, inherits: tuple[int, ...] = ()) -> Iterator[Started]:
        """Run a command beside the test; it is gone when the test ends, with everything that it started."""
        log = self.data.parent / f"{self.data.name}-{time.monotonic_ns()}.log"
        with started([sys.executable, *command], self.environment, log, inherits=inherits) as process:
            yield process

    def serve(self) -> tuple[str, ...]:
        """The command of `make run`, for a site that has no pages yet."""
        pages = self.data.parent / "pages"
        pages.mkdir(exist_ok=True)
        return ("manage.py", "serve", "--port", str(self.port), "--pages", str(pages))

    @contextmanager
    def serving(self) -> Iterator[Started]:
        """The whole site, as `make run` starts it, once it is ready."""
        with self.started(*self.serve()) as started:
            wait_for(lambda: started.process.poll() is not None or "\nready " in started.printed())
            assert started.process.poll() is None, started.printed()
            yield started
