"""Examine page files: a whole tree, or a part of it against all the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb.content.files import FolderReading, TreeReading, examine_tree, write_folder
from kb.content.lint import Level, lint
from kb.content.lint.corpus import Corpus, Subject
from kb.content.problems import PAGE_FILE, Problem
from kb.content.tools import Tool, examine_tools, write_tools


@dataclass(frozen=True)
class Tree:
    """All that is checked together: the pages of a root, with the tools and the healthy logs that stand beside it."""

    root: Path
    reading: TreeReading
    tools: tuple[Tool, ...]
    tool_problems: tuple[Problem, ...]
    corpus: Corpus

    @property
    def tools_path(self) -> Path:
        return self.root.parent / "tools.yaml"


def open_tree(root: Path, today: date) -> Tree:
    """Read everything under `root`, `tools.yaml` and `clean/` beside it."""
    reading = examine_tree(root)
    tools, tool_problems = examine_tools(root.parent / "tools.yaml")
    clean = {path.as_posix(): path.read_bytes() for path in clean_logs(root.parent / "clean")}
    return Tree(root, reading, tools, tuple(tool_problems), Corpus(reading.folders, today, clean))


def clean_logs(folder: Path) -> list[Path]:
    """The healthy logs, on which no page may fire."""
    return sorted(path for path in folder.glob("**/*") if path.is_file() and path.name != "README.md")


def root_of(path: Path) -> Path:
    """The root of the tree that a page folder, a tool's folder or a root is part of."""
    if path.is_file():
        path = path.parent
    if (path / PAGE_FILE).exists():
        return path.parent.parent
    return path.parent if any(path.glob(f"*/{PAGE_FILE}")) else path


def check(tree: Tree, level: Level, part: Path | None = None) -> list[Problem]:
    """Every problem under `part`, or of the whole tree, sorted."""
    problems = [*tree.tool_problems, *tree.reading.problems]
    known = {tool.slug for tool in tree.tools}
    for reading in tree.reading.readings:
        if reading.folder and _is_within(reading.path, part):
            problems += lint_reading(reading, tree.corpus, level)
            if reading.folder.tool not in known and not tree.tool_problems:
                problems.append(_unknown_tool(tree, reading))
    return sorted({problem for problem in problems if _is_within(problem.path, part)})


def lint_reading(reading: FolderReading, corpus: Corpus, level: Level) -> list[Problem]:
    """The rules, on a page that was read from files."""
    assert reading.folder
    subject = Subject(reading.folder, reading.path, reading.files, reading.lines)
    return lint(subject, corpus, level)


def fix(tree: Tree, part: Path | None = None) -> list[Path]:
    """Rewrite what is sound but not in canonical form; what has problems is left as it is, so that nothing is lost."""
    written = []
    for reading in tree.reading.readings:
        if reading.folder and not reading.findings and _is_within(reading.path, part):
            before = dict(reading.files)
            path = write_folder(reading.folder, tree.root)
            if any(before.get(entry.name) != entry.read_bytes() for entry in path.iterdir() if entry.is_file()):
                written.append(path)
    if part is None and _only_form(tree.tool_problems) and tree.tools:
        tree.tools_path.write_bytes(write_tools(tree.tools))
        written.append(tree.tools_path)
    return written


def _only_form(problems: tuple[Problem, ...]) -> bool:
    return bool(problems) and all(problem.code == "KB030" for problem in problems)


def _unknown_tool(tree: Tree, reading: FolderReading) -> Problem:
    tool = reading.folder.tool if reading.folder else ""
    message = f"the tool `{tool}` is not in {tree.tools_path.as_posix()}; add it with name and category"
    return Problem(f"{reading.path}/{PAGE_FILE}", 1, "KB019", message)


def _is_within(path: str, part: Path | None) -> bool:
    return part is None or Path(path).is_relative_to(part)
