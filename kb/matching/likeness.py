"""Which signatures a line nearly says, and when that is enough for a claim.

The signatures are kept by their two most telling words: a line is compared with those that share one of these with it.
A line is `likely` to be a signature's message when their words, aligned, meet the thresholds below. They were set on
labelled outputs of real tools so that of the lines they claim 19 in 20 and more are claimed rightly."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .alignment import NOTHING, Alignment, align
from .records import Entry, Signature
from .words import PLACEHOLDER, Vocabulary, Weights, plain, volatile_words, words_of

MOST_WORDS = 60
"""Of a line; as many again of the lines behind it."""
_KEYWORDS, _FIRST_WORDS = 2, 3
_MOST_COMPARED = 8
_MOST_OF_A_KEYWORD, _MOST_SHARING = 2000, 300
"""Of the signatures that have a keyword, and of those that have any in common with a line, so many are looked at."""
_LEAST_SHARE = 0.3
"""Of a signature's weight, in any order: less is not worth aligning."""

MIN_WEIGHT = 11.0
"""Of the words that a line shares with a signature: two rare words and a common one."""
MIN_WORDS, FEW_WORDS = 3, 4
"""Telling words in common at least; fewer than the second number are enough only where they are most of the line."""
_WORDS_ON_LINES = 5
"""Where several lines are compared, words come together by chance more often."""
_MOST_OF_LINE = 0.6
_MOST_EXTRA, _MOST_IN_VALUE = 12, 8
"""Words that a line may have between those it shares with a signature: so many, and so many more a placeholder."""
_MOST_BEFORE = 4
"""Words of a line in place of the signature's first: the names of an exception in place of `Error:`. More of them say
that another program speaks, and of something else."""
_MOST_LEAD, _MOST_CONFLICT, _MOST_GAP = 0.06, 0.06, 0.2
"""Shares of a signature's weight that may be missing before the first common word, be other words, be missing
between."""
_MOST_HEAVY_LEAD, _VERY_HEAVY, _HALF = 0.15, 40.0, 0.5
"""So much may be missing at the beginning where all the rest stands there, weighs much and is most of the line."""
_LOOSE_WORDS = 3
_MOST_LONG_CONFLICT, _VERY_LONG = 0.12, 50.0
"""So much may be other words where a long message is otherwise the same: MariaDB in place of MySQL."""
_MOST_TAIL, _HEAVY, _MOST_HEAVY_TAIL, _MOST_CUT = 0.3, 30.0, 0.5, 0.6
"""And so much may be missing at the end: programs print less of a long message, and texts are cut."""
_HEAVY_BEGINNING = 20.0
"""Of the words of a message's beginning, from which all the rest of it may be cut off."""
_VOLATILE_WEIGHT, _PREAMBLE_WEIGHT = 0.5, 0.1
"""Of a word in a path or address that a signature spells out, which may differ from machine to machine, and of one that
only says where an error comes from: `Error response from daemon: …`."""
_HOST_WEIGHT = 2.0
"""Of a word of a host that a signature spells out: what github.com says is not what another forge says."""
_HOST = re.compile(r"https?://([\w.-]+)")
_EVERY_HOST = frozenset(("com", "org", "net", "io", "www", "api"))
_PREAMBLE = re.compile(r"Error(?: [a-z]+){1,4}(?: \([\w ]+\))?: ")
_PROGRAM = re.compile(r"(?!remote:)[a-z][\w./-]*: ")
"""A program's name at the start of a signature, which a line may lack."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well a line says one signature of an entry."""

    entry: int
    signature: str
    share: float
    """How much of the signature's weight the line holds in order, 0 to 1."""
    score: float
    has_heaviest: bool
    """The line has the signature's most telling word."""
    is_likely: bool


class _Message(NamedTuple):
    """A signature as words."""

    entry: int
    key: str
    words: tuple[str, ...]
    weights: tuple[float, ...]
    weight: float
    """Of all words together."""
    program: tuple[str, ...]
    most_extra: int
    spans_lines: bool


class Messages:
    """The signatures of an index as words. Immutable; may be searched from many threads."""

    def __init__(self, messages: list[_Message], by_keyword: Mapping[str, list[int]]) -> None:
        self._messages = messages
        self._by_keyword = by_keyword

    @classmethod
    def of(cls, entries: Sequence[Entry], vocabulary: Vocabulary) -> Messages:
        """The signatures of these entries."""
        messages = [
            message for number, entry in enumerate(entries) for message in _messages(number, entry, vocabulary.weights)
        ]
        by_keyword: dict[str, list[int]] = defaultdict(list)
        for at, message in enumerate(messages):
            for word in _keywords(message):
                by_keyword[word].append(at)
        return cls(messages, by_keyword)

    def with_entry(self, number: int, entry: Entry, weights: Weights) -> Messages:
        """The same with this entry under this number, in the place of what is there; all others keep their weights."""
        by_keyword = dict(self._by_keyword)
        for at, message in enumerate(self._messages):
            if message.entry == number:
                for word in _keywords(message):
                    by_keyword[word] = [other for other in by_keyword[word] if other != at]
        added = list(_messages(number, entry, weights))
        for at, message in enumerate(added, len(self._messages)):
            for word in _keywords(message):
                by_keyword[word] = [*by_keyword.get(word, ()), at]
        return Messages([*self._messages, *added], by_keyword)

    def like(self, text: str, following: str = "", *, is_cut: bool = False) -> list[Likeness]:
        """The entries whose signatures a line comes nearest to, likely ones first.

        `following` are the lines behind it, for signatures of several lines; `is_cut` says that there are none.
        """
        words = words_of(text)[:MOST_WORDS]
        block = words_of(f"{text}\n{following}")[: 2 * MOST_WORDS] if following else words
        best: dict[int, Likeness] = {}
        for message in self._nearest(set(words), is_cut=is_cut):
            given = block if message.spans_lines else words
            found = _likeness(message, _without_stump(given, message.words) if is_cut else given, is_cut)
            known = best.get(message.entry)
            if known is None or (found.is_likely, found.score) > (known.is_likely, known.score):
                best[message.entry] = found
        return sorted(best.values(), key=lambda one: (not one.is_likely, -one.score, one.entry))

    def _nearest(self, words: set[str], *, is_cut: bool) -> list[_Message]:
        """The signatures of which a line has the largest share, in any order; and where it may be cut, those of which
        it has most."""
        held = {at: self._held(at, words) for at in self._sharing(words)}
        share = {at: held[at] / (self._messages[at].weight or 1.0) for at in held}
        near = [at for at in sorted(share, key=lambda at: (-share[at], at)) if share[at] >= _LEAST_SHARE]
        most = sorted(held, key=lambda at: (-held[at], at)) if is_cut else []
        return [self._messages[at] for at in dict.fromkeys(near[:_MOST_COMPARED] + most[:_MOST_COMPARED])]

    def _sharing(self, words: set[str]) -> list[int]:
        """Signatures that have a keyword in common with a line: those with rare ones, and with several, first."""
        lists = sorted((found for word in words if (found := self._by_keyword.get(word))), key=len)
        common: Counter[int] = Counter()
        for found in lists:
            common.update(found[:_MOST_OF_A_KEYWORD])
            if len(common) > _MOST_SHARING:
                break
        return [at for at, _ in common.most_common(_MOST_SHARING)]

    def _held(self, at: int, words: set[str]) -> float:
        """The weight of the words that a signature has in common with these."""
        message = self._messages[at]
        return sum(weight for word, weight in zip(message.words, message.weights, strict=True) if word in words)


def _messages(number: int, entry: Entry, weights: Weights) -> Iterator[_Message]:
    """Of a shared text its owner speaks."""
    return (_message(number, signature, weights) for signature in entry.signatures if not signature.shared)


def _message(number: int, signature: Signature, known: Weights) -> _Message:
    printed = plain(signature)
    words = tuple(words_of(printed)[: 2 * MOST_WORDS])
    weights = _weights(signature, printed, words, known)
    program = _PROGRAM.match(signature.text)
    return _Message(
        entry=number,
        key=signature.key,
        words=words,
        weights=weights,
        weight=sum(weights),
        program=tuple(words_of(program[0])) if program else (),
        most_extra=_MOST_EXTRA + _MOST_IN_VALUE * len(PLACEHOLDER.findall(signature.text)),
        spans_lines="\n" in signature.text,
    )


def _weights(signature: Signature, printed: str, words: Sequence[str], known: Weights) -> tuple[float, ...]:
    weights = [known[word] for word in words]
    volatile = volatile_words(printed)
    hosts = {word for host in _HOST.findall(signature.text) for word in words_of(host)} - _EVERY_HOST
    if volatile or hosts:
        for at, word in enumerate(words):
            weights[at] *= _VOLATILE_WEIGHT if word in volatile else _HOST_WEIGHT if word in hosts else 1.0
    if preamble := _PREAMBLE.match(signature.text):
        for at in range(len(words_of(preamble[0]))):
            weights[at] = known[words[at]] * _PREAMBLE_WEIGHT
    return tuple(weights)


def _keywords(message: _Message) -> Iterable[str]:
    """The words under which a signature is looked for: its most telling ones, and those it begins with, if it is
    cut."""
    ranked = sorted(zip(message.weights, message.words, strict=True))
    return {*message.words[:_FIRST_WORDS], *(word for _, word in ranked[-_KEYWORDS:])}


def _likeness(message: _Message, given: Sequence[str], is_cut: bool) -> Likeness:
    found = align(message.words, given, message.weights, message.program) if given else NOTHING
    score = found.weight * (found.share - found.conflict - found.lead)
    if message.spans_lines:
        is_likely = found.common >= _WORDS_ON_LINES and _is_likely(found, message.most_extra, is_cut=False)
    else:
        is_likely = _is_likely(found, message.most_extra, is_cut)
    return Likeness(message.entry, message.key, found.share, score, found.has_heaviest, is_likely)


def _without_stump(words: Sequence[str], wanted: Sequence[str]) -> Sequence[str]:
    """The words of a line that was cut, without a last one that is the beginning of a wanted one."""
    last = words[-1] if words else ""
    is_stump = last not in wanted and any(word.startswith(last) for word in wanted)
    return words[:-1] if is_stump else words


def _is_likely(found: Alignment, most_extra: int, is_cut: bool) -> bool:
    return (
        found.weight >= MIN_WEIGHT
        and (found.common >= FEW_WORDS or (found.common >= MIN_WORDS and found.line_share > _MOST_OF_LINE))
        and (found.has_heaviest or is_cut)
        and found.extra <= most_extra
        and found.before <= _MOST_BEFORE
        and found.lead <= _lead_allowed(found)
        and found.conflict <= _conflict_allowed(found)
        and found.gap <= _MOST_GAP
        and found.tail <= (_cut_allowed(found) if is_cut else _tail_allowed(found, most_extra))
    )


def _cut_allowed(found: Alignment) -> float:
    """Of a message whose beginning stands there whole, up to where the text ends, any part may have been cut off."""
    is_beginning = not (found.lead or found.conflict or found.gap) and found.ends_line
    return 1.0 if is_beginning and found.weight >= _HEAVY_BEGINNING else _MOST_CUT


def _lead_allowed(found: Alignment) -> float:
    is_rest = not (found.conflict or found.gap or found.tail)
    is_heavy = found.weight >= _VERY_HEAVY and found.line_share >= _HALF
    return _MOST_HEAVY_LEAD if is_rest and is_heavy else _MOST_LEAD


def _tail_allowed(found: Alignment, most_extra: int) -> float:
    """Much may be missing of a long message, but not where other words stand between what is there."""
    is_tight = found.extra <= most_extra - _MOST_EXTRA + _LOOSE_WORDS
    return _MOST_HEAVY_TAIL if found.weight >= _HEAVY and is_tight else _MOST_TAIL


def _conflict_allowed(found: Alignment) -> float:
    is_rest = not (found.lead or found.gap or found.tail)
    is_one = found.conflicting <= 1 and found.weight >= _VERY_LONG
    return _MOST_LONG_CONFLICT if is_rest and is_one else _MOST_CONFLICT
