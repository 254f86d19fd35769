"""`manage.py load_pages`: put the page files into the database."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kb.content.files import read_tree
from kb.content.problems import ProblemsFound
from kb.content.tools import read_tools
from kb.queries.pages import published_addresses
from kb.services import page_files, silence

FIXTURES = Path(os.path.relpath(settings.BASE_DIR / "fixtures"))
"""As seen from here, so that problems are said by addresses that a person would type."""


class Command(BaseCommand):
    """Reads everything before it writes anything: a tree with a problem loads nothing."""

    help = "Load page files: new and changed pages are published, pages that were edited here are left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("root", nargs="?", type=Path, default=FIXTURES / "pages", help="folder of <tool>/<slug>/")
        parser.add_argument("--tools", type=Path, default=FIXTURES / "tools.yaml", help="the list of tools")

    def handle(self, *args: Any, root: Path, tools: Path, **options: Any) -> None:
        try:
            listed = read_tools(tools)
            folders = read_tree(root, known_elsewhere=published_addresses())
            report = page_files.load(folders, listed)
        except (ProblemsFound, page_files.LoadRefusedError) as refusal:
            self.stderr.write(str(refusal))
            self.stderr.write("Nothing was loaded.")
            raise SystemExit(1) from refusal
        for page in report.changes:
            self.stdout.write(str(page))
        self.stdout.write(str(report))
        self._check_silence(sorted((root.parent / "clean").glob("*.log")))

    def _check_silence(self, healthy: Sequence[Path]) -> None:
        """The logs beside the pages are those on which none of them may fire; readers are told how many they are."""
        if healthy and silence.is_due(len(healthy)):
            self.stdout.write(str(silence.check(path.read_bytes() for path in healthy)))
