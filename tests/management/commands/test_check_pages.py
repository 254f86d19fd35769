from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from kb.content.tools import Tool, write_tools
from tests.content.builders import folder, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "tools.yaml").write_bytes(write_tools([Tool(slug="frob", name="Frob", category="Widgets")]))
    return write(tmp_path / "pages", folder())


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("check_pages", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_sound_pages_are_said_to_be_sound_without_a_database(root: Path) -> None:
    assert run(root) == "0 problems; 1 pages and 0 healthy logs looked at\n"


def test_problems_are_printed_with_file_and_line_and_the_command_fails(root: Path) -> None:
    page = root / "frob" / "widget-refused" / "page.yaml"
    page.write_text(page.read_text().replace("why:", "wy:"))
    line = next(number for number, text in enumerate(page.read_text().splitlines(), 1) if text.startswith("wy:"))
    out = StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("check_pages", str(page.parent), stdout=out)

    assert left.value.code == 1
    assert f"{page}:{line} KB007 `wy` is not a field of the page format; did you mean `why`?\n" in out.getvalue()


@pytest.mark.parametrize("place", [".", "pages", "pages/frob", "pages/frob/widget-refused"])
def test_it_can_be_run_from_anywhere(root: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.chdir(root.parent / place)

    assert run(root) == "0 problems; 1 pages and 0 healthy logs looked at\n"
    assert run(Path(os.path.relpath(root / "frob" / "widget-refused"))).startswith("0 problems; 1 pages")


def test_fixing_says_what_was_rewritten(root: Path) -> None:
    page = root / "frob" / "widget-refused" / "page.yaml"
    canonical = page.read_text()
    page.write_text(canonical.replace("'2026-11-20'", '"2026-11-20"'))

    out = run(root, "--fix")

    assert out == f"rewritten: {page.parent}\n0 problems; 1 pages and 0 healthy logs looked at\n"
    assert page.read_text() == canonical


def test_the_level_of_a_team_s_own_pages_asks_less(root: Path) -> None:
    page = root / "frob" / "widget-refused" / "page.yaml"
    page.write_text(page.read_text().replace("prevention: ", "background: "))

    with pytest.raises(SystemExit):
        run(root)

    assert run(root, "--level", "site").startswith("0 problems")
