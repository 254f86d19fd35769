"""`reproduce` at the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kb.content.files import read_folder
from kb.content.lint import Level
from kb.content.lint.tree import check, open_tree
from kb.content.tools import Tool, write_tools
from tests.content.builders import MESSAGE, folder, write

FAILS = f"# needs: sh\necho '{MESSAGE} db1'\n"
SUCCEEDS = "echo widget accepted\n"
SLUG = "frob/widget-refused"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two pages, of which one has scripts."""
    (tmp_path / "tools.yaml").write_bytes(write_tools([Tool(slug="frob", name="Frob", category="Widgets")]))
    other = folder("frob/other", signatures=[{"key": "lost", "text": "panic: the gizmo lost its thingamabob"}])
    pages = write(tmp_path / "pages", folder(SLUG), other)
    (pages / SLUG / "reproduce.sh").write_text(FAILS)
    (pages / SLUG / "fixed.sh").write_text(SUCCEEDS)
    return pages


def run(root: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("reproduce", *arguments, "--pages", str(root), stdout=out)
    return out.getvalue()


def refusal(root: Path, *arguments: str) -> str:
    errors = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("reproduce", *arguments, "--pages", str(root), stdout=StringIO(), stderr=errors)
    assert left.value.code == 1
    return errors.getvalue()


def test_pages_with_scripts_are_run_and_told_of(root: Path) -> None:
    lines = run(root).splitlines()

    assert lines[0].startswith(f"{SLUG}: reproduced, fix verified, ")
    assert lines[1:] == ["1 pages: 1 reproduced, 1 with the fix verified, 0 not run"]
    assert not (root / SLUG / "reproduced.yaml").exists()


def test_a_recorded_run_keeps_every_rule_until_a_script_changes(root: Path) -> None:
    run(root, SLUG, "--record")
    record = read_folder(root / SLUG).reproduction

    assert record
    assert record.is_proof
    assert MESSAGE in (root / SLUG / "reproduced.log").read_text()
    assert codes(root) == []

    (root / SLUG / "fixed.sh").write_text(f"{SUCCEEDS}true\n")
    assert codes(root) == ["KB061"]


def codes(root: Path) -> list[str]:
    """What the linter says of the page today."""
    tree = open_tree(root, datetime.now(tz=UTC).date())
    return [problem.code for problem in check(tree, Level.SHIPPED, root / SLUG)]


def test_what_was_not_reproduced_fails_the_command_and_leaves_the_record_alone(root: Path) -> None:
    run(root, "--record")
    before = (root / SLUG / "reproduced.yaml").read_bytes()
    (root / SLUG / "reproduce.sh").write_text("# needs: sh\necho all is well\n")

    assert f"{SLUG}: not reproduced: in what reproduce.sh printed the engine finds no page" in refusal(root, "--record")
    assert (root / SLUG / "reproduced.yaml").read_bytes() == before


def test_json_is_a_list_of_pages(root: Path) -> None:
    (told,) = json.loads(run(root, "--json"))

    assert (told["page"], told["reproduced"], told["first_match"], told["fix_verified"]) == (SLUG, True, SLUG, True)
    assert told["why"] == ""


def test_a_check_compares_the_outcome_and_not_the_bytes(root: Path) -> None:
    run(root, "--record")
    (root / SLUG / "reproduced.log").write_text("printed on another day\n")
    assert "1 reproduced" in run(root, "--check")

    (root / SLUG / "fixed.sh").write_text("exit 1\n")
    assert f"{SLUG}: its fix was verified on " in refusal(root, "--check")


def test_a_check_says_what_it_did_not_run(root: Path) -> None:
    assert f"{SLUG}: not run: there is no record to compare with" in run(root, "--check")

    run(root, "--record")
    (root / SLUG / "reproduce.sh").write_text(FAILS.replace("needs: sh", "needs: no-such-tool-anywhere"))
    assert f"{SLUG}: not run: no-such-tool-anywhere is not on PATH" in run(root, "--check")


def test_pages_are_named_by_address_or_tool(root: Path) -> None:
    assert "1 reproduced" in run(root, "frob")
    assert "frob/other: not run: it has no reproduce.sh" in run(root, "frob/other")
    with pytest.raises(CommandError, match=r"no page with a reproduce\.sh is called frob/unheard-of"):
        run(root, "frob/unheard-of")


def test_a_page_that_cannot_be_read_is_not_run(root: Path) -> None:
    (root / SLUG / "page.yaml").write_text("title: [\n")

    assert f"{SLUG}: not run: the page cannot be read: " in run(root)


def test_a_record_that_cannot_be_read_is_made_anew(root: Path) -> None:
    (root / SLUG / "reproduced.yaml").write_text("outcome: perhaps\n")

    run(root, "--record")

    assert codes(root) == []


def test_recording_and_comparing_at_once_is_refused(root: Path) -> None:
    with pytest.raises(CommandError, match="give one of them"):
        run(root, "--record", "--check")


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no pages; name the folder"):
        run(tmp_path)


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5"])
def test_a_number_that_is_none_is_refused(root: Path, number: str) -> None:
    with pytest.raises(CommandError, match=f"'{number}' is not a whole number from 1 on"):
        run(root, f"--jobs={number}")
