"""What this site itself found out about a page: checks of its sources, and runs that made the error happen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kb.models import Page, Reproduction, SilenceCheck, Source, SourceState


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


@dataclass(frozen=True, slots=True)
class Silence:
    """The page was found in none of so many logs of runs that went well."""

    logs: int
    date: dt.date


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
    return Reproduced(run.with_versions, run.date, run.fix_verified)


def last_silence_check() -> SilenceCheck | None:
    """The newest search of healthy logs with all pages."""
    return SilenceCheck.objects.first()


def silence(page: Page) -> Silence | None:
    """The newest search of healthy logs, if it saw the page as it is now and the page kept quiet."""
    last = last_silence_check()
    live = page.live_revision
    if last is None or live is None or live.published_at is None or live.published_at > last.checked_at:
        return None
    return None if page.full_slug in last.fired else Silence(last.logs, last.checked_at.date())
