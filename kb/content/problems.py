"""What is wrong with page files: each problem says where it is, what it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PAGE_FILE = "page.yaml"

Where = tuple[str | int, ...]
"""A place in a document: `("fixes", 2, "title")`."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend, printed as `fixtures/pages/git/x/page.yaml:14 KB021 what is wrong; how to mend it`."""

    path: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.code} {self.message}"


class ProblemsFound(Exception):
    """Carries every problem of what was read, sorted, so that all of them can be mended at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in terms of the document: where it is in the page, before anybody knows on which line of which file."""

    code: str
    message: str
    where: Where = ()
    file: str = PAGE_FILE
    line: int = 0
    """Set where the line is known and `where` is not: in a file that is no document, or could not be read as one."""

    @property
    def mend(self) -> str:
        """How to mend it: messages end with that."""
        return _parted(self.message)[1]

    @property
    def wrong(self) -> str:
        """What is wrong, without how to mend it."""
        return _parted(self.message)[0]

    def in_code_file(self, fix_key: str) -> Finding:
        """The same, where the text in question is that of a fix's own file."""
        return Finding(self.code, self.message, file=f"fix-{fix_key}.md", line=1)

    def in_folder(self, folder: str, lines: Mapping[Where, int]) -> Problem:
        """The problem that a person can go to."""
        return Problem(f"{folder}/{self.file}", self.line or nearest_line(self.where, lines), self.code, self.message)


def _parted(message: str) -> tuple[str, str]:
    """`what is wrong; how to mend it`, of the engine's refusals also `what is wrong: how to mend it`."""
    mark = "; " if "; " in message else ": "
    wrong, found, mend = message.rpartition(mark)
    return (wrong, mend) if found else (message, "")


def nearest_line(where: Where, lines: Mapping[Where, int]) -> int:
    """The line of this place, or of the innermost part around it whose line is known."""
    while where and where not in lines:
        where = where[:-1]
    return lines.get(where, 1)
