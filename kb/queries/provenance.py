"""What this site itself found out about a page: checks of its sources, and runs that made the error happen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kb.models import Page, Reproduction, Source, SourceState


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What the last check of a source found."""

    state: SourceState
    checked_on: dt.date


@dataclass(frozen=True, slots=True)
class Reproduced:
    """The error was made to happen here."""

    with_versions: str
    date: dt.date
    fix_verified: bool


def source_checks(page: Page) -> dict[str, SourceCheck]:
    """The checks of the sources that this page cites, by address; a source that was never checked is missing."""
    checked = Source.objects.filter(citations__page=page, checked_on__isnull=False)
    return {
        source.address: SourceCheck(SourceState(source.state), source.checked_on)
        for source in checked
        if source.checked_on is not None
    }


def reproduced(page: Page) -> Reproduced | None:
    """The newest run in which the error was printed."""
    run = Reproduction.objects.successful().filter(page=page).defer("transcript").first()
    if run is None:
        return None
    versions = ", ".join(f"{tool} {version}" for tool, version in sorted(run.versions.items()))
    return Reproduced(versions or run.system, run.date, run.fix_verified)
