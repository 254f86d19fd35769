"""What the documents say of safety can be looked up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:kb|tests)/[\w./]+)`", SECURITY))))
def test_every_place_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_limits_are_those_of_the_settings() -> None:
    windows = {60: "minute", 3600: "hour", 86400: "day"}
    for kind, (most, window) in settings.LIMITS.items():
        assert f"| `{kind}` | {most}/{windows[window]} |" in OPERATIONS
