from __future__ import annotations

from pathlib import Path

import pytest

from kb.content.lint import Level
from kb.content.lint.tree import check, fix, open_tree, root_of
from kb.content.tools import Tool, write_tools
from tests.content.builders import HIT, MESSAGE, TODAY, folder, write

OTHER = folder(
    "frob/gizmo",
    title="The gizmo went up in smoke",
    signatures=[{"key": "smoke", "text": "the gizmo went up in smoke at <host>"}],
    texts={
        "hit-other.log": "the gizmo went up in smoke at db1\n",
        "hit-plain.log": "12:00 the gizmo went up in smoke at db2\n",
        "near-happy.log": "the gizmo is well\n",
    },
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "build.log").write_text("all is well\n")
    (tmp_path / "tools.yaml").write_bytes(write_tools([Tool(slug="frob", name="Frob", category="Widgets")]))
    return write(tmp_path / "pages", folder(), OTHER)


def problems(root: Path, part: Path | None = None, level: Level = Level.SHIPPED) -> list[str]:
    found = check(open_tree(root, TODAY), level, part)
    return [f"{Path(one.path).parent.name}/{Path(one.path).name} {one.code}" for one in found]


def spoil(root: Path, page: str, old: str, new: str) -> Path:
    path = root / page / "page.yaml"
    path.write_text(path.read_text().replace(old, new))
    return path


def test_a_sound_tree_has_no_problems(root: Path) -> None:
    assert problems(root) == []


def test_problems_of_reading_and_of_the_rules_are_said_together(root: Path) -> None:
    spoil(root, "frob/gizmo", "title: The gizmo", "titel: The gizmo")
    spoil(root, "frob/widget-refused", "created: '2026-11-19'", "created: 2026-11-19")

    assert problems(root) == [
        "gizmo/page.yaml KB007",
        "gizmo/page.yaml KB008",
        "widget-refused/page.yaml KB030",
    ]


def test_a_page_that_fires_on_a_clean_log_is_found(root: Path) -> None:
    (root.parent / "clean" / "build.log").write_text(HIT)

    assert problems(root, level=Level.SITE) == ["widget-refused/page.yaml KB021"]


def test_a_tool_that_is_not_listed_is_a_problem(root: Path) -> None:
    (root.parent / "tools.yaml").write_bytes(write_tools([]))

    assert problems(root) == ["gizmo/page.yaml KB019", "widget-refused/page.yaml KB019"]


def test_a_part_is_proved_against_all_pages_but_only_its_own_problems_are_said(root: Path) -> None:
    spoil(root, "frob/gizmo", "the gizmo went up in smoke at <host>", f"'{MESSAGE} <name>'")

    found = problems(root, root / "frob" / "widget-refused")

    assert "widget-refused/page.yaml KB024" in found
    assert all(problem.startswith("widget-refused/") for problem in found)


def test_the_root_is_found_from_a_page_a_tool_or_a_file(root: Path) -> None:
    page = root / "frob" / "gizmo"

    assert {root_of(path) for path in (root, root / "frob", page, page / "page.yaml")} == {root}


def test_fixing_rewrites_what_is_sound_and_only_that(root: Path) -> None:
    rewritten = spoil(root, "frob/gizmo", "created: '2026-11-19'", "created: 2026-11-19")
    commented = spoil(root, "frob/widget-refused", "created:", "# when\ncreated:")
    before = commented.read_text()

    written = fix(open_tree(root, TODAY))

    assert written == [rewritten.parent]
    assert "created: '2026-11-19'" in rewritten.read_text()
    assert commented.read_text() == before
    assert problems(root) == ["widget-refused/page.yaml KB005"]


def test_fixing_a_part_leaves_the_rest(root: Path) -> None:
    for page in ("frob/gizmo", "frob/widget-refused"):
        spoil(root, page, "created: '2026-11-19'", "created: 2026-11-19")

    fix(open_tree(root, TODAY), root / "frob" / "gizmo")

    assert problems(root) == ["widget-refused/page.yaml KB030"]


def test_fixing_puts_the_tools_in_order(root: Path) -> None:
    (root.parent / "tools.yaml").write_text("- {slug: frob, name: Frob, category: Widgets}\n")

    assert fix(open_tree(root, TODAY)) == [root.parent / "tools.yaml"]
    assert problems(root) == []
