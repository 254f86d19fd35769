"""`manage.py dump_pages`: write what is published as page files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.services import page_files


class Command(BaseCommand):
    """Writes the files that were loaded, byte for byte, where nobody has edited the page since."""

    help = "Write published pages as folders <tool>/<slug>/ under TARGET."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="folder to write into; it is made if needed")
        parser.add_argument("slugs", nargs="*", metavar="tool/slug", help="only these pages")

    def handle(self, *args: Any, target: Path, slugs: list[str], **options: Any) -> None:
        try:
            count = page_files.dump(target, slugs)
        except (page_files.UnknownPagesError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} pages written to {target}")
