"""The background jobs: their names, what each one does, and when the clock asks for it.

A job is a row of the Job table, written by `kb.services.jobs.enqueue` in the transaction that needs it. To add one: a
function in `kb/services/`, whose effects are in the database and which takes plain values, and an entry here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

RUN_TASK = "kb.run_job"
CLOCK_TASK = "kb.clock"
CLOCK_EVERY = dt.timedelta(seconds=5)

ATTEMPTS = 5
"""After so many failures a job is set aside, and a person has to look at it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a job of this name does: calls one service function inside one transaction."""

    name: str
    does: str
    """The function, as `package.module.function`; by name, so that this list is below everything that it names."""
    gathers: str = ""
    """A function called before it with the same arguments, outside any transaction: what asks the network. What it
    returns is the first argument of the other. It may run again, so it changes nothing that counts."""
    lease: dt.timedelta = dt.timedelta(minutes=5)
    """Longer than the job ever takes: it is ended then, and run again."""
    every: dt.timedelta | None = None
    """How often the clock asks for it, if it does."""
    where: str = ""
    """The clock asks for it only where this setting is on."""


COUNT_ASKED = "count_asked"
SUM_UP_FEEDBACK = "sum_up_feedback"
CLOSE_ANSWERED_UNKNOWNS = "close_answered_unknowns"
FORGET_OLD_UNKNOWNS = "forget_old_unknowns"
FORGET_DONE_JOBS = "forget_done_jobs"
MEASURE_BLAST = "measure_blast"
CHECK_SOURCE = "check_source"
CHECK_DUE_SOURCES = "check_due_sources"
FORGET_OLD_SESSIONS = "forget_old_sessions"
MAIL_LINK = "mail_link"

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(COUNT_ASKED, does="kb.services.listing.count_asked", every=dt.timedelta(days=1)),
        Kind(SUM_UP_FEEDBACK, does="kb.services.feedback.sum_up", every=dt.timedelta(hours=1)),
        Kind(CLOSE_ANSWERED_UNKNOWNS, does="kb.services.unknowns.close_answered"),
        Kind(FORGET_OLD_UNKNOWNS, does="kb.services.unknowns.forget_old", every=dt.timedelta(days=1)),
        Kind(FORGET_DONE_JOBS, does="kb.services.jobs.forget_done", every=dt.timedelta(days=1)),
        Kind(MEASURE_BLAST, gathers="kb.services.blast.look", does="kb.services.blast.note"),
        Kind(CHECK_SOURCE, gathers="kb.services.source_checks.look_at", does="kb.services.source_checks.note"),
        Kind(FORGET_OLD_SESSIONS, does="kb.services.accounts.forget_old_sessions", every=dt.timedelta(days=1)),
        Kind(
            MAIL_LINK,
            gathers="kb.services.accounts.send_password_link",
            does="kb.services.accounts.note_password_link",
        ),
        Kind(
            CHECK_DUE_SOURCES,
            does="kb.services.source_checks.ask_for_due",
            every=dt.timedelta(days=1),
            where="SOURCE_CHECKS",
        ),
    )
}

LONGEST_LEASE = max(kind.lease for kind in KINDS.values())


def pause_after(attempt: int) -> dt.timedelta:
    """How long a job rests after its so-manieth failure: 10 s, 1 min, 6 min, 36 min."""
    return dt.timedelta(seconds=10 * 6 ** (attempt - 1))
