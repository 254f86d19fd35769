"""Which unknown errors stand together: near duplicates share the key that their most telling words make.

A key is worked out from one line alone, so that a new line costs the same however many are known. It is cautious:
two lines that only say something alike stay apart, for what is decided of a group is decided of all its lines.
"""

from __future__ import annotations

import re

from .common_words import PER_10_000
from .words import stem

TELLING = 3
"""Words that make a key."""
LONGEST_KEY = 120
_LONG = 4
"""Letters from which a word counts where there are others: shorter ones are as rare, and come and go."""
_UNSEEN = 0.5
_MASKED = re.compile(r"<[a-z]+(?:_\d{1,3})?>|\[redacted\]")
_WORD = re.compile(r"[^\W_][\w]*", re.UNICODE)
_NAME = re.compile(r"_|(?<=[a-z])[A-Z]|\d")
_TOLD_NAME = re.compile(r"[A-Z0-9_]+|\w*(?:Error|Exception|Warning|Fault|Panic)")
"""Names that say which error it is: `ERR_MODULE_NOT_FOUND`, `E0308`, `NullPointerException`, an exit code."""
_LEVELS = frozenset(
    "err error errors fatal warn warning info debug notice failed failure critical panic the a an".split()
)


def group_key(template: str) -> str:
    """The rarest words of a masked line, in alphabetical order; the line itself where it has no words."""
    told = telling_words(template)
    long = [word for word in told if len(word) >= _LONG or word.isdigit()]
    words = {stem(word): word for word in (long if len(long) > 1 else told)}
    if not words:
        return " ".join(template.lower().split())[:LONGEST_KEY]
    rarest = sorted(words, key=lambda key: (_commonness(words[key]), -len(key), key))[:TELLING]
    return " ".join(sorted(rarest))[:LONGEST_KEY]


def telling_words(template: str) -> list[str]:
    """The words of a masked line, in lower case, that say which error it is and not only that it is one."""
    return [word.lower() for word in _WORD.findall(_MASKED.sub(" ", template)) if _tells(word)]


def _tells(word: str) -> bool:
    """Whether it is neither how bad an error is nor a name that somebody gave to something of theirs."""
    if word.lower() in _LEVELS or (len(word) == 1 and not word.isdigit()):
        return False
    return not _NAME.search(word) or _TOLD_NAME.fullmatch(word) is not None


def _commonness(word: str) -> float:
    return PER_10_000.get(word, _UNSEEN)
