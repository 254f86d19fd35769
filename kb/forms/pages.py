"""The forms for a page itself: a new address, its old addresses, its samples."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from kb.content.document import KEY, SAMPLE_FILE, SLUG, Origin
from kb.content.files import MAX_SAMPLE_BYTES
from kb.models import Page, PageAlias, Sample, Tool
from kb.models.choices import choices_of
from kb.services.texts import NotText, TooLarge, text_of

MOST_ALIASES = 50


class NewPageForm(forms.Form):
    """Where the page will stand, for ever."""

    tool = forms.ModelChoiceField(
        Tool.objects.order_by("name"), help_text="The program that prints the error. Reviewers add tools."
    )
    slug = forms.CharField(
        max_length=64,
        label="Address",
        help_text="What comes after the tool: the gist of the message, like <code>authentication-failed</code>. "
        "It never changes: readers, links and evidence hold on to it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if not re.fullmatch(KEY, slug):
            raise forms.ValidationError(
                "Use lower-case letters and digits with single hyphens between them, like authentication-failed."
            )
        return slug

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        tool, slug = told.get("tool"), told.get("slug")
        if tool and slug:
            self._refuse_taken(f"{tool.slug}/{slug}")
        return told

    def _refuse_taken(self, address: str) -> None:
        if page := Page.objects.at(address).first():
            link = reverse("admin:desk-page", args=(page.tool_id, page.slug))
            self.add_error("slug", format_html('{} is taken: <a href="{}">open that page</a>.', address, link))
        elif alias := PageAlias.objects.select_related("page").filter(address=address).first():
            link = reverse("admin:desk-page", args=(alias.page.tool_id, alias.page.slug))
            self.add_error(
                "slug",
                format_html(
                    '{} is an alias of <a href="{}">{}</a>: choose another, or take it off that page.',
                    address,
                    link,
                    alias.page,
                ),
            )


class AliasesForm(forms.Form):
    """The old addresses of one page, one a line."""

    addresses = forms.CharField(
        required=False,
        max_length=MOST_ALIASES * 201,
        label="Old addresses",
        help_text="One a line, as <code>tool/error</code>. Whoever asks for one of them is led to this page.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page = page

    def clean_addresses(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["addresses"].splitlines())
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_ALIASES:
            raise forms.ValidationError(f"These are {len(found)} addresses; at most {MOST_ALIASES} lead to one page.")
        if problems := [problem for address in found if (problem := self._problem(address))]:
            raise forms.ValidationError(problems)
        return found

    def _problem(self, address: str) -> str:
        if not re.fullmatch(SLUG, address) or len(address) > 200:
            return f"“{address[:80]}” is no address: write it as tool/error, in lower case with hyphens."
        if Page.objects.at(address).exists():
            return f"{address} is the address of a page; only addresses that no page has lead elsewhere."
        other = PageAlias.objects.filter(address=address).exclude(page=self._page).select_related("page").first()
        return f"{address} leads to {other.page} already; take it off there first." if other else ""


class SampleForm(forms.Form):
    """A text that the page must find, or must not."""

    file = forms.CharField(
        max_length=100,
        label="Name",
        help_text="<code>hit-….log</code> must find this page first, <code>near-….log</code> must not find it.",
    )
    origin = forms.ChoiceField(
        choices=choices_of(Origin), help_text="By running the tool, after its documentation, or from a reader."
    )
    note = forms.CharField(
        max_length=500,
        help_text="Produced: with what, when. Composed: after which documentation. Reported: how it came here.",
    )
    upload = forms.FileField(
        required=False,
        label="From a file",
        help_text="Kept as it is, line ends and colours included; it takes the place of the text below.",
    )
    text = forms.CharField(
        required=False,
        strip=False,
        help_text="The output as it was printed. Take out names, tokens and addresses of people.",
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )

    def __init__(self, sample: Sample, data: Any = None, files: Any = None) -> None:
        told = {name: getattr(sample, name) for name in ("file", "origin", "note", "text")}
        super().__init__(data, files, initial=told)
        self._sample = sample

    def sample(self) -> Sample:
        """The sample as it was sent, not stored yet."""
        for name in ("file", "origin", "note", "text"):
            setattr(self._sample, name, self.cleaned_data[name])
        return self._sample

    def clean_file(self) -> str:
        file: str = self.cleaned_data["file"]
        if not re.fullmatch(SAMPLE_FILE, file):
            raise forms.ValidationError("Use a name like hit-plain.log or near-other-host.log.")
        if Sample.objects.filter(page=self._sample.page, file=file).exclude(pk=self._sample.pk).exists():
            raise forms.ValidationError(f"This page has a sample {file} already.")
        return file

    def clean_upload(self) -> str:
        """The text of the file; empty where none came."""
        upload: Any = self.cleaned_data["upload"]
        if upload is None:
            return ""
        try:
            return text_of(upload.read(), min(MAX_SAMPLE_BYTES, settings.TEXT_LIMIT))
        except NotText as problem:
            raise forms.ValidationError(str(problem)) from problem
        except TooLarge as problem:
            raise forms.ValidationError(_too_long()) from problem

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        # A browser sends CRLF whatever stood there.
        told["text"] = told.get("upload") or str(told.get("text", "")).replace("\r\n", "\n")
        told["text"] = told["text"].replace("\x00", "␀")  # no database keeps it
        if len(told["text"].encode()) > MAX_SAMPLE_BYTES:
            self.add_error("text", _too_long())
        elif not told["text"].strip() and "upload" not in self.errors:
            self.add_error("text", "Paste the output, or choose a file.")
        return told


def _too_long() -> str:
    return f"A sample holds at most {MAX_SAMPLE_BYTES // 1024} KiB: shorten it to what shows the error."
