"""What a reader says about a page, and what a curator makes of it."""

from __future__ import annotations

from typing import Any

from django import forms

from kb.content.document import PAGE_KEY
from kb.models import Verdict
from kb.models.feedback import LONGEST_TEXT


class FeedbackForm(forms.Form):
    """Any of the small forms on public pages: a vote by its button, or a correction in words."""

    page = forms.CharField(max_length=200)
    part = forms.SlugField(max_length=64, required=False)
    verdict = forms.ChoiceField(choices=Verdict.choices)
    text = forms.CharField(
        max_length=LONGEST_TEXT,
        required=False,
        error_messages={"max_length": f"Please say it in at most {LONGEST_TEXT} characters; these are %(show_value)s."},
    )
    next = forms.CharField(max_length=200, required=False)
    """The page that was the next answer."""
    website = forms.CharField(required=False)
    """Nobody sees this field; what fills it in is a program."""

    def clean_part(self) -> str:
        return self.cleaned_data["part"] or PAGE_KEY

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("verdict") == Verdict.CORRECTION and not given.get("text") and "text" not in self.errors:
            self.add_error("text", "Say what is wrong, and what is right if you know it.")
        return given

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.cleaned_data["website"])
