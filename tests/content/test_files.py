from __future__ import annotations

from pathlib import Path

import pytest

from kb.content.document import PageFolder, Reproduction
from kb.content.files import (
    MAX_SAMPLE_BYTES,
    digest_of,
    examine_files,
    examine_tree,
    files_of,
    read_folder,
    read_tree,
    write_folder,
)
from kb.content.problems import ProblemsFound
from kb.content.scripts import Scripts
from kb.content.yaml_writing import write_yaml
from tests.content.builders import folder, page, reproduced, write

LONG_FIX = [{"key": "register", "title": "Register it", "for": ["unregistered"], "body": "See the script."}]


def with_long_fix(text: str = "```\nfrobnicate\n```") -> PageFolder:
    one = folder(fixes=LONG_FIX)
    fixes = (one.doc.fixes[0].model_copy(update={"long": text}),)
    return one.model_copy(update={"doc": one.doc.model_copy(update={"fixes": fixes})})


def problems(root: Path) -> list[str]:
    return [f"{Path(one.path).name}:{one.line} {one.code}" for one in examine_tree(root).problems]


def test_a_folder_that_was_written_is_read_back_the_same(tmp_path: Path) -> None:
    one = with_long_fix()

    path = write_folder(one, tmp_path)

    assert read_folder(path) == one
    assert {entry.name: entry.read_bytes() for entry in path.iterdir()} == files_of(one)


def test_a_tree_is_read_in_the_order_of_the_slugs(tmp_path: Path) -> None:
    write(tmp_path, folder("frob/b"), folder("a/z"), folder("frob/a"))

    assert [one.full_slug for one in read_tree(tmp_path)] == ["a/z", "frob/a", "frob/b"]


@pytest.mark.parametrize("text", ["a\r\nb\rc\n", "no end", "\x0cform\x0b\x1b[31mred\x1b[0m\n", "\ufeffx\u2028y\n", ""])
def test_samples_keep_every_byte(tmp_path: Path, text: str) -> None:
    names = ("hit-other.log", "hit-plain.log", "near-happy.log")
    one = folder(texts=dict.fromkeys(names, text))

    path = write_folder(one, tmp_path)

    assert (path / "hit-plain.log").read_bytes() == text.encode()
    assert read_folder(path).samples == one.samples


def test_long_code_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = write_folder(with_long_fix("line\n\n    deep"), tmp_path)

    assert (path / "fix-register.md").read_text() == "line\n\n    deep\n"
    assert "deep" not in (path / "page.yaml").read_text()
    assert read_folder(path).doc.fixes[0].long == "line\n\n    deep"


def test_a_code_file_without_its_fix_is_a_problem(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    (path / "fix-nothing.md").write_text("x")

    assert problems(tmp_path) == ["fix-nothing.md:1 KB014"]


def test_an_empty_code_file_is_a_problem(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    (path / "fix-register.md").write_text("\n")

    assert problems(tmp_path) == ["fix-register.md:1 KB014"]


def test_a_control_character_in_a_code_file_is_reported_there(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    (path / "fix-register.md").write_text("a\x1bb\n")

    assert problems(tmp_path) == ["fix-register.md:1 KB010"]


def test_long_code_is_not_written_into_the_yaml_file(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    text = (path / "page.yaml").read_text().replace("  - key: register\n", "  - key: register\n    long: x\n")
    (path / "page.yaml").write_text(text)

    (problem,) = examine_tree(tmp_path).problems

    assert problem.code == "KB007"
    assert "fix-<key>.md" in problem.message
    assert text.splitlines()[problem.line - 1] == "    long: x"


def test_the_line_of_a_problem_is_the_line_of_the_field(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    text = (path / "page.yaml").read_text().replace("    title: Nobody registered it\n", "    title: ''\n")
    (path / "page.yaml").write_text(text)

    (problem,) = examine_tree(tmp_path).problems

    assert problem.code == "KB010"
    assert text.splitlines()[problem.line - 1] == "    title: ''"


def test_comments_are_refused_because_they_would_be_lost(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    lines = (path / "page.yaml").read_text().splitlines()
    (path / "page.yaml").write_text("\n".join(["# why", *lines, "# the end"]))

    assert problems(tmp_path) == ["page.yaml:1 KB005", f"page.yaml:{len(lines) + 2} KB005"]


def test_a_canonical_file_with_a_hash_in_a_text_holds_no_comment(tmp_path: Path) -> None:
    write(tmp_path, folder(why="One\n# two\n##[error] three"))

    assert problems(tmp_path) == []


def test_all_problems_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    write(tmp_path, folder("frob/a"), folder("frob/b"), folder("frob/c"))
    (tmp_path / "frob/a/page.yaml").write_text("title: [\n")
    (tmp_path / "frob/b/hit-plain.log").write_bytes(b"a\nb\xff\n")
    (tmp_path / "frob/c/page.yaml").unlink()

    with pytest.raises(ProblemsFound) as found:
        read_tree(tmp_path)

    assert [(Path(one.path).as_posix(), one.code) for one in found.value.problems] == [
        (f"{tmp_path.as_posix()}/frob/a/page.yaml", "KB001"),
        (f"{tmp_path.as_posix()}/frob/b/hit-plain.log", "KB006"),
        (f"{tmp_path.as_posix()}/frob/c/page.yaml", "KB011"),
    ]


def test_what_does_not_belong_is_named(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    (path / "notes.txt").write_text("x")
    (path / "hit-Upper.log").write_text("x")
    (path / "sub").mkdir()
    (path / "near-link.log").symlink_to(path / "hit-plain.log")
    (tmp_path / "README").write_text("x")

    assert problems(tmp_path) == [
        "README:1 KB012",
        "hit-Upper.log:1 KB012",
        "near-link.log:1 KB012",
        "notes.txt:1 KB012",
        "sub:1 KB012",
    ]


def test_the_files_of_a_reproduction_belong(tmp_path: Path) -> None:
    path = write_folder(reproduced(folder()), tmp_path)
    for name in ("reproduce.sh", "fixed.sh"):
        (path / name).write_text("# needs: frobnicate\n")
    reading = examine_tree(tmp_path).readings[0]

    assert problems(tmp_path) == []
    assert reading.scripts
    assert reading.scripts.needs == ("frobnicate",)


def test_the_record_of_a_run_is_read_and_written_back_byte_for_byte(tmp_path: Path) -> None:
    one = reproduced(folder(), transcript="two\r\nends \rof line\n\n")
    path = write_folder(one, tmp_path)

    assert read_folder(path) == one
    assert files_of(one)["reproduced.log"] == b"two\r\nends \rof line\n\n"
    assert {entry.name: entry.read_bytes() for entry in path.iterdir()} == files_of(one)


def test_a_record_is_stale_once_the_scripts_are_not_those_that_ran(tmp_path: Path) -> None:
    ran = Scripts.among({"reproduce.sh": b"false\n"})
    assert ran
    path = write_folder(reproduced(folder(), script_digest=ran.digest), tmp_path)
    (path / "reproduce.sh").write_text("false\n")
    assert record_in(path).is_proof

    (path / "reproduce.sh").write_text("true\n")
    assert record_in(path).is_stale
    assert not record_in(path).is_proof


def record_in(path: Path) -> Reproduction:
    record = read_folder(path).reproduction
    assert record
    return record


def test_a_record_that_cannot_be_read_is_a_problem_with_its_line(tmp_path: Path) -> None:
    path = write_folder(reproduced(folder()), tmp_path)
    record = path / "reproduced.yaml"
    record.write_text(record.read_text().replace("outcome: reproduced", "outcome: perhaps"))
    line = next(number for number, text in enumerate(record.read_text().splitlines(), 1) if "perhaps" in text)

    assert problems(tmp_path) == [f"reproduced.yaml:{line} KB010"]
    assert [one.doc for one in examine_tree(tmp_path).folders] == [folder().doc]


def test_a_record_of_one_text_is_a_problem(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    (path / "reproduced.yaml").write_text("it worked\n")

    assert problems(tmp_path) == ["reproduced.yaml:1 KB009"]


def test_a_transcript_without_its_record_is_a_problem(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    (path / "reproduced.log").write_text("$ frobnicate\n")

    assert problems(tmp_path) == ["reproduced.log:1 KB011"]


def test_a_run_does_not_change_the_digest_of_the_page() -> None:
    assert digest_of(reproduced(folder())) == digest_of(folder())


@pytest.mark.parametrize("slug", ["Frob/x", "frob/a_b", "frob/a--b", "frob/" + "a" * 65])
def test_a_folder_that_is_no_address_is_a_problem(slug: str) -> None:
    reading = examine_files(slug, {"page.yaml": write_yaml(page(samples=[])).encode()})

    assert [finding.code for finding in reading.findings] == ["KB011"]
    assert reading.folder is None


def test_a_root_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    assert problems(tmp_path / "nowhere") == ["nowhere:1 KB011"]


def test_a_sample_with_a_nul_byte_is_a_problem_because_no_database_keeps_it(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    (path / "hit-plain.log").write_bytes(b"one\ntwo\0\n")

    assert problems(tmp_path) == ["hit-plain.log:2 KB006"]


def test_a_huge_sample_is_a_problem(tmp_path: Path) -> None:
    path = write_folder(folder(), tmp_path)
    (path / "hit-plain.log").write_bytes(b"x" * (MAX_SAMPLE_BYTES + 1))

    assert "hit-plain.log:1 KB002" in problems(tmp_path)


def test_references_to_pages_that_are_known_elsewhere_are_alive(tmp_path: Path) -> None:
    write(tmp_path, folder(related=[{"page": "frob/other", "tell": "x"}]))

    assert [one.split()[1] for one in problems(tmp_path)] == ["KB017"]
    assert len(read_tree(tmp_path, known_elsewhere=["frob/other"])) == 1


def test_a_page_that_cannot_be_read_is_still_an_address_that_others_may_name(tmp_path: Path) -> None:
    write(tmp_path, folder(related=[{"page": "frob/other", "tell": "x"}]), folder("frob/other"))
    (tmp_path / "frob/other/page.yaml").write_text("title: [\n")

    assert [one.split()[1] for one in problems(tmp_path)] == ["KB001"]


def test_writing_removes_what_the_page_no_longer_has_and_nothing_else(tmp_path: Path) -> None:
    path = write_folder(with_long_fix(), tmp_path)
    (path / "reproduce.sh").write_text("x")
    (path / "notes.txt").write_text("x")

    write_folder(folder(texts={}), tmp_path)

    assert sorted(entry.name for entry in path.iterdir()) == ["notes.txt", "page.yaml", "reproduce.sh"]


def test_the_digest_changes_with_every_part_of_the_page() -> None:
    digests = {digest_of(one) for one in (folder(), folder(why="x"), folder(texts={}), with_long_fix())}

    assert len(digests) == 4
    assert digest_of(folder()) == digest_of(folder())
