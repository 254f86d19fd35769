from __future__ import annotations

from pathlib import Path

import pytest

from kb.reproducing.packages import NotInstalled, installed


def calls(npm: Path) -> list[str]:
    return npm.with_name("npm.calls").read_text().splitlines()


def test_packages_are_installed_once_and_kept(tmp_path: Path, npm: Path) -> None:
    first = installed(["frob@1.2.3", "gizmo@4.5.6"], tmp_path / "cache")
    again = installed(["gizmo@4.5.6", "frob@1.2.3"], tmp_path / "cache")

    assert first == again
    assert sorted(path.name for path in first.iterdir()) == ["frob@1.2.3", "gizmo@4.5.6"]
    assert len(calls(npm)) == 1


def test_nothing_of_a_package_is_run_while_it_is_installed(tmp_path: Path, npm: Path) -> None:
    installed(["frob@1.2.3"], tmp_path / "cache")

    assert "--ignore-scripts" in calls(npm)[0].split()


def test_a_package_is_never_read_as_an_option(tmp_path: Path, npm: Path) -> None:
    installed(["--ignore-scripts=false"], tmp_path / "cache")

    assert calls(npm)[0].endswith(" -- --ignore-scripts=false")


def test_other_packages_are_another_folder(tmp_path: Path, npm: Path) -> None:
    cache = tmp_path / "cache"

    assert installed(["frob@1.2.3"], cache) != installed(["frob@1.2.4"], cache)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("#!/bin/sh\necho no matching version; exit 1\n", "no matching version"),
        ("#!/bin/sh\n", "npm installed nothing"),
    ],
)
def test_what_was_not_installed_leaves_nothing_behind(tmp_path: Path, npm: Path, program: str, why: str) -> None:
    npm.write_text(program)

    with pytest.raises(NotInstalled, match=why):
        installed(["frob@1.2.3"], tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_machine_without_npm_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NotInstalled, match="No such file or directory: 'npm'"):
        installed(["frob@1.2.3"], tmp_path / "cache")
