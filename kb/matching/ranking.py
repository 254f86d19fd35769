"""Stage four: which of the pages found comes first, and why.

Cause before symptom, exact before likely, an error line before a warning, specific before general, the first cause
before its consequences; ties by slug, so that the same text always gets the same answer.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .index import Index
from .likeness import Likeness
from .records import Confidence, Entry, Fact, Reason, Role, Signature
from .scanning import Hit


@dataclass(frozen=True, slots=True)
class Sighting:
    """A hit, with what its line says about it."""

    hit: Hit
    is_error: bool
    is_warning: bool
    only_mentions: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A likely match of a line without a signature."""

    start: int
    end: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Ranked:
    """A page that claims the text."""

    entry: Entry
    confidence: Confidence
    score: float
    sightings: tuple[Sighting, ...]
    reasons: tuple[Reason, ...]
    near: tuple[Near, ...] = ()


def rank(
    index: Index,
    sightings: Sequence[Sighting],
    near: Sequence[Near],
    lifted: Mapping[int, str],
    environment: Sequence[Fact] = (),
) -> list[Ranked]:
    """Best first. `lifted` names, for each pattern that shares another page's text, what in the paste speaks for it."""
    of_entry: dict[int, list[Sighting]] = defaultdict(list)
    for seen in _uncovered(sightings, index):
        if _claims(index, seen.hit, lifted):
            of_entry[index.owner[seen.hit.pattern]].append(seen)
    # `_uncovered` goes through the text from its start, so entries stand in the order in which they are first seen.
    ranked, causes = [], list[int]()
    for number, found in of_entry.items():
        start = found[0].hit.start
        ranked.append(_rank_exact(index, number, found, lifted, sum(earlier < start for earlier in causes)))
        if index.entries[number].role is Role.CAUSE and not all(seen.is_warning for seen in found):
            causes.append(start)
    near_of: dict[int, list[Near]] = defaultdict(list)
    for one in near:
        if one.likeness.entry not in of_entry:
            near_of[one.likeness.entry].append(one)
    ranked += [_rank_near(index.entries[number], ones) for number, ones in near_of.items()]
    return sorted(_causes_first([_at_home(one, environment) for one in ranked]), key=_order)


def _causes_first(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Pages know which errors theirs leads to: such a consequence never ranks above its cause."""
    by_slug = {one.entry.slug: one for one in ranked}
    for one in ranked:
        followers = [by_slug[slug] for slug in one.entry.leads_to if slug in by_slug and slug != one.entry.slug]
        highest = max((follower.score for follower in followers), default=one.score - 1)
        if one.confidence is Confidence.EXACT and highest >= one.score:
            names = ", ".join(follower.entry.title for follower in followers)
            reason = Reason("leads-to", f"it leads to what else is found here: {names}")
            by_slug[one.entry.slug] = replace(one, score=highest + 1, reasons=(*one.reasons, reason))
    return list(by_slug.values())


def _at_home(ranked: Ranked, environment: Sequence[Fact]) -> Ranked:
    """A page about a tool that the text says it ran counts a little more than one about another tool."""
    tool = ranked.entry.slug.partition("/")[0]
    fact = next((fact for fact in environment if tool in (fact.value, _slug(fact.value))), None)
    if fact is None:
        return ranked
    reason = Reason("environment", f"line {fact.line} says that this ran {fact.value} {fact.version}".rstrip())
    return replace(ranked, score=ranked.score + AT_HOME, reasons=(*ranked.reasons, reason))


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _order(ranked: Ranked) -> tuple[bool, float, str]:
    return ranked.entry.role is Role.SYMPTOM, -ranked.score, ranked.entry.slug


def _claims(index: Index, hit: Hit, lifted: Mapping[int, str]) -> bool:
    shared = index.signatures[hit.pattern].shared
    return not shared or hit.pattern in lifted or shared not in index.by_slug


def _uncovered(sightings: Sequence[Sighting], index: Index) -> list[Sighting]:
    """Sightings that only mention an error, or that lie inside a longer one of another page, say nothing of their
    own.
    """
    told = sorted(
        (seen for seen in sightings if not seen.only_mentions), key=lambda seen: (seen.hit.start, -seen.hit.end)
    )
    kept: list[Sighting] = []
    widest: list[Sighting] = []
    for seen in told:
        hit = seen.hit
        widest = [other for other in widest if other.hit.end > hit.start]
        covered = any(
            other.hit.start <= hit.start
            and hit.end <= other.hit.end
            and (other.hit.start, other.hit.end) != (hit.start, hit.end)
            and index.owner[other.hit.pattern] != index.owner[hit.pattern]
            for other in widest
        )
        if not covered:
            kept.append(seen)
            widest.append(seen)
    return kept


def _rank_exact(
    index: Index, number: int, sightings: Sequence[Sighting], lifted: Mapping[int, str], place: int
) -> Ranked:
    """`place` counts the causes that are first seen before this one."""
    entry = index.entries[number]
    best = max(sightings, key=lambda seen: (_strength(index, seen), -seen.hit.start))
    kinds = {seen.hit.pattern for seen in sightings}
    lift = next((lifted[pattern] for pattern in sorted(kinds) if pattern in lifted), "")
    score = _strength(index, best) + AGREEING * min(len(kinds) - 1, 3) - LATER * min(place, 3) + (LIFTED if lift else 0)
    reasons = [Reason("signature", f"the text holds its message “{_said(index.signatures[best.hit.pattern])}”")]
    if best.is_error:
        reasons.append(Reason("error-line", "the line calls itself an error"))
    if best.is_warning:
        reasons.append(Reason("warning", "the line is a warning or a hint: errors rank above it"))
    if lift:
        reasons.append(Reason("lifted", f"“{lift}” stands in the same text"))
    if len(kinds) > 1:
        reasons.append(Reason("agree", f"{len(kinds)} of its messages are found"))
    if place:
        reasons.append(Reason("later", "another error is printed before it: it may be a consequence of that one"))
    if entry.role is Role.SYMPTOM:
        reasons.append(Reason("symptom", "this message wraps the real error: look above it"))
    return Ranked(entry, Confidence.EXACT, round(score, 2), tuple(sightings), tuple(reasons))


SPECIFIC = 50
"""Ink characters from which a signature is as specific as a signature can be; beyond, length hardly counts."""
AGREEING, LATER, LIFTED, AT_HOME = 2, 12, 40, 2
"""Points for a further signature of the same page; off for each cause seen earlier; for a text that speaks for it; for
a tool that the text names."""


_QUOTED = 120
"""Characters of a message in a reason."""


def _said(signature: Signature) -> str:
    """A message as a reason quotes it: one line, not too long."""
    text = " ".join((signature.text or signature.regex).split())
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"


def _strength(index: Index, seen: Sighting) -> float:
    """How much one sighting says: by the ink of its signature, and by what kind of line it stands on."""
    weight = index.patterns[seen.hit.pattern].weight
    strength = 60 * min(weight, SPECIFIC) / SPECIFIC + 4 * math.log2(weight)
    if seen.is_error:
        strength += 5
    if seen.is_warning:
        strength -= 60
    return strength


def _rank_near(entry: Entry, near: Sequence[Near]) -> Ranked:
    best = max(near, key=lambda one: (one.likeness.share, -one.start))
    signature = next(one for one in entry.signatures if one.key == best.likeness.signature)
    reason = Reason("near", f"a line holds {best.likeness.share:.0%} of its message “{_said(signature)}”, in order")
    return Ranked(entry, Confidence.LIKELY, round(40 * best.likeness.share, 2), (), (reason,), tuple(near))
