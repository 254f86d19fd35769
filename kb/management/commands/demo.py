"""`manage.py demo`: a site on which the desk can be tried at once."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.models import User
from kb.services import demo


class Command(BaseCommand):
    help = "Fill an empty site with people, drafts, unknown errors, dead sources and readers' words."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing where there are people already")
        parser.add_argument("--beside-others", action="store_true", help="although there are people already")

    def handle(self, *args: Any, once: bool, beside_others: bool, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if User.objects.exists() and not beside_others:
            if once:
                self.stdout.write("demo         is there already; its passwords were shown when it was made")
                return
            raise CommandError("There are people on this site. Use another KB_DATA, or say --beside-others.")
        if taken := sorted(demo.PEOPLE.keys() & set(User.objects.values_list("username", flat=True))):
            raise CommandError(f"There is somebody of this name already: {', '.join(taken)}.")
        call_command("load_pages", stdout=StringIO())
        passwords = demo.furnish()
        self.stdout.write("demo         log in at /admin/ as one of these; the passwords are not shown again")
        for name, password in passwords.items():
            self.stdout.write(f"  {name:<14} {password}")
