"""What is tried in the signature lab."""

from __future__ import annotations

from typing import Any

from django import forms
from pydantic import ValidationError

from kb.content.document import KEY, SLUG, Signature

MOST_TYPED = 8000
"""Characters of a signature; longer ones are refused by the engine anyway."""
TYPED = "typed"


class SignatureForm(forms.Form):
    """One signature as it is typed, on the page where it would stand."""

    page = forms.RegexField(
        SLUG,
        max_length=200,
        required=False,
        help_text="The page where it stands or would stand, like <code>git/authentication-failed</code>.",
        error_messages={"invalid": "Write the address as <tool>/<error>, like git/authentication-failed."},
    )
    key = forms.RegexField(KEY, max_length=64, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="Signature",
        max_length=MOST_TYPED,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "data-lab": ""}),
        help_text="The text as it is printed, with <code>&lt;path&gt;</code>, <code>&lt;num&gt;</code> and their like "
        "for what varies.",
    )
    regex = forms.BooleanField(label="It is a regular expression", label_suffix="", required=False)
    shared = forms.RegexField(SLUG, max_length=200, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if self.errors:
            return told
        text = told["text"].replace("\r\n", "\n")
        kind = "regex" if told["regex"] else "text"
        fields = {"key": told["key"] or TYPED, kind: text, "shared": told["shared"]}
        try:
            told["signature"] = Signature.model_validate(fields)
        except ValidationError as failure:
            for error in failure.errors(include_url=False):
                self.add_error("text", str(error.get("ctx", {}).get("error", error["msg"])))
        return told

    @property
    def is_typed(self) -> bool:
        """Whether there is anything to try."""
        return self.is_valid() and bool(self.cleaned_data["text"].strip())


class RankingForm(forms.Form):
    """A text whose ranking is asked for."""

    # Not a CharField, which refuses NULs and strips blanks: line numbers count in the text as it was sent.
    log = forms.Field(
        label="Text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="Any log or message. Nothing of it is counted or kept.",
    )
