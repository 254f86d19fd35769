from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.catalogue import pages_of
from bench.scorecard.__main__ import told_misses
from bench.site import ROOT
from kb.content.files import write_folder
from tests.bench.builders import a_case, an_entry

KNOWN = "fatal: early EOF of the pack"


def test_a_run_prints_the_figures_and_every_miss(tmp_path: Path) -> None:
    (page,) = pages_of([an_entry("git/early-eof", KNOWN)]).pages
    write_folder(page, tmp_path / "pages")
    cases = [
        a_case(KNOWN, "git/early-eof", id="found"),
        a_case("fatal: nobody knows this message", "git/early-eof", id="missed"),
        a_case(KNOWN, None, "negative", id="loud"),
    ]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "build.log").write_text("all is well\n")
    options = ("--pages", "pages", "--cases", "cases.jsonl", "--clean", "clean", "--json", "figures.json")
    command = [option if option.startswith("--") else str(tmp_path / option) for option in options]
    done = subprocess.run(
        [sys.executable, "-m", "bench.scorecard", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "| line | 2 | 50.0% |" in done.stdout
    assert "missed (line): wanted git/early-eof, got silence" in done.stdout
    assert "loud (negative): wanted silence, got git/early-eof" in done.stdout
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert (figures["at1"], figures["false_alarms"], figures["clean"]["false_alarms"]) == (0.5, 1.0, 0)


def test_a_miss_says_what_was_wanted_what_came_and_what_was_suggested() -> None:
    misses = [
        {**a_case("x", "git/a"), "got": ["git/b"], "suggested": ["git/a"]},
        {**a_case("x", "git/a"), "got": ["git/b"], "note": "no page of the site is about this text"},
        {**a_case("x", None, "clean"), "got": "error: timed out"},
    ]
    assert list(told_misses(misses)) == [
        "one (line): wanted git/a, got git/b (suggested: git/a)",
        "one (line): wanted silence, got git/b",
        "one (clean): wanted silence, got error: timed out",
    ]


def test_neither_the_site_nor_the_pages_read_the_case_set() -> None:
    """Figures on these cases would mean nothing if what is measured knew them."""
    places = [ROOT / "manage.py", *(ROOT / "kb").rglob("*.py"), *(ROOT / "fixtures").rglob("*")]
    suspects = [path for path in places if path.is_file()]
    readers = [path for path in suspects if b"scorecard" in path.read_bytes() or b"cases.jsonl" in path.read_bytes()]
    assert readers == []


def test_the_case_set_is_labelled_throughout() -> None:
    cases = [json.loads(line) for line in (ROOT / "bench/scorecard/cases.jsonl").read_text().splitlines()]
    assert len({case["id"] for case in cases}) == len(cases)
    assert {case["kind"] for case in cases} == {"log", "line", "question", "negative", "negative-question"}
    assert all((case["slug"] is None) == case["kind"].startswith("negative") for case in cases)
