"""The pages and healthy logs of this repository, read once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from kb.content.lint.tree import Tree, clean_logs, open_tree

FIXTURES = Path(__file__).parents[2] / "fixtures"


@cache
def shipped() -> Tree:
    """Everything under `fixtures/`; dates are judged by today, because a page may not come from the future."""
    return open_tree(FIXTURES / "pages", datetime.now(tz=UTC).date())


def slugs() -> list[str]:
    """Every page folder, also one that cannot be read."""
    return sorted(path.relative_to(FIXTURES / "pages").as_posix() for path in (FIXTURES / "pages").glob("*/*/"))


def logs() -> list[str]:
    """Every healthy log."""
    return [path.relative_to(FIXTURES / "clean").as_posix() for path in clean_logs(FIXTURES / "clean")]
