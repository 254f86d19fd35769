"""`manage.py check_pages`: every problem of the page files, with file, line, code and how to mend it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kb.content.lint import Level
from kb.content.lint.tree import check, fix, open_tree, root_of
from kb.matching.invisible import named_on_terminal

PAGES = Path(settings.BASE_DIR) / "fixtures" / "pages"


class Command(BaseCommand):
    """Knows the files alone: the database is not touched."""

    help = "Check page files: the format, the references, the proof of every signature, and the wording."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="all pages, those of a tool, or one page; default: all")
        parser.add_argument("--fix", action="store_true", help="first rewrite sound pages in canonical form")
        parser.add_argument("--level", type=Level, choices=list(Level), default=Level.SHIPPED, help="how much is asked")

    def handle(self, *args: Any, path: Path | None, level: Level, **options: Any) -> None:
        asked = (path or PAGES).resolve()
        root_asked = root_of(asked)
        root, today = _shortest(root_asked), datetime.now(tz=UTC).date()
        part = None if asked == root_asked else root / asked.relative_to(root_asked)
        tree = open_tree(root, today)
        if options["fix"]:
            for written in fix(tree, part):
                self.stdout.write(f"rewritten: {written}")
            tree = open_tree(root, today)
        problems = check(tree, level, part)
        for problem in problems:
            self.stdout.write(named_on_terminal(str(problem)))
        pages = len(tree.reading.readings)
        self.stdout.write(
            f"{len(problems)} problems; {pages} pages and {len(tree.corpus.clean)} healthy logs looked at"
        )
        if problems:
            raise SystemExit(1)


def _shortest(root: Path) -> Path:
    """As people would write it from where they are, as long as what stands beside it has a name there too."""
    return root.relative_to(Path.cwd()) if root.parent.is_relative_to(Path.cwd()) else root
