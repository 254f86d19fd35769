"""What a reader sends to be matched: text in the box, or a file."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms


@dataclass(frozen=True, slots=True)
class Paste:
    """The bytes to be matched, and what the screen says of where they came from."""

    data: bytes
    file_name: str = ""
    box_ignored: bool = False
    """A file came, so the text that stood in the box was not read."""
    keep: bool = True
    """Whether anything of it may be kept, a count included."""


class PasteForm(forms.Form):
    """The box on the home page. Nothing in it is wrong: a log may hold NULs, an empty file is just empty."""

    # Not a CharField, which refuses NULs and strips blanks: line numbers count in the text as it was sent.
    text = forms.Field(required=False)
    file = forms.FileField(required=False, allow_empty_file=True)
    keep_nothing = forms.BooleanField(required=False)

    def paste(self) -> Paste:
        """The file if there is one, else the text."""
        text: str = self.cleaned_data.get("text") or ""
        file = self.cleaned_data.get("file")
        keep = not self.cleaned_data.get("keep_nothing")
        if file is None or (file.size == 0 and text):
            return Paste(text.encode("utf-8", "surrogatepass"), keep=keep)
        return Paste(file.read(), file_name=file.name, box_ignored=bool(text.strip()), keep=keep)
