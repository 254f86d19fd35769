from __future__ import annotations

from pathlib import Path

import pytest

from kb.content.problems import ProblemsFound
from kb.content.tools import Tool, examine_tools, read_tools, write_tools

GIT = Tool(slug="git", name="Git", category="Version control", home="https://git.example.invalid/")
APT = Tool(slug="apt", name="APT", category="Linux")


def problems(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "tools.yaml").write_text(text)
    return [f"{one.line} {one.code}" for one in examine_tools(tmp_path / "tools.yaml")[1]]


def test_tools_are_written_sorted_and_read_back(tmp_path: Path) -> None:
    (tmp_path / "tools.yaml").write_bytes(write_tools([GIT, APT]))

    assert read_tools(tmp_path / "tools.yaml") == (APT, GIT)


def test_no_tools_at_all_are_sound(tmp_path: Path) -> None:
    assert problems(tmp_path, write_tools([]).decode()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- slug: git\n  nam: Git\n  category: x\n", ["1 KB008", "2 KB007"]),
        ("- slug: Git\n  name: Git\n  category: x\n", ["1 KB010"]),
        ("- slug: git\n  name: Git\n  category: x\n- slug: git\n  name: G\n  category: y\n", ["4 KB015"]),
        ("git: Git\n", ["1 KB009"]),
        ("- slug: git # x\n  name: Git\n  category: x\n", ["1 KB005"]),
        ("- {slug: git, name: Git, category: x}\n", ["1 KB030"]),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert sorted(problems(tmp_path, text)) == expected


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match=r"tools\.yaml:1 KB011 is missing"):
        read_tools(tmp_path / "tools.yaml")


def test_the_shipped_list_is_sound() -> None:
    tools = read_tools(Path(__file__).parents[2] / "fixtures" / "tools.yaml")

    assert {"git", "github-actions", "ssh"} <= {tool.slug for tool in tools}
