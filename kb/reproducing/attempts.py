"""An attempt to reproduce a page's error and to prove its fix: the scripts print, the engine judges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.content.document import FixProof, Reproduction, ReproductionOutcome, ToolVersion
from kb.content.scripts import FIXED_FILE, REPRODUCE_FILE, Script, Scripts
from kb.matching.engine import search
from kb.matching.index import Index
from kb.matching.records import Match, Role
from kb.reproducing import packages, tools
from kb.reproducing.running import MAX_SECONDS, Run, run


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an attempt may take, and by what it is judged."""

    index: Index
    """All pages: the one in question has to be found first among them."""
    today: dt.date
    max_seconds: float = MAX_SECONDS
    package_cache: Path | None = None
    """Where packages are kept; None where nothing may be fetched, and scripts that want some are not run."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it; without a record where nothing was run."""

    page: str
    why: tuple[str, ...] = ()
    """Why it was not run, why the error does not count as reproduced, why the fix does not count as verified."""
    record: Reproduction | None = None
    seconds: float = 0.0

    @property
    def is_reproduced(self) -> bool:
        return self.record is not None and self.record.is_proof

    @property
    def is_fix_verified(self) -> bool:
        return self.record is not None and self.record.fix is FixProof.VERIFIED

    def as_json(self) -> dict[str, Any]:
        return {
            "page": self.page,
            "reproduced": self.is_reproduced,
            "first_match": self.record.first_match if self.record else "",
            "fix_verified": self.is_fix_verified,
            "versions": {used.tool: used.version for used in self.record.versions} if self.record else {},
            "seconds": round(self.seconds, 2),
            "why": "; ".join(self.why),
        }

    def __str__(self) -> str:
        if self.record is None:
            return f"{self.page}: not run: {'; '.join(self.why)}"
        error = "reproduced" if self.is_reproduced else "NOT REPRODUCED"
        fix = "fix verified" if self.is_fix_verified else "fix not verified"
        used = ", ".join(f"{used.tool} {used.version}" for used in self.record.versions)
        told = f"{self.page}: {error}, {fix}, {self.seconds:.1f} s" + (f", with {used}" if used else "")
        return told + "".join(f"\n    {reason}" for reason in self.why)


def attempt(page: str, scripts: Scripts, conditions: Conditions) -> Attempt:
    """Run both scripts and let the engine judge, unless something stands against running them."""
    if obstacles := tuple(_obstacles(scripts, conditions)):
        return Attempt(page, obstacles)
    try:
        error = _run(scripts.reproduce, conditions)
        trial = _Trial(page, error, conditions.index)
        if trial.outcome is ReproductionOutcome.REPRODUCED and scripts.fixed is not None:
            trial.fixed = _run(scripts.fixed, conditions)
    except packages.NotInstalled as problem:
        return Attempt(page, (f"its packages were not installed: {problem}",))
    return Attempt(page, tuple(trial.objections()), trial.record(scripts, conditions.today), trial.seconds)


def _obstacles(scripts: Scripts, conditions: Conditions) -> Iterator[str]:
    if absent := tools.missing(("bash", *scripts.needs)):
        yield f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not on PATH"
    if scripts.packages and conditions.package_cache is None:
        yield "it wants packages of the npm registry; add --with-registry"
    elif scripts.packages and tools.missing((packages.INSTALLER,)):
        yield f"{packages.INSTALLER} is not on PATH"


def _run(script: Script, conditions: Conditions) -> Run:
    modules = None
    if script.packages and conditions.package_cache:
        modules = packages.installed(script.packages, conditions.package_cache)
    return run(script.text, conditions.max_seconds, modules=modules)


@dataclass
class _Trial:
    """The evidence of one attempt, as it comes in."""

    page: str
    error: Run
    index: Index
    fixed: Run | None = None
    matches: tuple[Match, ...] = field(init=False)
    """What the engine finds in what `reproduce.sh` printed."""

    def __post_init__(self) -> None:
        self.matches = search(self.error.output, self.index).matches

    @property
    def first_match(self) -> str:
        return self.matches[0].slug if self.matches else ""

    @property
    def outcome(self) -> ReproductionOutcome:
        if not self.error.succeeded:
            return ReproductionOutcome.FAILED
        found = self.first_match == self.page
        return ReproductionOutcome.REPRODUCED if found else ReproductionOutcome.NOT_REPRODUCED

    @property
    def seconds(self) -> float:
        return self.error.seconds + (self.fixed.seconds if self.fixed else 0.0)

    @property
    def transcript(self) -> str:
        runs = ((REPRODUCE_FILE, self.error), (FIXED_FILE, self.fixed))
        parts = (f"== {name} {run.ending}\n{run.output.rstrip()}\n" for name, run in runs if run)
        return "\n".join(parts)

    def objections(self) -> Iterator[str]:
        """Why this is no proof, or not a whole one."""
        match self.outcome:
            case ReproductionOutcome.FAILED:
                yield f"{REPRODUCE_FILE} {self.error.ending}{_last_line(self.error)}"
            case ReproductionOutcome.NOT_REPRODUCED:
                yield f"in what {REPRODUCE_FILE} printed the engine finds {self.first_match or 'no page'} first"
            case ReproductionOutcome.REPRODUCED:
                yield from self._objections_to_fix()

    def _objections_to_fix(self) -> Iterator[str]:
        if self.fixed is None:
            yield f"there is no {FIXED_FILE}"
        elif not self.fixed.succeeded:
            yield f"{FIXED_FILE} {self.fixed.ending}{_last_line(self.fixed)}"
        else:
            for match in search(self.fixed.output, self.index).matches:
                if match.role is Role.CAUSE or match.slug == self.page:
                    yield f"in what {FIXED_FILE} printed the engine finds {match.slug}: {match.lines[0].text.strip()}"

    def record(self, scripts: Scripts, today: dt.date) -> Reproduction:
        is_proved = self.outcome is ReproductionOutcome.REPRODUCED and not any(self.objections())
        return Reproduction(
            script_digest=scripts.digest,
            date=today,
            system=tools.system(),
            versions=(*tools.versions(scripts.needs), *_versions_of_packages(scripts.reproduce)),
            isolation=self.error.isolation,
            outcome=self.outcome,
            first_match=self.first_match,
            fix=FixProof.VERIFIED if is_proved else FixProof.UNVERIFIED,
            transcript=self.transcript,
        )


def _versions_of_packages(script: Script) -> tuple[ToolVersion, ...]:
    return tuple(ToolVersion(tool=name, version=version) for name, version in script.versions.items())


def _last_line(run: Run) -> str:
    lines = run.output.strip().splitlines()
    return f": {lines[-1]}" if lines else " and printed nothing"


def contradiction(recorded: Reproduction, attempted: Attempt) -> str:
    """What the record says and the attempt no longer shows; nothing where they agree or nothing was run."""
    if attempted.record is None:
        return ""
    if recorded.outcome is ReproductionOutcome.REPRODUCED and not attempted.is_reproduced:
        return f"was reproduced on {recorded.date}, and is not any more"
    if recorded.fix is FixProof.VERIFIED and not attempted.is_fix_verified:
        return f"its fix was verified on {recorded.date}, and is not any more"
    return ""
