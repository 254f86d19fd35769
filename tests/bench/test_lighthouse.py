from __future__ import annotations

from pathlib import Path

import pytest

from bench.lighthouse import misses, missing

GOOD = {"performance": 0.95, "accessibility": 1, "best-practices": 1, "seo": 1}


@pytest.mark.parametrize(
    ("name", "scores", "below"),
    [
        ("/", GOOD, []),
        ("/", {**GOOD, "performance": 0.94}, ["performance"]),
        ("/", {**GOOD, "accessibility": 0.99, "seo": 0.9}, ["accessibility", "seo"]),
        ("result", {**GOOD, "seo": 0.5}, []),
        ("/search?q=x", {**GOOD, "seo": 0.5}, []),
    ],
)
def test_a_screen_is_held_to_its_targets(name: str, scores: dict[str, float], below: list[str]) -> None:
    assert misses({"name": name, "scores": scores}) == below


def test_what_is_not_installed_is_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.lighthouse.shutil.which", lambda name: "/usr/bin/node")
    assert f"npm install --prefix {tmp_path} lighthouse" in missing(tmp_path, "/usr/bin/chromium")
    (tmp_path / "node_modules" / "lighthouse").mkdir(parents=True)
    assert "apt-get install chromium" in missing(tmp_path, None)
    assert missing(tmp_path, "/usr/bin/chromium") == ""
