"""Feedback: what readers say about a page or one part of it."""

from __future__ import annotations

from typing import Self

from django.db import models

from kb.content.document import PAGE_KEY
from kb.models.choices import one_of
from kb.models.page import Page


class Verdict(models.TextChoices):
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    WRONG = "wrong"
    """Not this error, or not true."""


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def about(self, key: str) -> Self:
        """About the part with this key; `page` for the page as a whole."""
        return self.filter(part=key)


class Feedback(models.Model):
    """One reader's verdict; no account, no address, nothing of the paste."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="feedback")
    part = models.SlugField(max_length=64, default=PAGE_KEY, db_index=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name_plural = "feedback"
        constraints = (one_of("verdict", Verdict, "feedback"),)
        indexes = (models.Index(fields=("page", "part"), name="feedback_of_part"),)

    def __str__(self) -> str:
        return f"{self.page}#{self.part}: {self.verdict}"
