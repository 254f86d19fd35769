"""A site of its own for a measurement: data in a temporary folder, the real server on loopback, gone at the end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

import psutil

from kb.content.document import PageFolder
from kb.content.tools import Tool

ROOT = Path(__file__).resolve().parents[1]
_BATCH = 1000


class SiteFailedError(RuntimeError):
    """The throw-away site did not come up; what it printed says why."""


@dataclass(frozen=True, slots=True)
class Site:
    address: str
    server: subprocess.Popen[str]

    def wait(self) -> None:
        """Until somebody stops the server."""
        self.server.wait()


@contextmanager
def serving(
    pages: Sequence[PageFolder],
    tools: Sequence[Tool],
    *,
    bulk: Sequence[PageFolder] = (),
    port: int = 0,
    settings: str = "kb.settings",
) -> Iterator[Site]:
    """A site that has these pages, published; `bulk` are many pages that hold nothing but signatures.

    `settings` is the module of settings that the processes of the site read.
    """
    with prepared(pages, tools, bulk=bulk) as data, data.serving(port=port, settings=settings) as site:
        yield site


@dataclass(frozen=True, slots=True)
class Data:
    """What a site keeps: it may be served several times, one after the other."""

    folder: Path
    extra: Mapping[str, str]

    @contextmanager
    def serving(
        self, *, port: int = 0, settings: str = "kb.settings", extra: Mapping[str, str] | None = None
    ) -> Iterator[Site]:
        port = port or free_port()
        told = {**self.extra, **(extra or {}), "DJANGO_SETTINGS_MODULE": settings}
        environment = {**_environment(self.folder, port), **told}
        with _server(environment, self.folder, port) as server:
            yield Site(f"http://127.0.0.1:{port}", server)


@contextmanager
def prepared(
    pages: Sequence[PageFolder],
    tools: Sequence[Tool],
    *,
    bulk: Sequence[PageFolder] = (),
    extra: Mapping[str, str] | None = None,
) -> Iterator[Data]:
    """A site's data with these pages, in a temporary folder; `extra` are settings of the environment."""
    with tempfile.TemporaryDirectory(prefix="fixpoint-bench-") as folder:
        data = Data(Path(folder), extra or {})
        _in_a_process_of_its_own({**_environment(data.folder, free_port()), **data.extra}, pages, tools, bulk)
        yield data


def stop_in_order_when_terminated() -> None:
    """Let SIGTERM end the site and delete its data, as Ctrl-C does."""

    def stop(*_: object) -> NoReturn:
        for number in (signal.SIGTERM, signal.SIGINT):  # some send it twice, and the second would end the tidying up
            signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(data: Path, port: int) -> dict[str, str]:
    """Nothing of the settings around us: a measurement must not touch anybody's database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return {**kept, "KB_DATA": str(data / "data"), "KB_PORT": str(port), "DJANGO_SETTINGS_MODULE": "kb.settings"}


# --- pages ------------------------------------------------------------------------------------------------------------


def _in_a_process_of_its_own(environment: dict[str, str], *work: Sequence[object]) -> None:
    """Django is set up once in a process, with one database: so the pages are loaded in another one than this."""
    loader = multiprocessing.get_context("spawn").Process(target=_load, args=(environment, *work))
    loader.start()
    try:
        loader.join()
    finally:
        loader.kill()
    if loader.exitcode:
        raise SiteFailedError("the pages could not be loaded; the lines above say why")


def _load(
    environment: dict[str, str], pages: Sequence[PageFolder], tools: Sequence[Tool], bulk: Sequence[PageFolder]
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)

    from kb.services import page_files

    began = time.monotonic()
    print(f"load         {page_files.load(pages, tools)}, {time.monotonic() - began:.1f} s", flush=True)
    if bulk:
        began = time.monotonic()
        _publish_in_bulk(bulk)
        print(f"load         {len(bulk):,} pages in bulk, {time.monotonic() - began:.1f} s", flush=True)


def _publish_in_bulk(pages: Sequence[PageFolder]) -> None:
    """Write many pages past the services, which take about 20 ms for each: rows as the services would leave them."""
    from django.db import models, transaction

    from kb.models import ContentEpoch, Page, Revision

    with transaction.atomic():
        for at in range(0, len(pages), _BATCH):
            _publish_batch(pages[at : at + _BATCH])
        live = Revision.objects.published().filter(page=models.OuterRef("pk")).values("pk")
        Page.objects.unpublished().update(live_revision=models.Subquery(live))
        ContentEpoch.objects.bump()


def _publish_batch(folders: Sequence[PageFolder]) -> None:
    from django.db import models
    from django.utils import timezone

    from kb.models import Page, Revision, RevisionState, Signature

    pages = Page.objects.bulk_create(Page(tool_id=folder.tool, slug=folder.slug) for folder in folders)
    revisions = []
    for page, folder in zip(pages, folders, strict=True):
        revision = Revision(page=page, state=RevisionState.PUBLISHED, published_at=timezone.now())
        revision.take(folder.doc)
        revisions.append(revision)
    Revision.objects.bulk_create(revisions)
    signatures = []
    for revision, folder in zip(revisions, folders, strict=True):
        for position, told in enumerate(folder.doc.signatures):
            signature = Signature.of(told)
            signature.revision, signature.position = revision, position
            signatures.append(signature)
    # The manager writes no part of a published revision; these revisions were published before they had any.
    models.QuerySet[Signature](Signature).bulk_create(signatures)


# --- server -----------------------------------------------------------------------------------------------------------


@contextmanager
def _server(environment: dict[str, str], folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`manage.py serve`, from the moment it is ready; what it prints is printed."""
    no_pages = folder / "pages"
    no_pages.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port), "--pages", str(no_pages)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None, "it was asked for"
    try:
        _wait_until_ready(process.stdout)
        threading.Thread(target=_print_all, args=(process.stdout,), daemon=True).start()
        yield process
    finally:
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for left in family:  # none, unless the server could not end them
            if left.is_running():
                left.kill()


def _wait_until_ready(printed: IO[str]) -> None:
    for line in printed:
        print(line, end="", flush=True)
        if line.startswith("ready "):
            return
    raise SiteFailedError("the site ended before it was ready; the lines above say why")


def _print_all(printed: Iterable[str]) -> None:
    for line in printed:
        print(line, end="", flush=True)
