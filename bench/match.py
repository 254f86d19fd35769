"""Measure the engine: each stage beside the bare scan, building, memory, and how the cost grows.

    .venv/bin/python -m bench.match [--sizes 500 20000 100000] [--json FILE]

Each index is built and measured in a process of its own. Everything printed comes from this run.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import os
import pickle
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml

if not __package__:  # run by its path: the project lies one folder up
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.messages import MESSAGES, as_signature, by_chance, ink_length, messages_in
from bench.site import ROOT, stop_in_order_when_terminated
from bench.texts import FIXTURES, MB, TEXTS, failing_output
from kb.matching import engine
from kb.matching.common_words import PER_10_000
from kb.matching.index import Index, build
from kb.matching.records import Entry, Role, Signature
from kb.matching.signature import SignatureError, compile_signature

SIZES = (500, 20_000, 100_000)
DOUBLED_MB = (1, 2, 4, 8)
LEAST_INK = 24
clock = time.process_time
"""The processor's time: what else runs on the machine does not count."""
_ENOUGH_S, _TOO_LONG_S = 1.0, 15.0
"""A measurement is repeated until it has taken so long, three times at the least unless that takes too long."""

SCANNED = "scan"
"""The function of the engine that ends what is compared with the bare scan."""

Figures: TypeAlias = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured with each index."""

    texts: tuple[str, ...]
    doubled_mb: tuple[int, ...]

    @property
    def options(self) -> list[str]:
        return ["--texts", *self.texts, "--doubled", *map(str, self.doubled_mb)]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    plan = Plan(tuple(options.texts), tuple(options.doubled))
    if options.measure:
        print(json.dumps(measure(options.measure, plan)))
        return
    try:
        report = run(options.sizes, plan, options.messages)
    except (OSError, RuntimeError) as problem:
        sys.exit(f"match: {problem}")
    print(markdown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def run(sizes: Sequence[int], plan: Plan, roots: Sequence[Path]) -> Figures:
    """The figures of all sizes, each from a fresh process."""
    with tempfile.TemporaryDirectory(prefix="fixpoint-bench-") as folder:
        pool = entries(max(sizes), roots)
        machine, indexes = _machine(), []
        for size in sizes:
            file = Path(folder) / str(size)
            file.write_bytes(pickle.dumps(_with_signatures(size, pool)))
            indexes.append(_in_a_fresh_process(file, plan))
        return {"machine": machine, "indexes": indexes}


def _machine() -> Figures:
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _in_a_fresh_process(pages: Path, plan: Plan) -> Figures:
    command = [sys.executable, "-m", "bench.match", "--measure", str(pages), *plan.options]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"measuring {pages.name} signatures failed; the lines above say why")
    figures: Figures = json.loads(done.stdout)
    return figures


# --- pages to search --------------------------------------------------------------------------------------------------


def signature_texts(wanted: int, roots: Sequence[Path]) -> list[str]:
    """Distinct signatures in the words of real programs: their messages, then one's beginning with another's end."""
    paths = sorted(path for root in roots for path in root.rglob("LC_MESSAGES/*.mo"))
    found = {as_signature(message) for path in paths for message in messages_in(path)}
    messages = sorted((text for text in found if len(text) < 300 and ink_length(text) >= LEAST_INK), key=by_chance)
    if len(messages) < 1000:  # a machine without gettext's catalogues
        messages = _composed_messages()
    return _working(chain(messages, _spliced(messages)), wanted)


def _composed_messages() -> list[str]:
    words = sorted((word for word in PER_10_000 if len(word) > 2), key=by_chance)
    return [" ".join(words[(7 * start + step * step) % len(words)] for step in range(8)) for start in range(len(words))]


def _spliced(messages: Sequence[str]) -> Iterator[str]:
    for distance in range(1, len(messages)):
        for at, message in enumerate(messages):
            other = messages[(at + distance) % len(messages)].split(" ")
            words = message.split(" ")
            yield " ".join([*words[: len(words) // 2 + 1], *other[len(other) // 2 :]])


def _working(texts: Iterable[str], wanted: int) -> list[str]:
    kept: dict[str, None] = {}
    for text in texts:
        if len(kept) == wanted:
            break
        try:
            compile_signature(Signature("main", text))
        except SignatureError:
            continue
        kept[text] = None
    return list(kept)


def entries(most: int, roots: Sequence[Path]) -> list[Entry]:
    """The real pages, and behind them so many others of one signature each."""
    others = [
        Entry(slug=f"distractor/message-{number:06}", title=text, signatures=(Signature("main", text),))
        for number, text in enumerate(signature_texts(most, roots))
    ]
    return [*map(_entry, sorted(FIXTURES.glob("pages/*/*/page.yaml"))), *others]


def _with_signatures(size: int, entries: Iterable[Entry]) -> list[Entry]:
    """As many of these, from the first, as make this number of signatures."""
    kept, there = [], 0
    for entry in entries:
        if there + len(entry.signatures) <= size:
            kept.append(entry)
            there += len(entry.signatures)
    return kept


def _entry(path: Path) -> Entry:
    try:
        told: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except yaml.YAMLError as problem:
        raise RuntimeError(f"{path}: {problem}; `manage.py check_pages` says how to mend it") from problem
    return Entry(
        slug=f"{path.parent.parent.name}/{path.parent.name}",
        title=told["title"],
        role=Role(told.get("role", "cause")),
        summary=told["summary"],
        signatures=tuple(
            Signature(
                part["key"],
                part.get("text", ""),
                part.get("regex", ""),
                part.get("shared", ""),
                tuple(part.get("with", ())),
            )
            for part in told["signatures"]
        ),
    )


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(file: Path, plan: Plan) -> Figures:
    """All figures of one index; meant for a process that has done nothing else."""
    pages = pickle.loads(file.read_bytes())
    before_mb = peak_mb()
    began = clock()
    index = build(pages)
    figures: Figures = {
        "signatures": len(index.patterns),
        "build_s": clock() - began,
        "before_mb": before_mb,
        "built_mb": peak_mb(),
    }
    figures["texts"] = {name: measure_text(TEXTS[name](), index) for name in plan.texts}
    figures["doubled"] = {mb: _seconds_of(failing_output(mb * MB), index) for mb in plan.doubled_mb}
    figures["peak_mb"] = peak_mb()
    return figures


def measure_text(text: bytes, index: Index) -> Figures:
    """Each stage's seconds for this text, beside a bare scan of the same bytes."""
    runs = list(_repeated(lambda: _timed_search(text, index)))
    answer = engine.search(text, index)
    return {
        "bytes": len(text),
        "bare_scan_s": min(_repeated(lambda: _bare_scan(text, index))),
        "stages_s": {stage: min(run[stage] for run in runs) for stage in runs[0]},
        "search_s": _seconds_of(text, index),
        "matches": len(answer.matches),
        "truncated": answer.text.truncated,
    }


_LEAST_SCANNED = 1_000_000
"""Bytes."""


def _repeated(run: Callable[[], T]) -> Iterator[T]:
    began, done, spent = time.perf_counter(), 0, 0.0
    while spent < (_ENOUGH_S if done >= 3 else _TOO_LONG_S):
        yield run()
        done, spent = done + 1, time.perf_counter() - began


def _seconds_of(text: bytes, index: Index) -> float:
    def search() -> float:
        began = clock()
        engine.search(text, index)
        return clock() - began

    return min(_repeated(search))


def _bare_scan(text: bytes, index: Index) -> float:
    lowered = text.lower()
    rounds = max(1, _LEAST_SCANNED // max(1, len(lowered)))  # one line is scanned too quickly to be timed once
    began = clock()
    for _ in range(rounds):
        index.automaton.find_matches_as_indexes(lowered, overlapping=True)
    return (clock() - began) / rounds


def _timed_search(text: bytes, index: Index) -> dict[str, float]:
    spent = dict.fromkeys(stages(), 0.0)
    with _clocks(spent):
        began = clock()
        engine.search(text, index)
        total = clock() - began
    return {**spent, "the rest": max(0.0, total - sum(spent.values()))}


def stages() -> tuple[str, ...]:
    """The functions that the engine's `search` calls, in their order: so a new stage is measured without being told."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(engine.search))) if isinstance(node, ast.Call)]
    named = [(call.lineno, -call.col_offset, call.func.id) for call in calls if isinstance(call.func, ast.Name)]
    return tuple(dict.fromkeys(name for _, _, name in sorted(named) if _is_stage(getattr(engine, name, None))))


def _is_stage(called: object) -> bool:
    """Functions and classes of the engine; the values that go in and out take no time."""
    module = getattr(called, "__module__", "")
    return module.startswith("kb.matching.") and not module.endswith(".records")


@contextmanager
def _clocks(spent: dict[str, float]) -> Iterator[None]:
    """Take the time of every stage, as the engine calls it."""
    whole = {name: getattr(engine, name) for name in spent}
    for name, function in whole.items():
        setattr(engine, name, _clocked(function, name, spent))
    try:
        yield
    finally:
        for name, function in whole.items():
            setattr(engine, name, function)


def _clocked(function: Any, stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        began = clock()
        try:
            return function(*args, **kwargs)
        finally:
            spent[stage] += clock() - began

    return run


def peak_mb() -> float:
    """The most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


# --- report -----------------------------------------------------------------------------------------------------------


def markdown(report: Figures) -> str:
    machine = report["machine"]
    setting = f"Python {machine['python']}, {machine['system']}, {machine['cores']} cores, load {machine['load']}"
    parts = [f"{setting}; seconds are those of the processor, the least of several runs"]
    parts += [_stages_table(figures) for figures in report["indexes"]]
    parts += [_build_table(report["indexes"]), _growth_table(report["indexes"]), _targets_table(report["indexes"])]
    return "\n\n".join(parts)


def _stages_table(figures: Figures) -> str:
    texts = figures["texts"]
    rows = [
        f"### {figures['signatures']:,} signatures\n",
        "| | " + " | ".join(texts) + " |",
        "|---|" + "---:|" * len(texts),
        _row("bare scan", (_time(told["bare_scan_s"]) for told in texts.values())),
    ]
    names = next(iter(texts.values()))["stages_s"]
    rows += [
        _row(name.strip("_"), (_beside(told, told["stages_s"][name]) for told in texts.values())) for name in names
    ]
    rows.append(_row("**whole search**", (_beside(told, told["search_s"]) for told in texts.values())))
    rows.append(_row("matches", (_matches(told) for told in texts.values())))
    return "\n".join(rows)


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


def _beside(told: Figures, seconds: float) -> str:
    return f"{_time(seconds)} ({seconds / told['bare_scan_s']:.1f}×)"


def _matches(told: Figures) -> str:
    return f"{told['matches']}{', stopped at a limit' if told['truncated'] else ''}"


def _build_table(indexes: Sequence[Figures]) -> str:
    rows = [
        "### Building, and memory of the process\n",
        "| signatures | build | before | index built | after all searches |",
        "|---:|---:|---:|---:|---:|",
    ]
    rows += [
        f"| {one['signatures']:,} | {_time(one['build_s'])} | {one['before_mb']:.0f} MB | {one['built_mb']:.0f} MB"
        f" | {one['peak_mb']:.0f} MB |"
        for one in indexes
    ]
    return "\n".join(rows)


def _growth_table(indexes: Sequence[Figures]) -> str:
    sizes = list(indexes[0]["doubled"])
    rows = [
        "### Twice the text (in brackets: how many times the work of half the text)\n",
        "| signatures | " + " | ".join(f"{size} MB" for size in sizes) + " |",
        "|---:|" + "---:|" * len(sizes),
    ]
    for one in indexes:
        seconds = list(one["doubled"].values())
        ratios = [""] + [f" ({later / earlier:.2f}×)" for earlier, later in pairwise(seconds)]
        cells = [f"{_time(spent)}{ratio}" for spent, ratio in zip(seconds, ratios, strict=True)]
        rows.append(f"| {one['signatures']:,} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _targets_table(indexes: Sequence[Figures]) -> str:
    rows = ["### Targets\n", "| target | measured | |", "|---|---:|---|"]
    rows += [f"| {what} | {measured} | {'met' if met else '**missed**'} |" for what, measured, met in targets(indexes)]
    return "\n".join(rows)


def targets(indexes: Sequence[Figures]) -> Iterator[tuple[str, str, bool]]:
    """What the engine is held to, what was measured at the worst, and whether that is enough."""
    all_texts = [(name, told) for one in indexes for name, told in one["texts"].items()]
    large = [told for name, told in all_texts if name.startswith("10 MB")]
    lines = [told for name, told in all_texts if name == "1 line"]
    if large:
        scanned = max(_until_scanned(told) / told["bare_scan_s"] for told in large)
        yield "decode, clean, ink and scan of 10 MB ≤ 8 × the bare scan", f"{scanned:.1f}×", scanned <= 8
        whole = max(told["search_s"] / told["bare_scan_s"] for told in large)
        yield "the whole search of 10 MB ≤ 40 × the bare scan", f"{whole:.1f}×", whole <= 40
        slowest = max(told["search_s"] for told in large)
        yield "the whole search of 10 MB < 1.5 s", _time(slowest), slowest < 1.5
    if lines:
        slowest = max(told["search_s"] for told in lines)
        yield "one line ≤ 5 ms", _time(slowest), slowest <= 0.005
    smallest, biggest = indexes[0], indexes[-1]
    most, least = f"{biggest['signatures']:,}", f"{smallest['signatures']:,}"
    yield f"{most} signatures built in < 5 s", _time(biggest["build_s"]), biggest["build_s"] < 5
    yield "… in < 1 GB, searches included", f"{biggest['peak_mb']:.0f} MB", biggest["peak_mb"] < 1000
    grown = max(biggest["doubled"].values()) / max(smallest["doubled"].values())
    yield f"a byte among {most} ≤ 3 × one among {least}", f"{grown:.2f}×", grown <= 3
    doubled = [one["doubled"] for one in indexes]
    steps = [later / earlier for one in doubled for earlier, later in pairwise(one.values())]
    if steps:
        yield "twice the text ≤ 2.3 × the work", f"{max(steps):.2f}×", max(steps) <= 2.3


def _until_scanned(told: Figures) -> float:
    """Seconds from the bytes received to the signatures found."""
    names = list(told["stages_s"])
    return sum(float(told["stages_s"][name]) for name in names[: names.index(SCANNED) + 1])


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="match", description="Measure the engine beside the bare scan.")
    add = parser.add_argument
    add("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="signatures in the index")
    add("--texts", nargs="+", choices=list(TEXTS), default=list(TEXTS), metavar="TEXT", help="some of the texts only")
    add(
        "--doubled", type=int, nargs="+", default=DOUBLED_MB, metavar="MB", help="texts to compare, each twice the last"
    )
    add("--messages", type=Path, nargs="+", default=[MESSAGES], metavar="DIR", help="gettext catalogues")
    add("--json", type=Path, metavar="FILE", help="write the figures to this file")
    add("--measure", type=Path, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    stop_in_order_when_terminated()
    main()
