"""The scripts of a page: `reproduce.sh` makes the real tool print the error, `fixed.sh` shows the page's fix working.

Comment lines at the top of a script say what it wants:

    # needs: git sshd openssl      tools that must be on PATH, the one that prints the error first
    # installs: npm                where they fetch packages, and so need a registry
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

REPRODUCE_FILE = "reproduce.sh"
FIXED_FILE = "fixed.sh"

_DECLARATION = re.compile(r"#\s*(?P<word>needs|installs):(?P<names>.*)")


@dataclass(frozen=True, slots=True)
class Scripts:
    """What a page folder holds of scripts, and what they say of themselves."""

    reproduce: bytes
    fixed: bytes | None
    needs: tuple[str, ...]
    installs: tuple[str, ...]

    @classmethod
    def among(cls, files: Mapping[str, bytes]) -> Scripts | None:
        """The scripts among the files of a folder; None where no script makes the error happen."""
        reproduce = files.get(REPRODUCE_FILE)
        if reproduce is None:
            return None
        fixed = files.get(FIXED_FILE)
        both = (reproduce, fixed or b"")
        return cls(reproduce, fixed, needs=_declared("needs", both), installs=_declared("installs", both))

    @property
    def digest(self) -> str:
        """A fingerprint of both scripts."""
        digest = hashlib.sha256()
        for script in (self.reproduce, self.fixed or b""):
            digest.update(f"{len(script)}\0".encode())
            digest.update(script)
        return digest.hexdigest()


def _declared(word: str, scripts: Iterable[bytes]) -> tuple[str, ...]:
    """The names that these scripts list behind a word, each once."""
    names = (name for script in scripts for line in _head(script) for name in _names_behind(word, line))
    return tuple(dict.fromkeys(names))


def _head(script: bytes) -> Iterator[str]:
    """The lines before the first command."""
    lines = script.decode("utf-8", errors="replace").splitlines()
    return takewhile(lambda line: not line or line.startswith("#"), lines)


def _names_behind(word: str, line: str) -> list[str]:
    found = _DECLARATION.fullmatch(line)
    return found["names"].replace(",", " ").split() if found and found["word"] == word else []
