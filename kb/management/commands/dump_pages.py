"""`manage.py dump_pages`: write what is published as page files, or as an archive of them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.content.archives import Kind
from kb.services import exchange, page_files


class Command(BaseCommand):
    """Writes the files that were loaded, byte for byte, where nobody has edited the page since."""

    help = "Write published pages as folders <tool>/<slug>/ under TARGET, or as an archive where it ends so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="a folder, made if needed; or a file: .zip, .tar.gz")
        parser.add_argument("slugs", nargs="*", metavar="tool/slug", help="only these pages")

    def handle(self, *args: Any, target: Path, slugs: list[str], **options: Any) -> None:
        try:
            kind = Kind.of_name(target.name)
            if kind and not target.is_dir():
                self._pack(kind, target, slugs)
                return
            count = page_files.dump(target, slugs)
        except (page_files.UnknownPagesError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} pages written to {target}")

    def _pack(self, kind: Kind, target: Path, slugs: list[str]) -> None:
        """Under another name until it is whole: an archive that was cut off looks like one."""
        blocks = exchange.export(kind, slugs)
        part = target.with_name(f"{target.name}.part")
        try:
            with part.open("wb") as file:
                file.writelines(blocks)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(f"packed into {target}")
