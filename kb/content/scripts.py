"""The scripts of a page: `reproduce.sh` makes the real tool print the error, `fixed.sh` shows the page's fix working.

Comment lines at the top of a script say what it wants:

    # needs: git sshd openssl              tools that must be on PATH, the one that prints the error first
    # packages: webpack@5.103.0 w4@npm:webpack@4.47.0
                                           packages of the npm registry that stand in node_modules when it starts
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

REPRODUCE_FILE = "reproduce.sh"
FIXED_FILE = "fixed.sh"

_DECLARATION = re.compile(r"#\s*(?P<word>needs|packages):(?P<names>.*)")
_VERSION = r"\d+\.\d+\.\d+[-+.0-9A-Za-z]*"
_PACKAGE = re.compile(rf"(?P<name>(?:@[\w.-]+/)?[\w.-]+)@(?P<version>{_VERSION})")
_ALIAS = re.compile(rf"[\w.-]+@npm:{_PACKAGE.pattern}")


@dataclass(frozen=True, slots=True)
class Script:
    """One script, and what it says of itself."""

    text: bytes

    @property
    def needs(self) -> tuple[str, ...]:
        """Tools that must be on PATH."""
        return _declared("needs", self.text)

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages that stand in `node_modules` when it starts, as npm takes them."""
        return _declared("packages", self.text)

    @property
    def versions(self) -> dict[str, str]:
        """The version of each package that goes by its own name."""
        return {found["name"]: found["version"] for one in self.packages if (found := _PACKAGE.fullmatch(one))}

    @property
    def loose_packages(self) -> tuple[str, ...]:
        """Those whose version is not given exactly, so that nobody knows what a run next year would run."""
        return tuple(one for one in self.packages if not (_PACKAGE.fullmatch(one) or _ALIAS.fullmatch(one)))


@dataclass(frozen=True, slots=True)
class Scripts:
    """The scripts of a page folder."""

    reproduce: Script
    fixed: Script | None

    @classmethod
    def among(cls, files: Mapping[str, bytes]) -> Scripts | None:
        """The scripts among the files of a folder; None where no script makes the error happen."""
        reproduce, fixed = files.get(REPRODUCE_FILE), files.get(FIXED_FILE)
        if reproduce is None:
            return None
        return cls(Script(reproduce), None if fixed is None else Script(fixed))

    def __iter__(self) -> Iterator[Script]:
        """In the order in which they run."""
        yield self.reproduce
        if self.fixed:
            yield self.fixed

    @property
    def needs(self) -> tuple[str, ...]:
        """What either needs, each tool once."""
        return tuple(dict.fromkeys(tool for script in self for tool in script.needs))

    @property
    def packages(self) -> tuple[str, ...]:
        """What either wants from the registry."""
        return tuple(dict.fromkeys(package for script in self for package in script.packages))

    @property
    def digest(self) -> str:
        """A fingerprint of both scripts."""
        digest = hashlib.sha256()
        for text in (self.reproduce.text, self.fixed.text if self.fixed else b""):
            digest.update(f"{len(text)}\0".encode())
            digest.update(text)
        return digest.hexdigest()


def _declared(word: str, script: bytes) -> tuple[str, ...]:
    """The names that the script lists behind a word, each once."""
    return tuple(dict.fromkeys(name for line in _head(script) for name in _names_behind(word, line)))


def _head(script: bytes) -> Iterator[str]:
    """The lines before the first command."""
    lines = script.decode("utf-8", errors="replace").splitlines()
    return takewhile(lambda line: not line or line.startswith("#"), lines)


def _names_behind(word: str, line: str) -> list[str]:
    found = _DECLARATION.fullmatch(line)
    return found["names"].replace(",", " ").split() if found and found["word"] == word else []
