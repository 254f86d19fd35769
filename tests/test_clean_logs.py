"""The healthy logs: many tools and dresses, each described, and nothing in them that does not belong."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bench.dress import COMMAND_MARK, DRESSES, dress

CLEAN = Path(__file__).resolve().parent.parent / "fixtures" / "clean"
LOGS = sorted(CLEAN.glob("*.log"))
NAME = re.compile(r"(?P<tool>[a-z0-9]+)-[a-z0-9-]+\.(?P<dress>[a-z0-9-]+)\.log")
README_ROW = re.compile(
    r"^\| `(?P<file>[^`]+)` \| (?P<tool>[^|]+) \| (?P<run>[^|]+) \| (?P<dress>[^|]+) \| 20\d\d-\d\d-\d\d \|$",
    re.MULTILINE,
)
HOST = re.compile(
    r"(?:https?|ssh)://(?:[^/@\s]*@)?([a-z0-9.-]+)|\b((?:[a-z0-9-]+\.)+(?:org|com|io|net|dev))\b", re.IGNORECASE
)
SERVES_PACKAGES = re.compile(
    r"(?:^|\.)(?:pypi|pythonhosted|npmjs|yarnpkg|crates|rubygems|packagist|docker)\.(?:org|com|io)$"
    r"|^(?:[a-z]+\.)*(?:deb|security|archive|proxy|sum|repo[0-9]*|registry[a-z0-9-]*)\.(?!example\.)[a-z0-9.-]+$"
)
DOCUMENTATION = re.compile(r"^(?:docs|doc|www)\.")

TRANSCRIPT = f"{COMMAND_MARK}make all\ncc -c error.c\n 50%\r100%\n0 errors\n{COMMAND_MARK}make check\nok\n"


def read(log: Path) -> str:
    return log.read_bytes().decode("utf-8")


def name_parts(log: Path) -> re.Match[str]:
    match = NAME.fullmatch(log.name)
    assert match, f"{log.name}: name it <tool>-<what>.<dress>.log"
    return match


def test_there_are_logs_of_many_tools() -> None:
    assert len(LOGS) >= 40
    assert len({name_parts(log)["tool"] for log in LOGS}) >= 14


@pytest.mark.parametrize("system", ["github-actions", "gitlab", "jenkins"])
def test_each_ci_system_dresses_at_least_ten_logs(system: str) -> None:
    dressed = [log for log in LOGS if name_parts(log)["dress"] in {system, f"{system}-timestamps"}]
    assert len(dressed) >= 10


def test_every_log_is_named_after_a_dress_that_exists() -> None:
    assert {name_parts(log)["dress"] for log in LOGS} <= set(DRESSES)


def test_the_readme_lists_each_log_once_with_tool_run_and_dress() -> None:
    rows = {row["file"]: row["dress"] for row in README_ROW.finditer(read(CLEAN / "README.md"))}
    assert rows == {log.name: name_parts(log)["dress"] for log in LOGS}
    listed = Counter(row["file"] for row in README_ROW.finditer(read(CLEAN / "README.md")))
    assert set(listed.values()) == {1}


def test_the_folder_holds_nothing_but_logs_and_their_readme() -> None:
    assert {path.name for path in CLEAN.iterdir()} == {"README.md", *(log.name for log in LOGS)}


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_a_log_is_utf8_of_a_sensible_size(log: Path) -> None:
    assert read(log).endswith("\n")
    assert 1024 <= log.stat().st_size <= 200 * 1024
    assert COMMAND_MARK not in read(log)


def test_all_logs_together_stay_small() -> None:
    assert sum(log.stat().st_size for log in LOGS) < 2 * 1024 * 1024


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_a_log_names_no_package_registry(log: Path) -> None:
    assert registries_in(read(log)) == set()


def registries_in(text: str) -> set[str]:
    hosts = {(by_address or bare).lower() for by_address, bare in HOST.findall(text)}
    return {host for host in hosts if SERVES_PACKAGES.search(host) and not DOCUMENTATION.match(host)}


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("pypi", "org"),
        ("registry", "npmjs.org"),
        ("deb", "debian.org"),
        ("index", "crates.io"),
        ("proxy", "golang.org"),
    ],
)
def test_the_rule_knows_a_package_registry(name: str, domain: str) -> None:
    host = f"{name}.{domain}"
    assert registries_in(f"Get:1 https://{host}/simple") == {host}
    assert registries_in(f"downloading from {host}") == {host}


@pytest.mark.parametrize("host", ["docs.docker.com", "registry.example.com", "kubernetes.io"])
def test_the_rule_lets_documentation_and_examples_pass(host: str) -> None:
    assert registries_in(f"see https://{host}/errors") == set()


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_a_log_in_a_ci_dress_ends_in_success(log: Path) -> None:
    endings = {"gitlab": "Job succeeded", "jenkins": "Finished: SUCCESS", "github": "Cleaning up orphan processes"}
    ending = endings.get(name_parts(log)["dress"].partition("-")[0], "")
    assert ending in read(log).rstrip("\n").rpartition("\n")[2]


@pytest.mark.parametrize("name", DRESSES)
def test_a_dress_is_the_same_for_the_same_seed(name: str) -> None:
    assert dress(TRANSCRIPT, name, seed=7) == dress(TRANSCRIPT, name, seed=7)


@pytest.mark.parametrize("name", DRESSES)
def test_a_dress_keeps_every_line_of_the_output_in_order(name: str) -> None:
    lines = dress(TRANSCRIPT, name, seed=1).split("\n")
    places = [
        next(at for at, line in enumerate(lines) if line.endswith(end)) for end in ("cc -c error.c", "100%", "0 errors")
    ]
    assert places == sorted(places)
    assert any(line.endswith(" 50%\r100%") for line in lines)


@pytest.mark.parametrize("name", sorted(set(DRESSES) - {"plain", "docker-compose", "jenkins"}))
def test_another_seed_gives_other_times(name: str) -> None:
    assert dress(TRANSCRIPT, name, seed=1) != dress(TRANSCRIPT, name, seed=2)


def test_an_unknown_dress_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown dress 'travis'; use one of: plain, github-actions"):
        dress(TRANSCRIPT, "travis", seed=1)


def test_a_transcript_without_output_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no output"):
        dress(f"{COMMAND_MARK}true\n", "plain", seed=1)
