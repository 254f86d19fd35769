from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.catalogue_site import measured_texts
from bench.site import ROOT
from tests.bench.builders import a_catalogue, an_entry, some_messages

LONG = "the lantern could not be lit by this program"


@contextmanager
def the_script(*arguments: str, temporary: Path) -> Iterator[str]:
    """The address at which the script serves; the script is ended as an operator would end it."""
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "bench/catalogue_site.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        ready = next((line for line in process.stdout if " pages at http" in line), "")
        assert ready, "the script ended before the site was ready"
        yield ready.split()[-1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def matched(address: str, text: str) -> list[str]:
    request = urllib.request.Request(
        f"{address}/api/v1/match", data=text.encode(), headers={"Content-Type": "text/plain"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return [match["slug"] for match in found["matches"]]


def test_every_entry_and_every_distractor_is_found_and_nothing_is_left_behind(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path / "catalogue", an_entry("git/early-eof", "fatal: early EOF of the pack"))
    messages = some_messages(tmp_path / "messages", "lamp", LONG)
    with the_script(
        *("--catalogue", str(catalogue), "--distractors", "1", "--messages", str(messages)),
        temporary=tmp_path / "temporary",
    ) as address:
        assert matched(address, "fatal: early EOF of the pack") == ["git/early-eof"]
        assert matched(address, f"lamp: {LONG}") == ["distractor/message-000001"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_catalogue_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.catalogue_site", "--catalogue", str(tmp_path / "none")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "holds no .jsonl file; name the folder of the catalogue" in done.stderr


def test_the_measured_texts_are_those_of_the_cases_and_of_the_logs_packed_or_not(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps({"text": "one"}) + "\n")
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "a.log").write_text("two")
    (logs / "b.log.gz").write_bytes(gzip.compress(b"three"))
    (logs / "README.md").write_text("four")
    assert list(measured_texts([cases], [logs])) == ["one", "two", "three"]
