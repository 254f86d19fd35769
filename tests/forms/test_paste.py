from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict

from kb.forms.paste import Paste, PasteForm


def pasted(text: str | None = None, file: bytes | None = None) -> Paste:
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict()
    if file is not None:
        files["file"] = SimpleUploadedFile("build.log", file)
    form = PasteForm({} if text is None else {"text": text}, files)
    form.full_clean()
    return form.paste()


def test_the_text_is_taken_as_it_was_sent() -> None:
    assert pasted("  a\r\n\0b \n\n").data == b"  a\r\n\0b \n\n"


def test_a_file_goes_before_the_box_and_says_so() -> None:
    assert pasted("in the box", b"in the file") == Paste(b"in the file", "build.log", box_ignored=True)


def test_blanks_in_the_box_beside_a_file_are_nothing_to_speak_of() -> None:
    assert pasted(" \n", b"in the file") == Paste(b"in the file", "build.log")


def test_an_empty_file_does_not_hide_the_text() -> None:
    assert pasted("in the box", b"").data == b"in the box"


def test_nothing_sent_is_an_empty_paste() -> None:
    assert pasted().data == b""
    assert pasted("").data == b""
    assert pasted(None, b"").data == b""


def test_a_lone_surrogate_does_not_break_the_form() -> None:
    assert pasted("a\ud800b").data == b"a\xed\xa0\x80b"
