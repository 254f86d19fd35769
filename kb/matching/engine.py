"""The engine: text in, ranked and explained matches out. Pure: no database, file, network or clock."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice

from .cleaning import clean
from .decoding import decode
from .environment import environment_of
from .errorlines import (
    MOST_BYTES,
    error_lines,
    is_error,
    is_quoted_in_prose,
    is_ticked,
    is_warning,
    only_mentions,
    speaks_of_failure,
)
from .explaining import Shown, matched_lines
from .index import Index
from .ink import Ink
from .likeness import MIN_WEIGHT
from .masking import fingerprint, mask
from .ranking import Near, Ranked, Sighting, rank
from .records import Answer, Match, Role, Suggestion, TextFacts, UnmatchedLine
from .redaction import redact
from .scanning import Hit, anchors_in, verify
from .timing import IsOver, never, until


@dataclass(frozen=True, slots=True)
class Limits:
    bytes: int = 10 * 1024 * 1024
    """Of decoded text, as UTF-8; what lies beyond is not looked at."""
    near_lines: int = 300
    """Distinct masked lines that retrieval looks at."""
    matches: int = 20
    suggestions: int = 10
    unmatched: int = 10


DEFAULT_LIMITS = Limits()
_HITS_KEPT = 500
"""Of what was found, so much is weighed in any case."""
ONLY_CLAIMS = Limits(suggestions=0, unmatched=0)
"""For whoever asks only which pages claim a text."""
_MOST_READ = 20_000
"""Lines that speak of a failure, of which the distinct ones are candidates."""
_SHORT = 40
"""Lines: of a text no longer than this every line is looked at, whatever it says."""
_LINES_ASKED = 8
"""Lines of an unanswered text that pages are suggested for."""
_MESSAGE_LINES = 7
"""Lines: as far as the longest message reaches."""
_QUESTION = 300
"""Characters: a longer text of one line is a message or a log, not a question."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that speaks of a failure and that no signature claims."""

    start: int
    end: int
    text: str
    following: str
    """The lines behind it, as far as a message may reach."""
    is_last: bool
    """Nothing stands behind it: the text may be cut here."""


def search(
    text: bytes | str,
    index: Index,
    limits: Limits = DEFAULT_LIMITS,
    charset: str = "",
    is_over: IsOver = never,
) -> Answer:
    """The pages that a text is about, best first, with the lines that say so.

    `is_over` says whether the time for this text is over: then the answer is what was found until then.
    """
    received, source, cut = _receive(text, charset, limits)
    view = clean(source, is_over)
    ink = Ink(view)
    shown = Shown(received)
    hits = scan(ink, index, is_over)
    candidates, stopped = _candidates(view, hits, limits, is_over)
    is_cutting = not hits and view.strip(b"\0\n ").count(b"\n") < _MESSAGE_LINES
    near, hints = near_matches(candidates, index, is_cutting=is_cutting, is_over=is_over)
    environment = () if is_over() else environment_of(view, source)
    sightings = [_sighting(hit, view, source) for hit in until(is_over, hits, at_least=_HITS_KEPT)]
    ranked = rank(index, sightings, near, _lifted(hits, ink, index, is_over), environment)
    matches = _explain(ranked[: limits.matches], ink, shown, index)
    suggestions = () if is_over() else _suggest(received, ranked, candidates, hints, index, limits)
    unmatched = _unmatched(candidates, near, shown, limits, is_known=bool(ranked))
    late = is_over()
    facts = TextFacts(len(received), shown.line_count, len(shown.redacted), cut or stopped or late, late)
    return Answer(facts, matches, suggestions, unmatched, environment)


# --- clean ------------------------------------------------------------------------------------------------------------


def _receive(text: bytes | str, charset: str, limits: Limits) -> tuple[bytes, bytes, bool]:
    """The text as UTF-8, the same in NFC, and whether some of it was left out.

    A composed text that is shorter keeps its line breaks, so lines are still counted right.
    """
    decoded = decode(text, charset) if isinstance(text, bytes) else text
    received = decoded.encode("utf-8", "replace")
    is_cut = len(received) > limits.bytes
    if is_cut:
        received = received[: limits.bytes]
        decoded = received.decode(errors="replace")
    is_composed = received.isascii() or _holds_nothing_to_compose(received) or unicodedata.is_normalized("NFC", decoded)
    return received, received if is_composed else _composed(decoded), is_cut


_ASCII = bytes(range(0x80))
_FIRST_JAMO, _LAST_JAMO = "\u1100", "\u11ff"


def _holds_nothing_to_compose(text: bytes) -> bool:
    """Whether none of its characters is another one or joins one before it. Asked of each kind once: a log has few."""
    kinds = set(text.translate(None, _ASCII).decode(errors="replace"))
    return not any(
        unicodedata.category(kind).startswith("M")
        or _FIRST_JAMO <= kind <= _LAST_JAMO
        or not unicodedata.is_normalized("NFC", kind)
        for kind in kinds
    )


def _composed(text: str) -> bytes:
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace")


# --- scan -------------------------------------------------------------------------------------------------------------


_PORTION = 1 << 20
"""Bytes that the automaton looks through at once: it lists all that it finds, and a text may consist of anchors."""


def scan(ink: Ink, index: Index, is_over: IsOver = never) -> list[Hit]:
    """Every signature that stands in the text."""
    hits = {
        hit: None
        for anchor, start in until(is_over, anchors_in(_anchored(ink.text, index, is_over)))
        for number in index.anchors[anchor]
        if (hit := verify(number, index.patterns[number], start, ink)) is not None
    }
    return list(hits)


def _anchored(text: bytes, index: Index, is_over: IsOver) -> Iterator[tuple[int, int, int]]:
    """(anchor, start, end) of every anchor in the text."""
    beyond = max(index.longest_anchor - 1, 0)
    for begin in until(is_over, range(0, len(text), _PORTION)):
        portion = text[begin : begin + _PORTION + beyond]
        for anchor, start, end in index.automaton.find_matches_as_indexes(portion, overlapping=True):
            if start < _PORTION:
                yield anchor, begin + start, begin + end


_CONTEXT = 300
"""Bytes around a hit that say what kind of line it stands on."""


def _sighting(hit: Hit, view: bytes, source: bytes) -> Sighting:
    start = max(view.rfind(b"\n", 0, hit.start) + 1, hit.start - _CONTEXT)
    end = view.find(b"\n", hit.start, hit.end + _CONTEXT)
    end = end if end >= 0 else hit.end + _CONTEXT
    line = _readable(view[start:end])
    quoted = is_quoted_in_prose(_readable(view[start : hit.start]), _readable(view[hit.end : max(end, hit.end)]))
    # Cleaning drops marks such as the tick of a passed test; they are read from the text itself.
    mentions = only_mentions(line) or is_ticked(source[start:end].decode(errors="replace"))
    return Sighting(hit, is_error(line), is_warning(line), mentions or quoted)


def _readable(view: bytes) -> str:
    return view.translate(None, b"\0").decode(errors="replace")


def _lifted(hits: list[Hit], ink: Ink, index: Index, is_over: IsOver) -> dict[int, str]:
    """The patterns that share another page's text and for which something in the paste speaks, with that something."""
    lifted = {}
    for number in until(is_over, {hit.pattern for hit in hits if index.signatures[hit.pattern].shared}):
        for text, pattern in index.lifters[number]:
            literal = pattern.literals[pattern.anchor].ink
            at = ink.text.find(literal)
            while at >= 0 and verify(number, pattern, at, ink) is None:
                at = ink.text.find(literal, at + 1)
            if at >= 0:
                lifted[number] = text
                break
    return lifted


# --- retrieve ---------------------------------------------------------------------------------------------------------


def _candidates(view: bytes, hits: list[Hit], limits: Limits, is_over: IsOver = never) -> tuple[list[Candidate], bool]:
    """Distinct lines that speak of a failure and hold no hit; those near the end first, where builds fail."""
    covered = _Covered(hits)
    found: dict[str, Candidate] = {}
    last = len(view.rstrip(b"\0\n "))
    lines = _all_lines(view) if view.count(b"\n") <= _SHORT else _from_the_end(view)
    seen: set[bytes] = set()
    stopped = False
    for start, end in until(is_over, islice(lines, _MOST_READ)):
        raw = view[start:end]
        if raw in seen:
            continue
        seen.add(raw)
        text = _readable(raw).strip()
        if covered.meets(start, end) or only_mentions(text):
            continue
        template = mask(text)
        if template not in found:
            if stopped := len(found) == limits.near_lines:
                break
            found[template] = Candidate(start, end, text, _following(view, end), is_last=end >= last)
    stopped = stopped or next(lines, None) is not None
    return sorted(found.values(), key=lambda line: line.start), stopped


class _Covered:
    """The stretches of a text that hits stand on."""

    def __init__(self, hits: list[Hit]) -> None:
        spans = sorted((hit.start, hit.end) for hit in hits)
        self._starts = [start for start, _ in spans]
        self._ends = list(accumulate((end for _, end in spans), max))

    def meets(self, start: int, end: int) -> bool:
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start


def _following(view: bytes, end: int) -> str:
    stop = end
    for _ in range(_MESSAGE_LINES):
        stop = view.find(b"\n", stop + 1, end + MOST_BYTES)
        if stop < 0:
            return _readable(view[end : end + MOST_BYTES])
    return _readable(view[end:stop])


def _all_lines(view: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    for line in view.split(b"\n"):
        if line.strip(b"\0 \t"):
            yield start, start + min(len(line), MOST_BYTES)
        start += len(line) + 1


def _from_the_end(view: bytes, step: int = 1 << 18) -> Iterator[tuple[int, int]]:
    end = len(view)
    while end > 0:
        start = view.rfind(b"\n", 0, max(0, end - step)) + 1 if end > step else 0
        yield from reversed(list(error_lines(view, start, end)))
        end = start if start < end else 0


def near_matches(
    candidates: list[Candidate], index: Index, *, is_cutting: bool = False, is_over: IsOver = never
) -> tuple[list[Near], dict[int, float]]:
    """Likely matches of the candidates, and how near every page came that was compared with one.

    `is_cutting` says that the text is a few lines cut out of a log, in which nothing was found.
    """
    near: list[Near] = []
    nearest: dict[int, Near] = {}
    for line in until(is_over, candidates):
        like = index.messages.like(line.text, line.following, is_cut=line.is_last)
        for one in like:
            if one.entry not in nearest or one.score > nearest[one.entry].likeness.score:
                nearest[one.entry] = Near(line.start, line.end, one)
        if like and like[0].is_likely:
            near.append(Near(line.start, line.end, like[0]))
    if is_cutting and not near:
        near = _outstanding(list(nearest.values()))
    return near, {entry: one.likeness.score for entry, one in nearest.items() if one.likeness.score > 0}


def _outstanding(nearest: list[Near]) -> list[Near]:
    """The one page that a paste of few lines is about, if one stands out: people cut out the line that matters."""
    ranked = sorted(nearest, key=lambda one: -one.likeness.score)
    scores = [one.likeness.score for one in ranked[:2]] + [0.0, 0.0]
    stands_out = scores[0] >= max(OUTSTANDING, _TIMES_SECOND * scores[1])
    return ranked[:1] if stands_out and ranked[0].likeness.has_heaviest else []


OUTSTANDING, _TIMES_SECOND = 30.0, 2.5
"""How near the nearest page must come, and how many times nearer than the second."""


def _suggest(
    received: bytes,
    ranked: list[Ranked],
    candidates: list[Candidate],
    hints: dict[int, float],
    index: Index,
    limits: Limits,
) -> tuple[Suggestion, ...]:
    """Pages that may be meant. They claim nothing."""
    if not limits.suggestions:
        return ()
    if len(received) <= _QUESTION and b"\n" not in received.strip():
        hints = dict(index.retriever.ask(received.decode(errors="replace"), limits.suggestions))
    elif any(one.entry.role is Role.CAUSE for one in ranked):
        # Beside an answer only what may be another one: half a line's words in common are an accident.
        hints = {entry: score for entry, score in hints.items() if score >= MIN_WEIGHT}
    else:
        for line in _telling(candidates, is_known=bool(ranked))[:_LINES_ASKED]:
            for entry, score in index.retriever.near(line.text, limits.suggestions):
                hints[entry] = max(hints.get(entry, 0.0), score)
    claimed = {one.entry.slug for one in ranked}
    offered = [(-score, index.entries[number].slug) for number, score in hints.items()]
    best = [(slug, -minus) for minus, slug in sorted(offered) if slug not in claimed]
    return tuple(Suggestion(slug, round(score, 2)) for slug, score in best[: limits.suggestions])


# --- explain ----------------------------------------------------------------------------------------------------------


def _explain(ranked: list[Ranked], ink: Ink, shown: Shown, index: Index) -> tuple[Match, ...]:
    return tuple(
        Match(
            slug=one.entry.slug,
            role=Role(one.entry.role),
            confidence=one.confidence,
            score=one.score,
            lines=matched_lines(one, ink, shown, index),
            reasons=one.reasons,
            look_alikes=index.look_alikes(one.entry),
        )
        for one in ranked
    )


def _telling(candidates: list[Candidate], *, is_known: bool) -> list[Candidate]:
    """The most informative lines first: those that call themselves errors; no warnings.

    Where none speaks of a failure any line may be meant, unless a page is known that says what failed.
    """
    told = [line for line in candidates if not is_warning(line.text)]
    speaking = [line for line in told if speaks_of_failure(line.text)]
    told = speaking if speaking or is_known else told
    return sorted(told, key=lambda line: (not is_error(line.text), line.start))


def _unmatched(
    candidates: list[Candidate], near: list[Near], shown: Shown, limits: Limits, *, is_known: bool
) -> tuple[UnmatchedLine, ...]:
    """The most informative lines that no page covers: those that call themselves errors first, then in order."""
    taken = {one.start for one in near}
    told = [line for line in _telling(candidates, is_known=is_known) if line.start not in taken]
    chosen = sorted(told[: limits.unmatched], key=lambda line: line.start)
    lines = []
    for line in chosen:
        number, text, _ = shown.line(line.start)
        template = mask(redact(line.text)[0])
        lines.append(UnmatchedLine(number, text, fingerprint(template), template))
    return tuple(lines)
