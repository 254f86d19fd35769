"""`manage.py invite`: an account, the first administrator's too."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.forms.accounts import InviteForm
from kb.services import accounts, roles


class Command(BaseCommand):
    help = "Make an account and print the link with which its owner chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", choices=roles.ROLES, default=roles.AUTHOR, help="default: %(default)s")
        parser.add_argument("--email", default="", help="where a link goes when the password is forgotten")

    def handle(self, *args: Any, name: str, role: str, email: str, **options: Any) -> None:
        form = InviteForm({"username": name, "role": role, "email": email})
        if not form.is_valid():
            raise CommandError("; ".join(str(problem) for problems in form.errors.values() for problem in problems))
        user = accounts.invite(name, role, None, email)
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        self.stdout.write(f"{user} is {role}. Open this link within {days} days to choose a password:")
        self.stdout.write(accounts.password_link(user))
