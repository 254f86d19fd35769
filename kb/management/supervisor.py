"""Keeps a few processes running, and stops them together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

STOP_WITHIN_S = 15.0
"""A process that has not ended by then is killed: whatever it was doing is done again at the next start."""
LOOK_EVERY_S = 0.2
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
"""A process that has run for so long is well: its earlier failures are forgotten."""


@dataclass
class Child:
    """A process to be kept running, in a process group of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    inherits: tuple[int, ...] = ()
    """File descriptors that it takes over."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            pass_fds=self.inherits,
            start_new_session=True,  # Ctrl-C in a terminal reaches us alone, and we stop the children in order
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def fell(self) -> str:
        """Note that it ended unasked; say how, and when it starts again."""
        self._signal_group(signal.SIGKILL)  # what it left behind: a killed Celery leaves its clock
        code = self.process.returncode if self.process else 0
        if time.monotonic() - self.started > STEADY_AFTER_S:
            self.failures = 0
        pause = min(2.0**self.failures, LONGEST_PAUSE_S)
        self.failures += 1
        self.start_at = time.monotonic() + pause
        self.process = None
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"{self.name} {how}; it starts again in {pause:g} s"

    def stop(self) -> None:
        if self.process is not None and self.is_running():
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal_group(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def _signal_group(self, number: int) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return  # nobody of the group is left


class Supervisor:
    """Starts children, starts again what falls; the first SIGTERM or SIGINT stops them all, the second kills them."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self._children = children
        self._say = say
        self._signals = 0

    @property
    def is_stopping(self) -> bool:
        return self._signals > 0

    def start(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note_signal)
        for child in self._children:
            child.start()

    def watch(self) -> None:
        """Until a signal comes: look after the children; then stop them."""
        while not self.is_stopping:
            self.look_after()
            time.sleep(LOOK_EVERY_S)
        self.stop()

    def look_after(self) -> None:
        """Start what is to be started now, note what has fallen."""
        for child in self._children:
            if child.process is None:
                if time.monotonic() >= child.start_at:
                    child.start()
            elif not child.is_running():
                self._say(child.fell())

    def stop(self) -> None:
        for child in self._children:
            child.stop()
        deadline = time.monotonic() + STOP_WITHIN_S
        while any(child.is_running() for child in self._children):
            if time.monotonic() > deadline or self._signals > 1:
                break
            time.sleep(LOOK_EVERY_S / 4)
        for child in self._children:
            child.kill()

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1


def _end_with_parent() -> None:
    """Have the kernel end this process when its parent is gone, even by `kill -9`."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
