"""`manage.py check_sources`: ask whether cited addresses still stand, now and one after the other."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kb.models import Source
from kb.services import source_checks


class Command(BaseCommand):
    help = "Check sources of pages: alive, moved, changed or gone. A line each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addresses", nargs="*", metavar="ADDRESS", help="an address that a page cites")
        parser.add_argument("--due", action="store_true", help="all whose time has come")

    def handle(self, *args: Any, addresses: list[str], due: bool, **options: Any) -> None:
        if due == bool(addresses):
            raise CommandError("give either addresses or --due")
        sources = list(Source.objects.due(timezone.localdate()) if due else _named(addresses))
        for source in sources:
            self.stdout.write(f"{source.address}  {source_checks.check_now(source)}")
            self.stdout.flush()


def _named(addresses: list[str]) -> list[Source]:
    known = {source.address: source for source in Source.objects.filter(address__in=addresses)}
    unknown = [address for address in addresses if address not in known]
    if unknown:
        raise CommandError(f"no page cites {', '.join(unknown)}")
    return [known[address] for address in dict.fromkeys(addresses)]
