"""Why an address told us nothing."""

from __future__ import annotations

import datetime as dt


class Refused(Exception):
    """It must not be asked, or does not want us: asking again soon would change nothing."""


class NoAnswer(Exception):
    """It may be gone, or away for a while."""


class Waits(Exception):
    """Not now, but after so long."""

    def __init__(self, why: str, rest: dt.timedelta) -> None:
        super().__init__(why)
        self.rest = rest


class Busy(Waits):
    """It was asked, and its host wants to be left alone for so long."""


class Resting(Waits):
    """It was not asked: its host is being visited, or has been a moment ago."""
