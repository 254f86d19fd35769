"""Feedback: what readers say about a page or one part of it. Votes are counted; the rest needs a person."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

from kb.content.document import PAGE_KEY
from kb.models.choices import one_of
from kb.models.moves import Moves, check_move
from kb.models.page import Page

LONGEST_TEXT = 2_000
MOST_LINES, LONGEST_LINE = 3, 300
"""Of the lines that led to a page so many go with a report that it is not the right one."""


class Verdict(models.TextChoices):
    RIGHT = "right", "Right page"
    """The page that was found is about the reader's error."""
    WRONG = "wrong", "Wrong page"
    SOLVED = "solved", "Fix worked"
    NOT_SOLVED = "not_solved", "Fix did not work"
    CORRECTION = "correction", "Correction"


YES = (Verdict.RIGHT, Verdict.SOLVED)
"""Votes in favour; the others but for corrections are against."""


class FeedbackState(models.TextChoices):
    COUNTED = "counted"
    """A vote: nobody has to look at it."""
    OPEN = "open"
    USED = "used"
    DECLINED = "declined"
    """Not true, or not sent in good faith: it counts no more."""


FEEDBACK_MOVES: Moves = {
    FeedbackState.OPEN: (FeedbackState.USED, FeedbackState.DECLINED),
    FeedbackState.USED: (FeedbackState.OPEN,),
    FeedbackState.DECLINED: (FeedbackState.OPEN,),
}


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def about(self, key: str) -> Self:
        """About the part with this key; `page` for the page as a whole."""
        return self.filter(part=key)

    def open(self) -> Self:
        return self.filter(state=FeedbackState.OPEN)

    def for_a_person(self) -> Self:
        """Everything that is or was in the queue."""
        return self.exclude(state=FeedbackState.COUNTED)

    def votes(self) -> Self:
        """What is counted and shown: not what somebody wrote, nor what was declined."""
        return self.exclude(verdict=Verdict.CORRECTION).exclude(state=FeedbackState.DECLINED)

    def said_before(self, moment: dt.datetime) -> Self:
        return self.filter(created_at__lt=moment)


class Feedback(models.Model):
    """One reader's word; no account, no address."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="feedback", db_index=False)
    part = models.SlugField(max_length=64, default=PAGE_KEY, db_index=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    text = models.TextField(blank=True)
    """In the reader's words, redacted."""
    lines = models.TextField(blank=True)
    """The lines that led to a wrong page, as the engine redacted them."""
    voter = models.CharField(max_length=64, blank=True)
    """Tells two votes of one day from one changed vote. No address can be told from it, and it goes with the day."""
    state = models.CharField(max_length=10, choices=FeedbackState.choices, default=FeedbackState.COUNTED)
    reason = models.TextField(blank=True)
    """Why it was declined."""
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name_plural = "feedback"
        constraints = (
            one_of("verdict", Verdict, "feedback"),
            one_of("state", FeedbackState, "feedback"),
            models.UniqueConstraint(
                fields=("page", "part", "voter"), condition=~models.Q(voter=""), name="feedback_one_vote"
            ),
        )
        indexes = (
            models.Index(fields=("page", "part"), name="feedback_of_part"),
            models.Index(fields=("state", "-created_at"), name="feedback_queue"),
        )

    def __str__(self) -> str:
        return f"{self.page}#{self.part}: {self.verdict}"

    def move_to(self, state: FeedbackState, *, reason: str = "") -> None:
        """Go into another state, if the table of moves leads there, and say why."""
        check_move(FEEDBACK_MOVES, self, self.state, state)
        self.state, self.reason = state, reason
        self.save(update_fields=["state", "reason"])
