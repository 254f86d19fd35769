"""Every recorded reproduction of this repository, once more on this machine."""

from __future__ import annotations

import contextlib
import json
from io import StringIO
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command

from tests.corpus.shipped import FIXTURES

pytestmark = pytest.mark.slow

SLUGS = sorted(
    path.parent.relative_to(FIXTURES / "pages").as_posix() for path in FIXTURES.glob("pages/*/*/reproduced.yaml")
)


class Check(NamedTuple):
    told: dict[str, dict[str, Any]]
    """By page, what came of running its scripts."""
    complaints: str


@pytest.fixture(scope="module")
def check() -> Check:
    """What `reproduce --check` says of all pages; it takes a minute or two."""
    output, complaints = StringIO(), StringIO()
    with contextlib.suppress(SystemExit):  # which says only that there are complaints
        call_command("reproduce", "--check", "--json", stdout=output, stderr=complaints)
    return Check({one["page"]: one for one in json.loads(output.getvalue())}, complaints.getvalue())


def test_there_are_reproductions() -> None:
    assert len(SLUGS) >= 40


@pytest.mark.parametrize("slug", SLUGS)
def test_what_was_recorded_still_happens(slug: str, check: Check) -> None:
    told = check.told[slug]
    complaints = [line for line in check.complaints.splitlines() if line.startswith(f"{slug}: ")]

    assert complaints == []
    if not told["reproduced"]:
        pytest.skip(f"{slug} was not run: {told['why']}")
