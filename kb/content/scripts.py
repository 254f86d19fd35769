"""The scripts of a page: `reproduce.sh` makes the real tool print the error, `fixed.sh` shows the page's fix working.

Comment lines at the top of `reproduce.sh` say what the scripts want:

    # needs: git sshd openssl      tools that must be on PATH, the one that prints the error first
    # installs: npm                where they fetch packages, and so need a registry
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

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
        declared = _declared(reproduce)
        return cls(reproduce, files.get(FIXED_FILE), declared.get("needs", ()), declared.get("installs", ()))

    @property
    def digest(self) -> str:
        """A fingerprint of both scripts."""
        digest = hashlib.sha256()
        for script in (self.reproduce, self.fixed or b""):
            digest.update(f"{len(script)}\0".encode())
            digest.update(script)
        return digest.hexdigest()


def _declared(script: bytes) -> dict[str, tuple[str, ...]]:
    """What the comment lines before the first command declare."""
    declared: dict[str, tuple[str, ...]] = {}
    for line in script.decode("utf-8", errors="replace").splitlines():
        if line and not line.startswith("#"):
            break
        if found := _DECLARATION.fullmatch(line):
            names = found["names"].replace(",", " ").split()
            declared[found["word"]] = tuple(dict.fromkeys((*declared.get(found["word"], ()), *names)))
    return declared
