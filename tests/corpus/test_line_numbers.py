"""Every line that an answer returns stands at its number in the text as it was sent: over all samples of all pages."""

from __future__ import annotations

import re

import pytest

from tests.corpus.shipped import shipped, slugs

ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\)|\x1b.")
ODD_BREAKS = "one\rtwo\x0cthree\u2028four\x0bfive\x85six\u2029seven\n"
"""One line: only a line feed ends one."""


@pytest.mark.parametrize("slug", slugs())
def test_lines_stand_at_their_numbers(slug: str) -> None:
    folder = next(page for page in shipped().corpus.pages if page.full_slug == slug)
    for sample in folder.samples:
        text = f"{ODD_BREAKS}{sample.text}"
        lines = text.split("\n")
        answer = shipped().corpus.search(text.encode())
        shown = [(line.number, line.text) for match in answer.matches for line in match.lines]
        assert shown or not sample.is_hit, sample.file
        for number, line in [*shown, *((line.number, line.text) for line in answer.unmatched)]:
            sent = ESCAPES.sub("", lines[number - 1]).rstrip("\r")
            assert all(part in sent for part in line.split("[redacted]")), f"{sample.file} line {number}"
