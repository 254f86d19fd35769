"""A site in a process of its own, for all browser tests of a session: real pages, the real server."""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.models import Revision

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
SHOWN = (
    "git/authentication-failed",
    "git/could-not-resolve-host",
    "git/need-to-specify-how-to-reconcile-divergent-branches",
    "git/updates-were-rejected-fetch-first",
    "github-actions/git-failed-with-exit-code-128",
    "github-actions/process-completed-with-exit-code-1",
    "ssh/host-key-verification-failed",
    "ssh/permission-denied-publickey",
    "ssh/remote-host-identification-has-changed",
)
"""What `screens.py` leads to."""
EVERY_FIELD = "ssh/every-field"
"""A page made for the tests, on which every field is filled."""
PATIENCE_S = 60
AUTHOR, REVIEWER, ADMINISTRATOR = "author", "reviewer", "administrator"
PASSWORD = "correct horse battery"
"""Of each of the three who may log in."""


@contextmanager
def running() -> Iterator[str]:
    """The address of a site with the pages of SHOWN and EVERY_FIELD."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        assert ours.poll(PATIENCE_S), "the site did not come up"
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    import uvicorn
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    _load()
    _unknowns()
    _people()
    _words()
    _drafts()
    _texts()

    from kb.asgi import application

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            told.send(listening.getsockname()[1])

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        Server(uvicorn.Config(application, lifespan="on", log_level="warning")).run([listening])


def _load() -> None:
    from kb.content import document as doc
    from kb.content.files import read_folder
    from kb.content.tools import read_tools
    from kb.models import Evidence
    from kb.services import page_files
    from tests.builders import ISSUE, MANUAL, a_full_doc, folder_of, make_dead, withdraw

    every_field = a_full_doc(
        title="Every field",
        signatures=(doc.Signature(key="full", text="every field of <name> is full", prints="OpenSSH"),),
        background="# Numbers\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nprint('a', 1)  # note\n```",
        related=(),
        leads_to=(),
    )
    folders = [read_folder(PAGES / name) for name in SHOWN]
    page_files.load([*folders, folder_of(EVERY_FIELD, every_field)], read_tools(PAGES.parent / "tools.yaml"))
    make_dead(MANUAL)
    withdraw(Evidence.objects.filter(source__address=ISSUE, supports="no-agent").get())


def _unknowns() -> None:
    """What readers pasted that none of the pages answers."""
    import datetime as dt

    from django.utils import timezone

    from kb.matching.masking import fingerprint, mask
    from kb.models import Sighting, UnknownError

    lines = (
        "fatal: the flux capacitor of car-7 ran dry",
        "FATAL: flux capacitors ran dry!",
        f"error: tape /srv/{'tapes/' * 40}7 is torn",
        "error: <script>alert(1)</script> in \u202eline 12",
    )
    for days, line in enumerate(lines):
        template, seen = mask(line), timezone.now() - dt.timedelta(days=3 * days)
        sighting = Sighting(fingerprint(template), template, line, seen, 12 - days, tool="git", ci="GitHub Actions")
        UnknownError.objects.record([sighting])


def _people() -> None:
    """Somebody in each role, named after it."""
    from django.contrib.auth.models import Group

    from kb.models import Scope, User
    from kb.services import tokens

    User.objects.create_superuser(ADMINISTRATOR, password=PASSWORD)
    for role in (AUTHOR, REVIEWER):
        user = User.objects.create_user(role, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        tokens.make(user, "CI of the web shop", (Scope.READ, Scope.MATCH))


def _words() -> None:
    """What readers say."""
    from kb.models import Page, Verdict
    from kb.services import feedback

    page = Page.objects.at(SHOWN[-2]).get()
    for number in range(9):
        feedback.vote(page, "page", Verdict.RIGHT, f"address {number}")
        feedback.vote(page, "give-the-key", Verdict.SOLVED if number < 7 else Verdict.NOT_SOLVED, f"address {number}")
    feedback.vote(page, "page", Verdict.WRONG, "another", ["git@forge.invalid: Permission denied (publickey)."])
    feedback.suggest(page, "give-the-key", "On a Mac the flag is another one.\n\nSee `man ssh-add`.")
    feedback.sum_up()


def _drafts() -> None:
    """A draft that nobody has finished, of the page with every field, and one that waits for its reviewer."""
    from kb.models import Page, User
    from kb.queries.drafts import version_of, wording_of
    from kb.services import drafting, reviewing

    author = User.objects.get(username=AUTHOR)
    draft = drafting.start_draft(Page.objects.at(EVERY_FIELD).get(), author)
    wording = wording_of(draft)
    drafting.save(draft, wording | {"summary": ""}, author, version_of(wording))
    waiting = drafting.start_draft(Page.objects.at("git/could-not-resolve-host").get(), author)
    wording = wording_of(waiting)
    drafting.save(waiting, wording | {"title": "Git finds no such host"}, author, version_of(wording))
    reviewing.submit(waiting, author, "The title says what people search for.")
    _blast(waiting)


def _blast(draft: Revision) -> None:
    """Two texts that would find another page, a sample and an unknown error."""
    from dataclasses import asdict

    from kb.models import BlastRadius
    from kb.services.blast import Change

    line = "fatal: unable to access 'https://git.example.com/x': Could not resolve host"
    changes = [
        Change("samples", 1, "git/other hit-x.log", "git/other", "git/other", str(draft.page), 7, line),
        Change("unknowns", 1, line, "", "", str(draft.page), 1, line, 12),
    ]
    told: dict[str, Any] = {
        "samples": 40,
        "sample_changes": 1,
        "unknowns": 30,
        "unknown_changes": 1,
        "pasted": 12,
        "phase": "done",
    }
    BlastRadius.objects.create(revision=draft, tried=["curl"], changes=list(map(asdict, changes)), **told)


def _texts() -> None:
    """What became of the texts of some weeks."""
    import datetime as dt

    from django.utils import timezone

    from kb.models import Page, PasteCount, Pasted, PasteOutcome

    for age in range(60):
        day = timezone.now().date() - dt.timedelta(days=age)
        counts = (3 + age % 7, age % 3, (age * age) % 5)
        PasteCount.objects.add(
            {Pasted(day, outcome, "web"): n for outcome, n in zip(PasteOutcome, counts, strict=True)}
        )
    Page.objects.filter(slug="every-field").update(created_at=timezone.now() - dt.timedelta(days=200))
