from __future__ import annotations

import pytest

from kb.content.document import PageFolder
from kb.content.lint import Level
from kb.content.scripts import Scripts
from tests.content.builders import codes, folder, reproduced

SCRIPTS = {"reproduce.sh": b"#!/usr/bin/env bash\n# needs: git\nfalse\n", "fixed.sh": b"true\n"}


def ran(one: PageFolder, **changes: object) -> PageFolder:
    """The page with the record of a run of these scripts."""
    scripts = Scripts.among(SCRIPTS)
    assert scripts
    return reproduced(one, script_digest=scripts.digest, **changes)


def test_scripts_with_needs_and_the_record_of_their_run_are_in_order() -> None:
    assert codes(folder(), beside=SCRIPTS) == []
    assert codes(ran(folder()), beside=SCRIPTS) == []


def test_a_script_says_which_tools_it_needs() -> None:
    assert codes(folder(), beside={"reproduce.sh": b"git clone x\n"}) == ["KB060"]


def test_a_script_says_exactly_which_packages_it_wants() -> None:
    loose = {"reproduce.sh": b"# needs: node\n# packages: frob@1.2.3\n", "fixed.sh": b"# packages: frob@latest\n"}

    assert codes(folder(), beside=loose) == ["KB060"]


def test_a_fix_is_shown_only_beside_the_error() -> None:
    assert codes(folder(), beside={"fixed.sh": b"# needs: git\n"}) == ["KB060"]


@pytest.mark.parametrize("change", [{"is_stale": True}, {"outcome": "failed"}, {"date": "2026-11-21"}])
def test_a_record_that_proves_nothing_has_to_be_made_anew(change: dict[str, object]) -> None:
    assert codes(ran(folder(), **change), beside=SCRIPTS) == ["KB061"]


def test_a_record_without_its_scripts_cannot_be_checked_by_anybody() -> None:
    assert codes(reproduced(folder())) == ["KB061"]
    assert codes(reproduced(folder()), level=Level.SITE) == []
