"""`manage.py load_pages`: put page files into the database, from folders or from an archive of them."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kb.content.archives import ArchiveRefusedError, read_archive
from kb.content.document import PageFolder
from kb.content.files import examine_members, read_tree
from kb.content.problems import ProblemsFound
from kb.content.references import findings_between_pages
from kb.content.tools import Tool, examine_list, read_tools
from kb.matching.invisible import named_on_terminal
from kb.queries.pages import published_addresses
from kb.services import page_files, silence

FIXTURES = Path(os.path.relpath(settings.BASE_DIR / "fixtures"))
"""As seen from here, so that problems are said by addresses that a person would type."""


def _of_tree(root: Path) -> tuple[PageFolder, ...]:
    return read_tree(root, known_elsewhere=published_addresses())


def _packed(file: Path) -> tuple[tuple[PageFolder, ...], tuple[Tool, ...]]:
    """The pages of an archive and its tools; scripts in it only say by their digest which records are of them."""
    with file.open("rb") as opened:
        archive = read_archive(opened)
    listed, problems = examine_list(archive.tools, "tools.yaml") if archive.tools else ((), [])
    readings = [examine_members(slug, files) for slug, files in archive.folders.items()]
    folders = [reading.folder for reading in readings if reading.folder]
    known = published_addresses() | archive.folders.keys()
    between = [finding.in_folder(one.full_slug, {}) for one, finding in findings_between_pages(folders, known)]
    found = [*problems, *between, *(problem for reading in readings for problem in reading.problems)]
    if found:
        raise ProblemsFound(found)
    return tuple(folders), listed


class Command(BaseCommand):
    """Reads everything before it writes anything: a tree with a problem loads nothing."""

    help = "Load page files: new and changed pages are published, pages that were edited here are left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "root",
            nargs="?",
            type=Path,
            default=FIXTURES / "pages",
            help="folder of <tool>/<slug>/, or an archive",
        )
        parser.add_argument("--tools", type=Path, help="the list of tools; default: that of the archive or the site")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, say what would change")

    def handle(self, *args: Any, root: Path, tools: Path | None, dry_run: bool, **options: Any) -> None:
        try:
            folders, listed = _packed(root) if root.is_file() else (_of_tree(root), ())
            if tools or not listed:
                listed = read_tools(tools or FIXTURES / "tools.yaml")
            report = page_files.load(folders, listed, dry_run=dry_run)
        except (ProblemsFound, page_files.LoadRefusedError, ArchiveRefusedError) as refusal:
            self.stderr.write(named_on_terminal(str(refusal)))
            self.stderr.write("Nothing was loaded.")
            raise SystemExit(1) from refusal
        for page in report.changes:
            self.stdout.write(str(page))
            for difference in page.differences:
                self.stdout.write(f"  {difference.part} {difference.field}".rstrip())
        self.stdout.write(f"{report}{'; nothing was written' if dry_run else ''}")
        if not dry_run:
            self._check_silence(sorted((root.parent / "clean").glob("*.log")))

    def _check_silence(self, healthy: Sequence[Path]) -> None:
        """The logs beside the pages are those on which none of them may fire; readers are told how many they are."""
        if healthy and silence.is_due(len(healthy)):
            self.stdout.write(str(silence.check(path.read_bytes() for path in healthy)))
