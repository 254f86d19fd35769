"""Score this repository's pages on the public case set: `make scorecard`, or `.venv/bin/python -m bench.scorecard`.

Starts a throw-away site with `fixtures/pages`, posts every case of `cases.jsonl` and every log of `fixtures/clean` to
it by `evaluate.py`, and prints the figures and every miss.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from bench.catalogue_site import CASES, CLEAN, PAGES, TOOLS
from bench.site import SiteFailedError, serving, stop_in_order_when_terminated
from kb.content.files import read_tree
from kb.content.problems import ProblemsFound
from kb.content.tools import read_tools

EVALUATE = Path(__file__).with_name("evaluate.py")
KINDS = ("log", "line", "question", "negative", "negative-question")
Figures: TypeAlias = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    stop_in_order_when_terminated()
    try:
        with serving(read_tree(options.pages), read_tools(TOOLS)) as site:
            figures, misses = evaluate(site.address, options.cases, options.clean)
    except (ProblemsFound, SiteFailedError, OSError) as problem:
        sys.exit(f"scorecard: {problem}")
    print("\n".join(("", table(figures), "", *told_misses(misses))))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if figures["errors"]:
        sys.exit(f"scorecard: {figures['errors']} cases could not be posted; they stand among the misses")


def evaluate(address: str, cases: Path, clean: Path) -> tuple[Figures, list[Figures]]:
    """The figures of a running site, and its misses."""
    with tempfile.TemporaryDirectory(prefix="fixpoint-bench-") as folder:
        figures, misses = Path(folder) / "figures.json", Path(folder) / "misses.jsonl"
        command = [sys.executable, str(EVALUATE), "--url", address, "--cases", str(cases), "--clean", str(clean)]
        command += ["--json", str(figures), "--misses", str(misses)]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        if not figures.exists():
            raise SiteFailedError(f"evaluate.py ended with status {done.returncode}; the lines above say why")
        return json.loads(figures.read_text()), [json.loads(line) for line in misses.read_text().splitlines()]


# --- what is printed --------------------------------------------------------------------------------------------------


def table(figures: Figures) -> str:
    """The figures for people."""
    clean = figures["clean"]
    covered = f"{_share(figures['covered'])} of the labelled ones are about one of these pages"
    return "\n".join(
        [
            f"{figures['pages']} pages; {figures['cases']} cases, {covered}",
            "",
            "| | cases | right first | right in three | silent | about no page here | alarms there |",
            "|---|---:|---:|---:|---:|---:|---:|",
            *(_row(kind, figures[kind]) for kind in KINDS),
            "",
            f"right first, logs and lines: {_share(figures['at1'])}",
            f"false alarms:                {_share(figures['false_alarms'])}",
            f"alarms where no page is right: {_share(figures['uncovered_alarms'])}",
            *_calibration(figures["claims"]),
            f"clean logs with alarms:      {clean['false_alarms']}",
            f"seconds a case:              {_seconds(figures)}",
            f"errors:                      {figures['errors']}",
        ]
    )


def _row(kind: str, told: Figures) -> str:
    shares = " | ".join(_share(told.get(name)) for name in ("at1", "at3", "silent"))
    return f"| {kind} | {told['n']} | {shares} | {told['uncovered']} | {told['uncovered_alarms']} |"


def _calibration(claims: Figures) -> Iterator[str]:
    """How often a claim is right, by how sure the site says it is."""
    for confidence, told in claims.items():
        yield f"{f'{confidence} claims that are right:':<29}{told['right']} of {told['n']}"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _seconds(figures: Figures) -> str:
    return "median {median:.3f}, at most {max:.3f}".format_map(figures["seconds"]) if "seconds" in figures else "–"


def told_misses(misses: Iterable[Figures]) -> Iterator[str]:
    """A line for each miss: the case, what was wanted, what came instead."""
    for miss in misses:
        wanted = miss["slug"] if "note" not in miss and miss["slug"] else "silence"
        got = miss["got"] if isinstance(miss["got"], str) else ", ".join(miss["got"]) or "silence"
        offered = f" (suggested: {', '.join(miss['suggested'])})" if miss.get("suggested") else ""
        yield f"{miss['id']} ({miss['kind']}): wanted {wanted}, got {got}{offered}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scorecard", description="Score the repository's pages on labelled cases.")
    add = parser.add_argument
    add("--pages", type=Path, default=PAGES, metavar="DIR", help="page files (default: %(default)s)")
    add("--cases", type=Path, default=CASES, metavar="FILE", help="labelled texts (default: %(default)s)")
    add("--clean", type=Path, default=CLEAN, metavar="DIR", help="logs of builds that passed (default: %(default)s)")
    add("--json", type=Path, metavar="FILE", help="write the figures to this file")
    return parser


if __name__ == "__main__":
    main()
