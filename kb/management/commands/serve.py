"""`manage.py serve`: the whole site from one command."""

from __future__ import annotations

import errno
import json
import platform
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from kb import static_files
from kb.management.supervisor import Child, Supervisor
from kb.models import Page

PAGES = settings.BASE_DIR / "fixtures" / "pages"
READY_WITHIN_S = 60.0
UNUSABLE = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")
"""How the names of SQLite's errors begin that mean the file, not what was asked of it."""


class Command(BaseCommand):
    help = "Prepare the database, the pages and the static files, then run the web process, the worker and its clock."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (default: %(default)s)")
        parser.add_argument("--pages", type=Path, default=PAGES, help="folder of page files (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse_lonely_processes()
        with listening_socket(host, port) as listener:
            with unusable_database_told():
                self._prepare(options["pages"])
            self._say("start", "web process, worker and clock")
            supervisor = Supervisor(children(listener.fileno(), host, port), self._warn)
            supervisor.start()
            if index := wait_until_ready(f"http://{loopback(host)}:{port}", supervisor):
                self._say("index", index)
                self._say("ready", f"{site_address(host, port)}   (Ctrl-C stops it)")
                supervisor.watch()
            else:
                supervisor.stop()
                if not supervisor.is_stopping:
                    raise CommandError(f"The site does not answer after {READY_WITHIN_S:g} s; the lines above say why.")
        self._say("stop", "all processes have ended")

    def _prepare(self, pages: Path) -> None:
        self._say("environment", f"Python {platform.python_version()}, data in {settings.DATA_DIR}")
        self._stage("static", static_files.collect)
        self._stage("migrate", lambda: call_command("migrate", interactive=False, verbosity=0))
        self._stage("load pages", lambda: self._load(pages))

    def _stage(self, name: str, work: Callable[[], object]) -> None:
        began = time.monotonic()
        work()
        self._say(name, f"{time.monotonic() - began:.1f} s")

    def _load(self, pages: Path) -> None:
        """Load the page files. A mistake in one of them does not take a site down that has pages already."""
        try:
            call_command("load_pages", pages)
        except (SystemExit, CommandError) as error:
            if not Page.objects.published().exists():
                raise CommandError("The page files hold mistakes, listed above. Mend them and start again.") from error
            self._warn("The page files hold mistakes, listed above: the site goes on with the pages it has.")

    def _say(self, stage: str, text: str) -> None:
        self.stdout.write(f"{stage:<12} {text}")
        self.stdout.flush()

    def _warn(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()


def refuse_lonely_processes() -> None:
    """Several web processes share what they know through Redis; without it each would know a part."""
    if settings.WEB_PROCESSES > 1 and not settings.REDIS_URL:
        raise CommandError(
            f"KB_WEB_PROCESSES is {settings.WEB_PROCESSES}, and more than one web process needs Redis: "
            "set KB_REDIS_URL, for instance redis://localhost:6379/0, or KB_WEB_PROCESSES=1."
        )


@contextmanager
def unusable_database_told() -> Iterator[None]:
    """Say that the file of the database is at fault. It is neither mended nor replaced: that is for its owner."""
    try:
        yield
    except DatabaseError as error:
        if not getattr(error.__cause__, "sqlite_errorname", "").startswith(UNUSABLE):
            raise
        raise CommandError(
            f"{settings.DATABASES['default']['NAME']} cannot be used as the database: {error}. It is left as it is. See"
            " that it is a file that the user who runs the site can read and write; if it is damaged, put it aside,"
            " with db.sqlite3-wal and db.sqlite3-shm, put a backup in its place (docs/operations.md, Backup) and start"
            " again."
        ) from error


def listening_socket(host: str, port: int) -> socket.socket:
    """The port, taken before anything else is done, and kept while web processes come and go."""
    if not 1 <= port <= 65535:
        raise CommandError(f"{port} is no port; use a number from 1 to 65535: make run PORT=8080")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise CommandError(_why_not(host, port, error)) from error
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Stop it, or use another port: make run PORT=8080"
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the administrator. Use one above 1023: make run PORT=8080"
    return f"Cannot listen on {host}, port {port}: {error.strerror or error}. Check KB_HOST and the port."


def children(listener: int, host: str, port: int) -> list[Child]:
    """The web processes, which share one listening socket, and the worker with its clock."""
    manage = str(settings.BASE_DIR / "manage.py")
    here = {"KB_HOST": host, "KB_PORT": str(port)}
    web = (sys.executable, manage, "web", "--fd", str(listener))
    names = [f"web {number}" for number in range(1, settings.WEB_PROCESSES + 1)]
    # As root Celery warns that it runs as root. In a container it does; and pickles, which it fears, it never reads.
    worker = (
        *(sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "--app", "kb.celery"),
        *("worker", "--beat", "--concurrency", "2", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )
    return [
        *(Child(name, web, here, inherits=(listener,)) for name in names),
        Child("worker", worker, {**here, "DJANGO_SETTINGS_MODULE": "kb.settings"}),
    ]


def wait_until_ready(site: str, supervisor: Supervisor) -> str:
    """Wait until the web process matches texts, and say with which index; nothing if it fails or somebody stops us."""
    blank_paste = urllib.request.Request(  # noqa: S310 (our own address)
        f"{site}/api/v1/match", data=b"", headers={"Content-Type": "text/plain"}
    )
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and not supervisor.is_stopping:
        supervisor.look_after()
        try:
            with urllib.request.urlopen(blank_paste, timeout=5) as answer:  # noqa: S310
                index = json.load(answer)["index"]
                return f"{index['pages']} pages, {index['signatures']} signatures"
        except urllib.error.HTTPError as refusal:
            if refusal.code == HTTPStatus.UNAUTHORIZED:  # it serves, but not us: KB_ACCESS=login
                return "for those with an account"
            time.sleep(0.1)
        except OSError:  # not there yet
            time.sleep(0.1)
    return ""


def loopback(host: str) -> str:
    """Where this machine reaches a server that listens on `host`."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (asked for by KB_HOST)
    return f"[{reached}]" if ":" in reached else reached


def site_address(host: str, port: int) -> str:
    """The address for people: the one set as KB_SITE_URL, or where we listen."""
    default = f"http://127.0.0.1:{settings.PORT}"
    return settings.SITE_URL if default != settings.SITE_URL else f"http://{loopback(host)}:{port}/"
