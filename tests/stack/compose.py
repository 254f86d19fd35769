"""docker-compose.yml and Dockerfile without Docker: the same commands, as processes of this machine.

What a container has is made of the two files: the folder of the image is what the Dockerfile copies into it, and
nothing else; commands, environment and secrets are the compose file's, with the names of hosts as 127.0.0.1, and ports
and paths of the test's own. PostgreSQL comes from pip instead of its image.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psycopg
import yaml

from tests.stack.site import PATIENCE_S, ROOT, Started, free_port, started, wait_for

BIN = Path(sys.executable).parent
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


class Dockerfile:
    """The last stage of the Dockerfile."""

    def __init__(self, text: str) -> None:
        last = text[text.rindex("\nFROM ") :].replace("\\\n", " ")
        self.steps = [line.split(" ", 1) for line in last.splitlines() if line and not line.startswith("#")]

    def of(self, instruction: str) -> list[str]:
        return [rest for name, rest in self.steps if name == instruction]

    @property
    def environment(self) -> dict[str, str]:
        return dict(part.split("=", 1) for rest in self.of("ENV") for part in shlex.split(rest))

    def copied(self) -> Iterator[tuple[str, str]]:
        """Every file or folder that comes from here, and where it goes."""
        for rest in self.of("COPY"):
            *sources, target = rest.split()
            if not sources[0].startswith("--"):
                yield from ((source, target) for source in sources)

    @property
    def prepares(self) -> str:
        """The step in which the site makes what it can before it runs."""
        return next(rest for rest in self.of("RUN") if "manage.py" in rest)


class Image:
    """The folder /srv of the image, and what its steps made there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dockerfile = Dockerfile((ROOT / "Dockerfile").read_text(encoding="utf-8"))
        for source, target in self.dockerfile.copied():
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder / target, ignore=_left_out)
            else:
                shutil.copy(ROOT / source, folder / target)
        step = self._here(self.dockerfile.prepares)
        subprocess.run(["sh", "-ec", step], cwd=folder, env=self.environment, check=True, timeout=PATIENCE_S)

    def _here(self, text: str) -> str:
        return text.replace("/tmp/data", f"{self.folder}-made").replace("/srv", str(self.folder))

    @property
    def environment(self) -> dict[str, str]:
        told = {name: self._here(value) for name, value in self.dockerfile.environment.items()}
        return {**told, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "HOME": str(self.folder)}


def _left_out(folder: str, names: list[str]) -> set[str]:
    """The pages and the logs that prove them are many, and are tried elsewhere."""
    is_content = folder in (str(ROOT / "fixtures/pages"), str(ROOT / "fixtures/clean"))
    return set(names) if is_content else {"__pycache__"} & set(names)


@dataclass
class Stack:
    """The services of docker-compose.yml, each a process when it is asked for."""

    folder: Path
    image: Image
    database: str
    """The address of the database."""
    redis_port: int = field(default_factory=free_port)
    variables: Mapping[str, str] = field(default_factory=dict)
    """Variables of whoever starts it."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Settings that the compose file does not have."""

    def __post_init__(self) -> None:
        secrets = {"database-url": self.database, "secret-key": "x" * 48, "database-password": "not needed here"}
        assert set(secrets) == set(self.file["secrets"])
        (self.folder / "secrets").mkdir(parents=True)
        for name, text in secrets.items():
            (self.folder / "secrets" / name).write_text(text, encoding="utf-8")

    @cached_property
    def file(self) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
        return found

    def environment(self, service: str, container: str, port: int) -> dict[str, str]:
        told = {**self.image.environment, **self.file["services"][service]["environment"]}
        here = {name: self._here(value) for name, value in told.items()}
        own = {"KB_DATA": str(self.folder / container), "KB_HOST": "127.0.0.1", "KB_PORT": str(port)}
        return {**here, **own, **self.extra}

    def _here(self, value: str) -> str:
        value = VARIABLE.sub(lambda one: self.variables.get(one[1], one[2]), value)
        value = value.replace("/run/secrets/", f"{self.folder}/secrets/")
        return value.replace("redis://redis:6379", f"redis://127.0.0.1:{self.redis_port}")

    def command(self, service: str) -> list[str]:
        command: list[str] = self.file["services"][service]["command"]
        return command

    def run(self, service: str) -> None:
        """A service that comes to an end."""
        environment = self.environment(service, service, free_port())
        done = subprocess.run(
            self.command(service), cwd=self.image.folder, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @contextmanager
    def started(self, service: str, container: str = "", port: int = 0, **settings: str) -> Iterator[Started]:
        """A container of this service, at work."""
        container = container or service
        log = self.folder / f"{container}-{time.monotonic_ns()}.log"
        environment = {**self.environment(service, container, port or free_port()), **settings}
        with started(self.command(service), environment, log, self.image.folder) as process:
            yield process

    @contextmanager
    def web(self, container: str = "web", **settings: str) -> Iterator[Web]:
        """A web container that serves."""
        port = free_port()
        with self.started("web", container, port, **settings) as process:
            web = Web(port, process)
            wait_for(lambda: web.is_alive() or process.process.poll() is not None)
            assert process.process.poll() is None, process.printed()
            yield web

    @contextmanager
    def redis(self) -> Iterator[Started]:
        """Redis, by its command in the compose file; always at the same port."""
        log = self.folder / f"redis-{time.monotonic_ns()}.log"
        command = [*self.command("redis"), "--port", str(self.redis_port), "--bind", "127.0.0.1"]
        environment = {"PATH": self.image.environment["PATH"]}
        with started([*command, "--dir", str(self.folder)], environment, log) as process:
            wait_for(lambda: "accept connections" in process.printed() or process.process.poll() is not None)
            assert process.process.poll() is None, process.printed()
            yield process

    def python(self, code: str) -> str:
        """Run code inside the site, and return what it prints."""
        environment = self.environment("prepare", "shell", free_port())
        told = {**environment, "PYTHONPATH": f"{self.image.folder}{os.pathsep}{ROOT}"}
        command = ["python", "-c", f"import django; django.setup()\n{code}"]
        done = subprocess.run(
            command, cwd=self.image.folder, env=told, capture_output=True, text=True, timeout=PATIENCE_S
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Look into the database, past the application."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()


@dataclass(frozen=True)
class Web:
    port: int
    process: Started

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.address}{path}", headers=headers, timeout=PATIENCE_S)

    def post_form(self, path: str, **fields: str) -> httpx.Response:
        return httpx.post(f"{self.address}{path}", data=fields, timeout=PATIENCE_S)

    def paste(self, text: str, **headers: str) -> dict[str, Any]:
        """What the API answers to this text."""
        told = {"Content-Type": "text/plain", **headers}
        answer = httpx.post(f"{self.address}/api/v1/match", content=text, headers=told, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def pages(self, text: str) -> list[str]:
        """The pages that claim this text."""
        return [match["slug"] for match in self.paste(text)["matches"]]

    def is_alive(self) -> bool:
        try:
            return self.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False
