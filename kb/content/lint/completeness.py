"""What a page must have: samples, causes that can be told apart, fixes that can be verified, sources that are used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from kb.content.document import UNWRITTEN, EvidenceState, PageDoc, Role
from kb.content.files import files_of
from kb.content.lint.corpus import Corpus, Ground, Subject
from kb.content.problems import Finding, Where
from kb.content.versions import between

HITS = 2
NEARS = 1
SOURCES = 2
_EXPECTED = ("quick_fix", "meaning", "why", "causes", "fixes", "steps", "prevention", "faq")
_EXPECTED_OF_A_SYMPTOM = ("meaning", "steps")


def unproved(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB027: a page without any hit proves nothing."""
    if not any(sample.is_hit for sample in page.folder.samples):
        message = "no hit-*.log proves that the signatures match; add the text of a real failure"
        yield Finding("KB027", message, ("signatures",))


def unwritten(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB044: what the site wrote where a person should."""
    if page.doc.summary.endswith(UNWRITTEN):
        yield Finding("KB044", "nobody has written the summary; say what happened, and what ends it", ("summary",))


def versions_out_of_order(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB029: a first version after the last takes the page out of every list that is narrowed by version."""
    since, until = page.doc.applies_to.since, page.doc.applies_to.until
    if (span := between(since, until)).first > span.last:
        message = f"`since` {since} comes after `until` {until}; exchange or correct them"
        yield Finding("KB029", message, ("applies_to", "since"))


def not_canonical(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB030: files that would change by being loaded and dumped."""
    for name, wanted in files_of(page.folder).items():
        found = (page.files or {}).get(name, wanted)
        if found != wanted:
            pairs = enumerate(zip_longest(found.split(b"\n"), wanted.split(b"\n")), 1)
            line = next(number for number, (is_there, belongs) in pairs if is_there != belongs)
            message = "is not in canonical form from this line on; run `manage.py check_pages --fix`"
            yield Finding("KB030", message, file=name, line=line)


def too_few_samples(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB031: two hits in different circumstances, one near miss."""
    hits = sum(sample.is_hit for sample in page.folder.samples)
    nears = len(page.folder.samples) - hits
    if hits < HITS:
        message = f"has {hits} of {HITS} hits; add a hit-*.log from other circumstances"
        yield Finding("KB031", message, ("samples",))
    if nears < NEARS:
        message = "has no near miss; add a near-*.log that looks alike and must not match"
        yield Finding("KB031", message, ("samples",))


def cause_without_confirm(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB032: causes are told apart by a command and what it prints."""
    for number, cause in enumerate(page.doc.causes):
        if cause.confirm is None:
            message = f"nothing tells whether `{cause.key}` is the cause; add `confirm` with `run` and `expect`"
            yield Finding("KB032", message, ("causes", number))


def cause_without_evidence(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB033: each cause has accepted evidence, or the error was reproduced."""
    if page.is_reproduced:
        return
    unsupported = set(causes_without_evidence(page.doc))
    for number, cause in enumerate(page.doc.causes):
        if cause.key in unsupported:
            message = f"no accepted evidence supports `{cause.key}`; add one, an own dated observation counts"
            yield Finding("KB033", message, ("causes", number))


def causes_without_evidence(doc: PageDoc) -> list[str]:
    """The keys of the causes that no accepted evidence supports."""
    supported = {evidence.supports for evidence in doc.evidence if evidence.state is EvidenceState.ACCEPTED}
    return [cause.key for cause in doc.causes if cause.key not in supported]


def fix_without_verify(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB034: a reader must be able to see that the fix worked."""
    for number, fix in enumerate(page.doc.fixes):
        if fix.verify is None:
            message = f"nothing shows that `{fix.key}` worked; add `verify` with `run` and `expect`"
            yield Finding("KB034", message, ("fixes", number))


def too_few_sources(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB035: two sources a page."""
    found = len(page.doc.sources)
    if found < SOURCES:
        message = f"has {found} of {SOURCES} sources; add the tool's documentation, source code or issue tracker"
        yield Finding("KB035", message, ("sources",))


def unused_source(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB036: a source counts by what it shows."""
    used = {evidence.source for evidence in page.doc.evidence}
    for number, source in enumerate(page.doc.sources):
        if source.address not in used:
            message = "no evidence says what this source shows; add an `evidence` entry, or remove the source"
            yield Finding("KB036", message, ("sources", number, "address"))


def impossible_dates(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB037: nothing was seen, written or changed in the future, or before it existed."""
    doc = page.doc
    dates: list[tuple[Where, date]] = [(("updated",), doc.updated), (("created",), doc.created)]
    dates += [(("changes", number, "date"), change.date) for number, change in enumerate(doc.changes)]
    dates += [(("sources", number, "seen_on"), source.seen_on) for number, source in enumerate(doc.sources)]
    dates += [(("evidence", number, "date"), one.date) for number, one in enumerate(doc.evidence) if one.date]
    for where, day in dates:
        if day > corpus.today:
            yield Finding("KB037", f"{day} is in the future; write the day on which it happened", where)
    if doc.created > doc.updated:
        yield Finding("KB037", f"updated before it was created on {doc.created}; correct one of them", ("updated",))
    for number, source in enumerate(doc.sources):
        if source.published and source.published > source.seen_on:
            message = f"was seen before it was published on {source.published}; correct one of them"
            yield Finding("KB037", message, ("sources", number, "seen_on"))


def missing_section(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB038: the sections without which a reader is not done after reading."""
    wanted = _EXPECTED_OF_A_SYMPTOM if page.doc.role is Role.SYMPTOM else _EXPECTED
    for name in wanted:
        if not getattr(page.doc, name):
            yield Finding("KB038", f"the page has no `{name}`; {_meaning_of(name)}")


def step_that_nothing_leads_to(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB039: whoever follows the path from its first step must be able to come to each of the others."""
    led_to = {outcome.go for step in page.doc.steps for outcome in step.outcomes}
    for number, step in enumerate(page.doc.steps):
        if number and step.key not in led_to:
            message = f"no outcome leads to the step `{step.key}`; let an outcome of an earlier step go there"
            yield Finding("KB039", message, ("steps", number))


def _meaning_of(name: str) -> str:
    description = PageDoc.model_fields[name].description or ""
    return f"write it: {description[:1].lower()}{description[1:].rstrip('.')}"
