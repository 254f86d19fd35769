"""Match a log against the pages of the database, as the site would answer it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kb.answers import for_program, for_terminal
from kb.services.lookups import look_up_document
from kb.services.recording import recorder
from kb.services.texts import NotText, TooLarge, text_of


class Command(BaseCommand):
    help = (
        "Print the pages that a log is about, with the lines that say so. Exits with 0 found, 1 nothing known, 2 error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a file, or - for standard input")
        parser.add_argument("--keep-nothing", action="store_true", help="neither a line nor a count")
        parser.add_argument("--json", action="store_true", help="print the same JSON as the API")

    def handle(self, *args: Any, **options: Any) -> None:
        answer = look_up_document(_read(options["file"]), door="command", keep=not options["keep_nothing"])
        recorder.write()
        if options["json"]:
            self.stdout.write(for_program(answer, indent=2))
        else:
            self.stdout.write(for_terminal(answer, colour=self.stdout.isatty()), ending="")
        if not answer.matches:
            sys.exit(1)


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return text_of(data, settings.TEXT_LIMIT)
    except OSError as problem:
        raise CommandError(f"{problem.filename}: {problem.strerror}", returncode=2) from problem
    except (NotText, TooLarge) as problem:
        raise CommandError(str(problem), returncode=2) from problem
