"""What a reader says about a page, and what a curator makes of it."""

from __future__ import annotations

from typing import Any

from django import forms

from kb.content.document import PAGE_KEY
from kb.models import Feedback, FeedbackState, Verdict
from kb.models.feedback import LONGEST_TEXT

FOR_PEOPLE = (Verdict.WRONG, Verdict.CORRECTION)
SETTLED_BY_PEOPLE = (FeedbackState.OPEN, FeedbackState.USED, FeedbackState.DECLINED)


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


class QueueFilterForm(forms.Form):
    """Narrows the queue; what is no choice counts as none."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "any"), *((state.value, state.label) for state in SETTLED_BY_PEOPLE)],
    )
    verdict = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "any"), *((kind.value, kind.label) for kind in FOR_PEOPLE)]
    )
    of = forms.CharField(
        label="Page",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "git/authentication-failed"}),
    )
    """Its address, `<tool>/<slug>`."""

    def wanted(self) -> dict[str, str]:
        """The open ones, unless something else is asked for."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class ReportsField(forms.MultipleChoiceField):
    """Reports by their number, as rows."""

    def valid_value(self, value: str) -> bool:
        # Longer ones fit into no database: Django's own field for rows fails on them.
        return value.isascii() and value.isdecimal() and len(value) < 19

    def clean(self, value: Any) -> list[Feedback]:
        numbers = set(super().clean(value))
        rows = list(Feedback.objects.for_a_person().select_related("page").filter(pk__in=numbers).order_by("pk"))
        if len(rows) < len(numbers):
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return rows


class SettleForm(forms.Form):
    """What becomes of the chosen reports."""

    chosen = ReportsField(
        error_messages={
            "required": "Choose at least one.",
            "invalid_choice": "One of them is not there any more. Choose again.",
        }
    )
    to = forms.ChoiceField(choices=[(state.value, state.label) for state in SETTLED_BY_PEOPLE])
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=500,
        help_text="Needed to decline: whoever looks here next wants to know.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("to") == FeedbackState.DECLINED and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why it is declined.")
        return given
