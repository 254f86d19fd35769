"""`manage.py reproduce`: make the real tools print the errors that the pages are about, and prove their fixes."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kb.content.document import Reproduction
from kb.content.files import FolderReading, TreeReading, examine_tree, files_of_reproduction
from kb.content.lint.corpus import Corpus
from kb.reproducing.attempts import Attempt, Conditions, attempt, contradiction
from kb.reproducing.running import MAX_SECONDS

PAGES = Path(settings.BASE_DIR) / "fixtures" / "pages"


class Command(BaseCommand):
    """Runs scripts of the repository, and knows the files alone: the database is not touched."""

    help = "Run the scripts of pages in empty directories without a network, and let the engine judge what they print."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wanted", nargs="*", metavar="page", help="tool/slug, or a tool; default: all with scripts")
        parser.add_argument("--pages", type=Path, default=PAGES, help="folder of <tool>/<slug>/")
        parser.add_argument("--record", action="store_true", help="keep what was reproduced beside the page")
        parser.add_argument("--check", action="store_true", help="compare with the records, fail where one is not true")
        parser.add_argument("--json", action="store_true", help="print a list, a mapping a page")
        parser.add_argument("--with-registry", action="store_true", help="also run scripts that want packages")
        parser.add_argument("--jobs", type=_count, default=2, help="how many pages at a time (default: %(default)s)")
        parser.add_argument("--limit", type=_count, default=MAX_SECONDS, help="seconds a script (default: %(default)s)")

    def handle(self, *args: Any, wanted: list[str], pages: Path, **options: Any) -> None:
        if options["record"] and options["check"]:
            raise CommandError("--record writes what --check compares with; give one of them")
        tree = examine_tree(pages)
        if not tree.readings:
            raise CommandError(f"{pages} holds no pages; name the folder that holds <tool>/<slug>/page.yaml")
        readings = _asked(tree, wanted)
        attempts: list[Attempt] = []
        complaints: list[str] = []
        for reading, attempted in zip(readings, self._attempts(tree, readings, options), strict=True):
            attempts.append(attempted)
            complaints += _complaints(reading, attempted, is_check=options["check"])
            if not options["json"]:
                self.stdout.write(str(attempted))
            if options["record"] and attempted.record and attempted.is_reproduced:
                _write(reading, attempted.record)
        self.stdout.write(
            json.dumps([one.as_json() for one in attempts], indent=2) if options["json"] else _sum(attempts)
        )
        if complaints:
            self.stderr.write("\n".join(complaints))
            raise SystemExit(1)

    def _attempts(
        self, tree: TreeReading, readings: Sequence[FolderReading], options: dict[str, Any]
    ) -> Iterator[Attempt]:
        """In the order of the pages, each as soon as it and those before it are done."""
        today = datetime.now(tz=UTC).date()
        index = Corpus(tree.folders, today, {}).index
        cache = Path(settings.DATA_DIR) / "packages" if options["with_registry"] else None
        conditions = Conditions(index, today, options["limit"], package_cache=cache)
        with ThreadPoolExecutor(options["jobs"]) as pool:
            yield from pool.map(lambda one: _attempt(one, conditions, is_check=options["check"]), readings)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError(f"'{text}' is not a whole number from 1 on")
    return int(text)


def _asked(tree: TreeReading, wanted: Sequence[str]) -> list[FolderReading]:
    """The pages that are named, by address or by tool; all that have scripts where none is named."""
    by_slug = {_slug(reading): reading for reading in tree.readings}
    with_scripts = {slug: reading for slug, reading in by_slug.items() if reading.scripts}
    if not wanted:
        return list(with_scripts.values())
    named: dict[str, FolderReading] = {}
    for name in wanted:
        found = {slug: one for slug, one in with_scripts.items() if slug.startswith(f"{name}/")}
        found |= {name: by_slug[name]} if name in by_slug else {}
        if not found:
            raise CommandError(f"no page with a reproduce.sh is called {name}; name pages as <tool>/<slug>, or a tool")
        named |= found
    return [named[slug] for slug in sorted(named)]


def _attempt(reading: FolderReading, conditions: Conditions, *, is_check: bool) -> Attempt:
    slug = _slug(reading)
    if reading.scripts is None:
        return Attempt(slug, ("it has no reproduce.sh",))
    if reading.folder is None:
        return Attempt(slug, (f"the page cannot be read: {reading.problems[0]}",))
    if is_check and reading.folder.reproduction is None:
        return Attempt(slug, (f"there is no record to compare with; run `manage.py reproduce --record {slug}`",))
    return attempt(slug, reading.scripts, conditions)


def _complaints(reading: FolderReading, attempted: Attempt, *, is_check: bool) -> Iterator[str]:
    """Why the command has to fail."""
    recorded = reading.folder.reproduction if reading.folder else None
    if is_check and recorded:
        if said := contradiction(recorded, attempted):
            yield f"{attempted.page}: {said}: {'; '.join(attempted.why)}"
    elif attempted.record and not attempted.is_reproduced:
        yield f"{attempted.page}: not reproduced: {'; '.join(attempted.why)}"


def _write(reading: FolderReading, record: Reproduction) -> None:
    for name, data in files_of_reproduction(record).items():
        (Path(reading.path) / name).write_bytes(data)


def _sum(attempts: Sequence[Attempt]) -> str:
    reproduced = sum(one.is_reproduced for one in attempts)
    verified = sum(one.is_fix_verified for one in attempts)
    idle = sum(one.record is None for one in attempts)
    return f"{len(attempts)} pages: {reproduced} reproduced, {verified} with the fix verified, {idle} not run"


def _slug(reading: FolderReading) -> str:
    return "/".join(Path(reading.path).parts[-2:])
