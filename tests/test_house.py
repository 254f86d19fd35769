"""The house as a whole: locks, imports, map, README."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def folders(path: str) -> set[str]:
    """The folders in this one that belong to the project; of the hidden ones only one does."""
    ignored = {line.strip("/") for line in read(".gitignore").splitlines()}
    found = {child.name for child in (ROOT / path).iterdir() if child.is_dir()}
    return {name for name in found - ignored if not name.startswith(".") or name == ".ci"}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_place_to_get_them_from(lock: str) -> None:
    lines = [line.strip() for line in read(lock).splitlines() if line.strip() and not line.startswith("#")]
    strangers = [
        line for line in lines if not re.match(r"[A-Za-z0-9][\w.\[\],-]*==\S|--hash=sha256:[0-9a-f]{64}\b", line)
    ]
    assert strangers == []


def test_both_locks_agree() -> None:
    def pins(lock: str) -> set[str]:
        return {line.split(" ")[0] for line in read(lock).splitlines() if "==" in line and not line.startswith(" ")}

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


def test_the_engine_is_imported_without_django_and_celery() -> None:
    code = (
        "import sys, kb.matching.engine, kb.__main__; print(*sorted({'django', 'celery', 'kombu'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_readme_names_the_two_commands_and_an_example() -> None:
    readme = read("README.md")
    assert "\nmake run\n" in readme
    assert "\nmake test\n" in readme
    assert "curl" in readme


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}.md" for name in ("map", "operations", "page-format"))])
def test_links_between_documents_lead_somewhere(page: str) -> None:
    here = (ROOT / page).parent
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", read(page))
    assert [link for link in links if not (here / link).exists()] == []


def test_the_map_names_every_package_that_exists_and_no_other() -> None:
    named = set(re.findall(r"`kb/(\w+)/`", read("docs/map.md")))
    assert named == folders("kb")


def test_the_map_names_every_folder_at_the_top_and_no_other() -> None:
    named = set(re.findall(r"`(\.?\w+)/`", read("docs/map.md")))
    assert named == folders(".")


def test_every_setting_is_explained_and_no_other() -> None:
    settings = set(re.findall(r'"(KB_[A-Z_]+)"', read("kb/settings.py")))
    explained = {name.removesuffix("_FILE") for name in re.findall(r"\bKB_[A-Z_]+\b", read("docs/operations.md"))}
    assert explained == settings


def test_every_decision_says_its_price_and_how_to_undo_it() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert len(decisions) >= 7
    for decision in decisions:
        text = decision.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Choice", "Price", "Undo")), decision.name


def test_the_project_has_the_licenses_it_says() -> None:
    assert "MIT License" in read("LICENSE")
    assert "CC BY 4.0" in read("LICENSE")
