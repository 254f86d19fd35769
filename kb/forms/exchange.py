"""What goes out of the site as an archive, and what comes in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from kb.content.archives import Archive, ArchiveRefusedError, Kind, read_archive

LARGEST_MB = 16
MOST_NAMED = 200


class ExportForm(forms.Form):
    kind = forms.ChoiceField(label="As", choices=[(kind.value, f".{kind.value}") for kind in Kind])
    pages = forms.CharField(
        label="Pages",
        required=False,
        max_length=20_000,
        help_text="&lt;tool&gt;/&lt;slug&gt; of each, with blanks between them; none for all that are public",
    )

    def clean_pages(self) -> list[str]:
        named = list(dict.fromkeys(self.cleaned_data["pages"].replace(",", " ").split()))
        if len(named) > MOST_NAMED:
            raise forms.ValidationError(f"{len(named)} pages are named; name up to {MOST_NAMED}, or none for all.")
        return named


class UploadForm(forms.Form):
    """An archive that somebody wants to look at before it comes in."""

    file = forms.FileField(
        label="Archive",
        help_text=f"A .zip or .tar.gz of folders &lt;tool&gt;/&lt;slug&gt;/, up to {LARGEST_MB} MB; "
        "<code>load_pages</code> takes larger ones",
        widget=forms.FileInput({"accept": ".zip,.tar.gz,.tgz"}),
    )
    archive: Archive
    packed: bytes

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_MB * 1024 * 1024:
            raise forms.ValidationError(f"It is larger than {LARGEST_MB} MB; load_pages takes larger ones.")
        try:
            self.archive = read_archive(file)
        except ArchiveRefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        file.seek(0)
        self.packed = file.read()
        return file


class ImportForm(forms.Form):
    """The archive that was looked at, and how it comes in."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    publish = forms.BooleanField(
        label="Publish those that pass the gate",
        required=False,
        help_text="Otherwise each becomes a draft of yours, with its evidence proposed, and is reviewed like any other",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
