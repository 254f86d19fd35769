"""The tools that pages are about: `fixtures/tools.yaml`, a list of slug, name, category and home page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from kb.content.document import Address, Key, Part, RequiredLine
from kb.content.problems import Finding, Problem, ProblemsFound
from kb.content.validating import validate
from kb.content.yaml_reading import Tree, comment_findings, read_yaml
from kb.content.yaml_writing import write_yaml_list


class Tool(Part):
    """A program, service or language that prints errors; the first half of the address of its pages."""

    slug: Key
    """First half of the address of its pages: `github-actions`."""
    name: RequiredLine
    """As its makers write it: `GitHub Actions`."""
    category: RequiredLine
    """The shelf on which it stands: `CI`."""
    home: Address | Literal[""] = ""
    """Its own site, where known for certain."""


class ToolList(Part):
    """All of the file."""

    tools: tuple[Tool, ...]


def read_tools(path: Path) -> tuple[Tool, ...]:
    """Every tool, or `ProblemsFound` with all that is wrong."""
    tools, problems = examine_tools(path)
    if problems:
        raise ProblemsFound(problems)
    return tools


def write_tools(tools: Sequence[Tool]) -> bytes:
    """The file in canonical form, sorted by slug."""
    ordered: list[Tool] = sorted(tools, key=lambda tool: tool.slug)
    return write_yaml_list(ordered).encode()


def examine_tools(path: Path) -> tuple[tuple[Tool, ...], list[Problem]]:
    """The tools that could be read, and what is wrong with the file."""
    if not path.is_file():
        return (), [Problem(path.as_posix(), 1, "KB011", "is missing; list the tools with slug, name and category")]
    return examine_list(path.read_bytes(), path.as_posix())


def examine_list(data: bytes, path: str) -> tuple[tuple[Tool, ...], list[Problem]]:
    """The same from the bytes of the file, wherever they come from."""
    reading = read_yaml(data)
    findings = [*reading.findings, *_shape_findings(reading.tree)]
    tools: tuple[Tool, ...] = ()
    if not findings:
        document, findings = validate(ToolList, {"tools": reading.tree or []})
        tools = document.tools if document else ()
        findings = [_without_first_step(finding) for finding in findings]
    findings += _double_slugs(tools)
    if not findings and data != write_tools(tools):
        message = "is not in canonical form; run `manage.py check_pages --fix`"
        findings = comment_findings(data.decode()) or [Finding("KB030", message, line=1)]
    located = [finding.in_folder("", reading.lines) for finding in findings]
    return tools, [Problem(path, problem.line, problem.code, problem.message) for problem in located]


def _shape_findings(tree: Tree | None) -> Iterator[Finding]:
    if isinstance(tree, str | dict):
        yield Finding("KB009", "is not a list; begin each tool with `- slug: `", line=1)


def _without_first_step(finding: Finding) -> Finding:
    return Finding(finding.code, finding.message, finding.where[1:])


def _double_slugs(tools: Sequence[Tool]) -> Iterator[Finding]:
    slugs = [tool.slug for tool in tools]
    for index, slug in enumerate(slugs):
        if slug in slugs[:index]:
            yield Finding("KB015", f"the slug `{slug}` stands here twice; keep one", (index, "slug"))
