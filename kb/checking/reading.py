"""What an answer says: its text, a hash that tells two texts apart, and whether a message stands in it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest

from kb.checking.asking import Answer
from kb.matching.decoding import decode
from kb.matching.ink import strip_to_ink

_NOT_THE_TEXT = {
    *("script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "button"),
    *("time", "relative-time"),  # "3 days ago" is another text tomorrow
}


_TAG = re.compile(r"<(/?[a-z!?][^\s<>/]*)(?:[\s/][^<>]*)?>", re.IGNORECASE)
"""What follows the name begins with a mark: a tag of a megabyte that never ends is read once, not from each letter."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Letters and digits alone, as the engine compares them: blanks, marks and wraps make no other text."""

    text: bytes
    whole: bytes
    """With what a reader does not see: some sites keep the text in a script."""

    @property
    def digest(self) -> str:
        return sha256(self.text).hexdigest()

    def holds(self, ink: bytes) -> bool:
        return ink in self.text or ink in self.whole


def read(answer: Answer) -> Reading:
    kind, _, parameters = answer.header("content-type").lower().partition(";")
    _, _, charset = parameters.partition("charset=")
    source = decode(answer.body, charset.partition(";")[0].strip(" \"'"))
    if "html" not in kind:
        ink = strip_to_ink(source.encode())
        return Reading(ink, ink)
    return Reading(_ink(_visible(source)), _ink(source))


def _visible(source: str) -> str:
    """What stands between the tags. No tree is built of it: some pages would make one of billions of nodes."""
    texts, hidden = [], ""
    pieces = _TAG.split(source)
    for text, tag in zip_longest(pieces[::2], map(str.lower, pieces[1::2]), fillvalue=""):
        if not hidden:
            texts.append(text)
            hidden = tag if tag in _NOT_THE_TEXT else ""
        elif tag == f"/{hidden}":
            hidden = ""
    return "".join(texts)


def _ink(source: str) -> bytes:
    try:
        return strip_to_ink(html.unescape(source).encode("utf-8", "replace"))
    except ValueError:  # a character number of thousands of digits
        return strip_to_ink(source.encode("utf-8", "replace"))
