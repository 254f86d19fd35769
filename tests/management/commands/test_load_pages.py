"""`load_pages` and `dump_pages` at the command line."""

from __future__ import annotations

import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kb.content.files import write_folder
from kb.content.tools import write_tools
from kb.models import Page
from kb.services import indexing, silence
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two pages and the list of their tools."""
    for slug in ("ssh/one", "ssh/two"):
        write_folder(builders.a_folder(slug), tmp_path / "pages")
    (tmp_path / "tools.yaml").write_bytes(write_tools([builders.a_tool_entry()]))
    return tmp_path


def load(tree: Path) -> str:
    output = StringIO()
    call_command("load_pages", tree / "pages", tools=tree / "tools.yaml", stdout=output)
    return output.getvalue()


def refusal(tree: Path) -> str:
    """What is said when loading is refused."""
    errors = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("load_pages", tree / "pages", tools=tree / "tools.yaml", stderr=errors)
    assert end.value.code == 1
    return errors.getvalue()


def test_each_changed_page_has_a_line_and_all_of_them_a_summary(tree: Path) -> None:
    assert load(tree).splitlines() == [
        "ssh/one: created",
        "ssh/two: created",
        "2 pages: 0 unchanged, 2 created, 0 updated, 0 drafted",
    ]
    write_folder(builders.a_folder("ssh/two", title="Better"), tree / "pages")
    assert load(tree).splitlines() == ["ssh/two: updated", "2 pages: 1 unchanged, 0 created, 1 updated, 0 drafted"]


def test_it_says_which_page_was_left_alone(tree: Path) -> None:
    load(tree)
    page = Page.objects.at("ssh/one").get()
    builders.publish_edit(page, title="Edited")
    write_folder(builders.a_folder("ssh/one", title="From files"), tree / "pages")
    assert "ssh/one: left alone, because it was edited here" in load(tree)


def test_a_problem_in_one_file_is_said_with_its_line_and_nothing_is_loaded(tree: Path) -> None:
    page = tree / "pages" / "ssh" / "two" / "page.yaml"
    page.write_text(page.read_text().replace("title:", "titel:", 1))
    said = refusal(tree)
    assert f"{page.as_posix()}:1 KB" in said
    assert said.rstrip().endswith("Nothing was loaded.")
    assert not Page.objects.exists()


def test_what_only_the_database_knows_stops_a_load_as_well(tree: Path) -> None:
    (tree / "tools.yaml").write_bytes(write_tools([builders.a_tool_entry("git")]))
    assert "ssh/one: there is no tool ssh; add it to tools.yaml" in refusal(tree)
    assert not Page.objects.exists()


def test_dumping_writes_the_files_that_were_loaded(tree: Path) -> None:
    load(tree)
    output = StringIO()
    call_command("dump_pages", tree / "out", "ssh/two", stdout=output)
    assert output.getvalue() == f"1 pages written to {tree / 'out'}\n"
    for file in (tree / "pages" / "ssh" / "two").iterdir():
        assert (tree / "out" / "ssh" / "two" / file.name).read_bytes() == file.read_bytes()


def test_dumping_an_unknown_page_is_refused(tree: Path) -> None:
    with pytest.raises(CommandError, match="no published page is called ssh/three"):
        call_command("dump_pages", tree / "out", "ssh/three")


def test_the_healthy_logs_beside_the_pages_are_searched_once_for_each_change(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "live", indexing.LiveIndex())
    (tree / "clean").mkdir()
    (tree / "clean" / "build.log").write_text("all is well\n")
    assert "1 logs on" in load(tree)
    assert "logs on" not in load(tree)
    (tree / "clean" / "other.log").write_text("git@example.invalid: Permission denied (publickey).\n")
    assert "2 pages fired" in load(tree)


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_an_archive_that_was_dumped_is_loaded_as_its_folders_would_be(tree: Path, tmp_path: Path, ending: str) -> None:
    load(tree)
    target, output = tmp_path / f"pages.{ending}", StringIO()
    call_command("dump_pages", target, stdout=output)
    assert output.getvalue() == f"packed into {target}\n"
    assert [path.name for path in tmp_path.glob("pages.*")] == [target.name]
    call_command("load_pages", target, stdout=output)
    assert "2 pages: 2 unchanged" in output.getvalue()
    write_folder(builders.a_folder("ssh/two", title="Better"), tree / "pages")
    load(tree)
    call_command("load_pages", target, stdout=output)
    assert "ssh/two: updated" in output.getvalue()


def test_a_dry_run_says_what_would_change_and_writes_nothing(tree: Path) -> None:
    output = StringIO()
    call_command("load_pages", tree / "pages", tools=tree / "tools.yaml", dry_run=True, stdout=output)
    assert "ssh/one: created" in output.getvalue()
    assert output.getvalue().endswith("2 created, 0 updated, 0 drafted; nothing was written\n")
    assert not Page.objects.exists()
    load(tree)
    write_folder(builders.a_folder("ssh/two", title="Better"), tree / "pages")
    call_command("load_pages", tree / "pages", tools=tree / "tools.yaml", dry_run=True, stdout=output)
    assert "ssh/two: updated\n   title\n" in output.getvalue()
    assert Page.objects.get(slug="two").live_revision.title != "Better"  # type: ignore[union-attr]


def test_an_archive_with_a_fault_loads_nothing(tree: Path, tmp_path: Path) -> None:
    target, errors = tmp_path / "pages.zip", StringIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path in (tree / "pages").rglob("*.*"):
            archive.write(path, path.relative_to(tree))
        archive.writestr("pages/ssh/one/evil.exe", b"MZ")
    with pytest.raises(SystemExit):
        call_command("load_pages", target, tools=tree / "tools.yaml", stderr=errors)
    assert "ssh/one/evil.exe:1 KB012" in errors.getvalue()
    target.write_bytes(b"PK\x03\x04")
    with pytest.raises(SystemExit):
        call_command("load_pages", target, stderr=errors)
    assert "It is damaged" in errors.getvalue()
    assert not Page.objects.exists()
