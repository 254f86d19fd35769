"""`python -m kb` as a person runs it: in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kb.content.files import write_folder
from tests import builders

ROOT = Path(__file__).resolve().parent.parent
DENIED = "git@x.invalid: Permission denied (publickey).\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    root = tmp_path / "pages"
    root.mkdir()
    write_folder(builders.a_folder(), root)
    (tmp_path / "tools.yaml").write_text("- slug: ssh\n  name: SSH\n  category: Network\n")
    return root


def kb(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kb", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def test_a_known_error_prints_its_page_and_line(pages: Path, tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    log.write_text(f"Cloning...\n{DENIED}")
    done = kb(str(log), "--pages", str(pages))
    assert done.returncode == 0, done.stderr
    assert "Permission denied (publickey)  (SSH, exact)" in done.stdout
    assert "     2 | git@x.invalid" in done.stdout


def test_standard_input_is_read_and_json_is_the_answer_of_the_api(pages: Path) -> None:
    done = kb("-", "--pages", str(pages), "--json", text=DENIED)
    answer = json.loads(done.stdout)
    assert answer["matches"][0]["slug"] == "ssh/permission-denied-publickey"
    assert set(answer) == {"index", "text", "matches", "suggestions", "unmatched", "environment"}


def test_an_unknown_error_exits_with_one_and_shows_its_line(pages: Path) -> None:
    done = kb("-", "--pages", str(pages), text="error: flux capacitor empty\n")
    assert done.returncode == 1
    assert "No page answers this yet." in done.stdout
    assert "flux capacitor" in done.stdout


def test_what_cannot_be_read_is_said(pages: Path, tmp_path: Path) -> None:
    missing = kb(str(tmp_path / "none.log"), "--pages", str(pages))
    assert missing.returncode == 2
    assert "none.log" in missing.stderr
    empty = kb("-", "--pages", str(tmp_path / "nowhere"))
    assert empty.returncode == 2
    assert "nowhere" in empty.stderr


def test_broken_page_files_are_named_with_their_line(pages: Path) -> None:
    file = next(pages.rglob("page.yaml"))
    file.write_text(file.read_text().replace("title:", "titel:"))
    done = kb("-", "--pages", str(pages))
    assert done.returncode == 2
    assert "page.yaml:" in done.stderr


def test_pages_that_can_be_read_answer_beside_one_that_cannot(pages: Path) -> None:
    broken = pages / "ssh" / "broken"
    broken.mkdir()
    (broken / "page.yaml").write_text("titel: x\n")
    done = kb("-", "--pages", str(pages), text=DENIED)
    assert done.returncode == 0
    assert "Permission denied (publickey)" in done.stdout
    assert "ssh/broken/page.yaml:" in done.stderr


def test_terminal_escapes_of_a_paste_never_reach_the_terminal(pages: Path) -> None:
    done = kb("-", "--pages", str(pages), text=f"\x1b]0;title\x07\x1b[2J{DENIED}")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("module", ["kb.matching.engine", "kb.content.files", "kb.__main__"])
def test_it_loads_neither_django_nor_celery(module: str) -> None:
    probe = f"import sys, {module}; print([name for name in sys.modules if name.split('.')[0] in ('django', 'celery')])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
