"""The signature lab: what a signature does, while it is written, and why a text finds the pages that it finds.

It answers within seconds whatever is typed: texts are held to the time of `SECONDS`, and of the samples of other pages
only those are looked at that hold a telling word of the signature. The whole of it is the blast radius of a draft.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.content.document import Signature
from kb.content.entries import signature_of
from kb.content.lint.corpus import Trial, ink, owners_of, why_broken
from kb.content.lint.signatures import READS_AS_NO_FAILURE, can_fire
from kb.matching.cleaning import clean
from kb.matching.engine import ONLY_CLAIMS, scan, search
from kb.matching.index import Index, alone
from kb.matching.ink import Ink
from kb.matching.records import Confidence, Entry, Match, MatchedLine
from kb.matching.signature import capture_names, example_of
from kb.matching.words import plain, words_of
from kb.models import Page, Sample
from kb.services import gate
from kb.services.indexing import live

SECONDS = 3.0
"""For all that is looked at for one signature."""
MOST_ELSEWHERE, MOST_SHOWN = 200, 20
"""Samples of other pages that are looked at, and that are shown."""
now = time.monotonic


@dataclass(frozen=True, slots=True)
class Seen:
    """A text, and the first line of it in which the signature stands."""

    name: str
    line: MatchedLine | None = None
    """None where it does not stand there."""
    is_likely: bool = False
    """The line says nearly what the signature says."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A sample of another page in which it stands."""

    slug: str
    seen: Seen
    is_hit: bool
    takes: bool
    """This page would be found there before the one whose sample it is."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text of another page that stands within this one."""

    slug: str
    key: str
    text: str
    is_same: bool
    """Nothing else stands there: both pages would own one text."""


@dataclass(frozen=True, slots=True)
class Trying:
    """All that is told of a signature."""

    refusal: str = ""
    """Why it can never fire; what follows is empty then."""
    mend: str = ""
    example: str = ""
    """The text as a program may print it."""
    names: tuple[str, ...] = ()
    """What it captures."""
    hits: tuple[Seen, ...] = ()
    nears: tuple[Seen, ...] = ()
    claimed: tuple[Claimed, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    others: int = 0
    """Samples of other pages that were looked at."""
    word: str = ""
    """The word that these hold."""
    healthy: tuple[Seen, ...] = ()
    """Healthy logs on which it fires."""
    healthy_logs: int = 0
    is_cut_short: bool = False
    """The time was over before everything was looked at."""

    @property
    def found(self) -> int:
        return sum(seen.line is not None for seen in self.hits)

    @property
    def mistaken(self) -> tuple[Seen, ...]:
        """Near misses in which it stands."""
        return tuple(seen for seen in self.nears if seen.line is not None)

    @property
    def taken(self) -> int:
        return sum(one.takes for one in self.elsewhere)

    @property
    def is_sound(self) -> bool:
        return not (self.refusal or self.mistaken or self.healthy or self.taken or self._same) and self.found > 0

    @property
    def _same(self) -> tuple[Claimed, ...]:
        return tuple(one for one in self.claimed if one.is_same)

    @property
    def sentence(self) -> str:
        """All of it in a line, worst first."""
        if self.refusal:
            return f"Can never fire: {self.refusal}"
        told = [f"the same text belongs to {one.slug}" for one in self._same]
        if self.healthy:
            told.append(f"fires on {_count(len(self.healthy), 'healthy log')}")
        if self.mistaken:
            told.append(f"stands in {_count(len(self.mistaken), 'near miss', 'near misses')}")
        if self.taken:
            told.append(f"takes {_count(self.taken, 'sample')} from other pages")
        hits = f"in {self.found} of {_count(len(self.hits), 'hit')}" if self.hits else "the page has no hit yet"
        elsewhere = len(self.elsewhere) - self.taken
        rest = [hits, *([f"also in {_count(elsewhere, 'sample')} of other pages"] if elsewhere else [])]
        sentence = "; ".join([*told, *rest])
        return sentence[:1].upper() + sentence[1:]


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def try_signature(slug: str, signature: Signature) -> Trying:
    """What this signature does on the page `slug`, which need not be public or exist."""
    reason = next((reason for _, reason in why_broken(signature)), "")
    if not reason and not can_fire(signature):
        reason = READS_AS_NO_FAILURE
    if reason:
        mark = "; " if "; " in reason else ": "
        refusal, _, mend = reason.rpartition(mark)
        return Trying(refusal=refusal or mend, mend=mend if refusal else "")
    return _Lab(slug, signature).run()


class _Lab:
    """One signature under trial."""

    def __init__(self, slug: str, signature: Signature) -> None:
        self.slug = slug
        self.signature = signature
        self.index = live.current()
        self.ground: Trial = gate.ground_of(self._page())
        # By itself: what it does, whatever the page's other signatures do, and whoever owns its text.
        claiming = replace(signature_of(signature), shared="")
        self.lone: Index = alone(self.index, Entry(slug, slug, signatures=(claiming,)))
        self.end = now() + SECONDS

    def run(self) -> Trying:
        own = list(Sample.objects.filter(page__in=Page.objects.at(self.slug)))
        seen = [(sample.is_hit, self._seen(sample.file, sample.text)) for sample in own]
        word = self._word()
        elsewhere, others = self._elsewhere(word)
        healthy, tried = self._healthy()
        return Trying(
            example=example_of(self.signature.text) if self.signature.text else "",
            names=capture_names(signature_of(self.signature)),
            hits=tuple(one for is_hit, one in seen if is_hit),
            nears=tuple(one for is_hit, one in seen if not is_hit),
            claimed=tuple(self._claimed()),
            elsewhere=tuple(elsewhere),
            others=others,
            word=word,
            healthy=tuple(healthy),
            healthy_logs=tried,
            is_cut_short=self._is_over(),
        )

    def _is_over(self) -> bool:
        return now() > self.end

    def _page(self) -> Entry:
        """The page as it is live, with this signature in it."""
        typed = signature_of(self.signature)
        known = next(iter(self.index.among(self.slug)), Entry(self.slug, self.slug))
        others = tuple(one for one in known.signatures if one.key != typed.key)
        return replace(known, signatures=(*others, typed))

    def _seen(self, name: str, text: str | bytes) -> Seen:
        matches = search(text, self.lone, ONLY_CLAIMS, is_over=self._is_over).matches
        if matches and matches[0].confidence is Confidence.LIKELY:
            # By itself it comes nearest to every line that has a few of its words: does it so among all others?
            matches = tuple(match for match in self._among_all(text) if match.slug == self.slug)
        if not matches:
            return Seen(name)
        return Seen(name, matches[0].lines[0], matches[0].confidence is Confidence.LIKELY)

    def _among_all(self, text: str | bytes) -> tuple[Match, ...]:
        return search(text, self.ground.index, ONLY_CLAIMS, is_over=self._is_over).matches

    def _word(self) -> str:
        """Its most telling word: the samples of other pages in which it stands hold that."""
        weights = self.index.vocabulary.weights
        return max(words_of(plain(signature_of(self.signature))), key=lambda word: (weights[word], word), default="")

    def _elsewhere(self, word: str) -> tuple[list[Elsewhere], int]:
        samples = Sample.objects.filter(page__live_revision__isnull=False, text__icontains=word)
        samples = (
            samples.exclude(page__in=Page.objects.at(self.slug)).select_related("page").order_by("page", "position")
        )
        found: list[Elsewhere] = []
        tried = 0
        for sample in samples[:MOST_ELSEWHERE]:
            if self._is_over() or len(found) == MOST_SHOWN:
                break
            tried += 1
            seen = self._seen(sample.file, sample.text)
            if seen.line is not None:
                found.append(Elsewhere(sample.page.full_slug, seen, sample.is_hit, self._takes(sample)))
        return found, tried

    def _takes(self, sample: Sample) -> bool:
        matches = self._among_all(sample.text)
        return sample.is_hit and bool(matches) and matches[0].slug == self.slug

    def _healthy(self) -> tuple[list[Seen], int]:
        fires: list[Seen] = []
        tried = 0
        for name, text in self.ground.clean.items():
            if self._is_over():
                break
            tried += 1
            seen = self._seen(name, text)
            if seen.line is not None:
                fires.append(seen)
        return fires, tried

    def _claimed(self) -> Iterator[Claimed]:
        """Texts of other pages that are the same, or stand within it."""
        same = ink(self.signature)
        for slug in owners_of(self.signature, self.index):
            if slug != self.slug:
                of_page = self.index.among(slug)[0].signatures
                key, text = next((one.key, one.text or one.regex) for one in of_page if ink(one) == same)
                yield Claimed(slug, key, text, is_same=not self.signature.shared)
        if self.signature.text:
            yield from self._within(example_of(self.signature.text), same)

    def _within(self, text: str, same: str) -> Iterator[Claimed]:
        told: dict[tuple[str, str], Claimed] = {}
        for hit in scan(Ink(clean(text.encode())), self.index):
            slug = self.index.entries[self.index.owner[hit.pattern]].slug
            other = self.index.signatures[hit.pattern]
            if slug != self.slug and not other.shared and ink(other) != same:
                told[slug, other.key] = Claimed(slug, other.key, other.text or other.regex, is_same=False)
        yield from told.values()
