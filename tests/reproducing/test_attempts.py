from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kb.content.document import FixProof, ReproductionOutcome
from kb.content.entries import entry_of
from kb.content.scripts import Scripts
from kb.matching.index import build
from kb.reproducing.attempts import Attempt, Conditions, attempt, contradiction
from tests.content.builders import MESSAGE, TODAY, a_record, folder

PAGE = "frob/widget-refused"
OTHER_MESSAGE = "panic: the gizmo lost its thingamabob at"
FAILS = f"echo '{MESSAGE} db1'; exit 0"
SUCCEEDS = "echo widget accepted"


def tried(reproduce: str, fixed: str | None = SUCCEEDS, *, needs: str = "sh", **conditions: Any) -> Attempt:
    """What comes of these scripts, judged by this page and another one."""
    files = {"reproduce.sh": f"# needs: {needs}\n{reproduce}\n".encode()}
    if fixed is not None:
        files["fixed.sh"] = f"{fixed}\n".encode()
    scripts = Scripts.among(files)
    assert scripts
    other = folder("gizmo/lost", signatures=[{"key": "lost", "text": f"{OTHER_MESSAGE} <path>"}])
    index = build([entry_of(folder(PAGE)), entry_of(other)])
    return attempt(PAGE, scripts, Conditions(index, TODAY, **conditions))


def test_an_error_that_finds_its_page_and_a_fix_that_prints_none_are_proof() -> None:
    done = tried(FAILS)

    assert done.record
    assert (done.is_reproduced, done.is_fix_verified, done.why) == (True, True, ())
    assert (done.record.first_match, done.record.date) == (PAGE, TODAY)
    assert done.record.transcript == (
        f"== reproduce.sh ended with exit status 0\n{MESSAGE} db1\n\n"
        "== fixed.sh ended with exit status 0\nwidget accepted\n"
    )


def test_an_error_that_finds_another_page_first_is_not_reproduced() -> None:
    done = tried(f"echo '{OTHER_MESSAGE} /srv/x'; {FAILS}")

    assert not done.is_reproduced
    assert done.record
    assert done.record.outcome is ReproductionOutcome.NOT_REPRODUCED
    assert done.why == ("in what reproduce.sh printed the engine finds gizmo/lost first",)


def test_a_script_that_prints_nothing_known_reproduces_nothing() -> None:
    assert tried("echo all is well").why == ("in what reproduce.sh printed the engine finds no page first",)


def test_a_script_that_breaks_says_nothing_about_the_error() -> None:
    done = tried(f"echo '{MESSAGE} db1'; echo 'no such table' >&2; exit 7")

    assert done.record
    assert done.record.outcome is ReproductionOutcome.FAILED
    assert done.why == ("reproduce.sh ended with exit status 7: no such table",)
    assert "fixed.sh" not in done.record.transcript


@pytest.mark.parametrize(
    ("fixed", "why"),
    [
        (None, "there is no fixed.sh"),
        ("exit 4", "fixed.sh ended with exit status 4 and printed nothing"),
        (FAILS, f"in what fixed.sh printed the engine finds {PAGE}: {MESSAGE} db1"),
        (f"echo '{OTHER_MESSAGE} /x'", f"in what fixed.sh printed the engine finds gizmo/lost: {OTHER_MESSAGE} /x"),
    ],
)
def test_a_fix_that_fails_or_prints_an_error_is_not_verified(fixed: str | None, why: str) -> None:
    done = tried(FAILS, fixed)

    assert (done.is_reproduced, done.is_fix_verified, done.why) == (True, False, (why,))


def test_the_time_limit_holds_for_each_script() -> None:
    done = tried("sleep 60", max_seconds=0.3)

    assert not done.is_reproduced
    assert done.why[0].startswith("reproduce.sh was stopped after")


def test_a_script_whose_tools_are_missing_is_not_run() -> None:
    done = tried("exit 9", needs="sh no-such-tool-anywhere")

    assert done.record is None
    assert done.why == ("no-such-tool-anywhere is not on PATH",)
    assert str(done) == f"{PAGE}: not run: no-such-tool-anywhere is not on PATH"


def test_a_script_that_wants_packages_runs_only_when_they_may_be_fetched(tmp_path: Path, npm: Path) -> None:
    script = f"# packages: frob@1.2.3 old@npm:frob@0.9.0\nls node_modules; {FAILS}"

    assert tried(script).why == ("it wants packages of the npm registry; add --with-registry",)

    done = tried(script, package_cache=tmp_path / "cache")
    assert done.record
    assert done.is_reproduced
    assert {used.tool: used.version for used in done.record.versions} == {"frob": "1.2.3"}
    assert "frob@1.2.3\nold@npm:frob@0.9.0\n" in done.record.transcript


def test_what_npm_says_is_told_where_packages_are_not_installed(tmp_path: Path, npm: Path) -> None:
    npm.write_text("#!/bin/sh\necho npm error code E404; exit 1\n")

    done = tried(f"# packages: frob@1.2.3\n{FAILS}", package_cache=tmp_path / "cache")

    assert done.record is None
    assert done.why == ("its packages were not installed: npm error code E404",)


def test_each_script_finds_the_packages_that_it_names_itself(tmp_path: Path, npm: Path) -> None:
    fixed = "# packages: frob@2.0.0\n[ -e node_modules/frob@2.0.0 ] && [ ! -e node_modules/frob@1.2.3 ]"

    done = tried(f"# packages: frob@1.2.3\n{FAILS}", fixed, package_cache=tmp_path / "cache")

    assert done.is_fix_verified


def test_as_json_an_attempt_says_what_it_came_to() -> None:
    told = tried("echo all is well").as_json()

    assert list(told) == ["page", "reproduced", "first_match", "fix_verified", "versions", "seconds", "why"]
    assert (told["page"], told["reproduced"], told["fix_verified"], told["first_match"]) == (PAGE, False, False, "")
    assert told["seconds"] >= 0


def test_a_record_is_contradicted_by_what_no_longer_happens() -> None:
    assert contradiction(a_record(), tried(FAILS)) == ""
    assert "is not any more" in contradiction(a_record(), tried("echo all is well"))
    assert contradiction(a_record(), tried(FAILS, "exit 1")).startswith("its fix was verified on 2026-11-20")
    assert contradiction(a_record(fix=FixProof.UNVERIFIED), tried(FAILS, "exit 1")) == ""


def test_what_was_not_run_contradicts_nothing() -> None:
    assert contradiction(a_record(), tried(FAILS, needs="no-such-tool-anywhere")) == ""
