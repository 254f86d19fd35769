"""Signatures: they can work, claim only what is theirs, and are proved by samples."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from kb.content.document import PageDoc, Sample, Signature
from kb.content.entries import signature_of
from kb.content.lint.corpus import Corpus, Ground, Subject, broken_signatures, ink, owners_of
from kb.content.problems import Finding, Where
from kb.content.prose import code_blocks
from kb.matching.cleaning import clean
from kb.matching.engine import scan, search
from kb.matching.index import build, with_entry
from kb.matching.ink import Ink
from kb.matching.records import Answer, Entry, Match
from kb.matching.signature import Placeholder, SignatureError, capture_names, example_of

_NO_PAGES = build(())
ONLY_THE_FAILURE = "add a word to the signature that only the failure prints"
_BLANK_TO_FILL = re.compile(r"(?<!\$)\{\{ ?([a-z][a-z0-9_]*) ?\}\}")


def cannot_work(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB020: the engine refuses this signature, or passes over its text wherever it is printed."""
    broken = {where[1] for where, _ in broken_signatures(page.doc)}
    for where, reason in broken_signatures(page.doc):
        yield Finding("KB020", reason, where)
    for number, signature in enumerate(page.doc.signatures):
        if number not in broken and not can_fire(signature):
            yield Finding("KB020", READS_AS_NO_FAILURE, ("signatures", number))


READS_AS_NO_FAILURE = "is not even found in its own text, which reads as no failure; add words that only the error has"


def can_fire(signature: Signature) -> bool:
    """Whether a log that holds nothing but its text finds it; of an expression nobody can tell what it matches."""
    if signature.regex:
        return True
    alone = Entry("a/page", "A page", signatures=(replace(signature_of(signature), shared=""),))
    return any(search(example_of(signature.text), with_entry(_NO_PAGES, alone)).matches)


def in_no_hit(page: Subject, ground: Ground, unchanged: Collection[str] = ()) -> Iterator[Finding]:
    """KB028: a wording that no hit shows. Asked of what is new at the desk; pages in files list older wordings too.

    `unchanged` are texts and expressions that are public already.
    """
    found = {key for sample in page.folder.samples if sample.is_hit for key in keys_found(sample.text, page, ground)}
    broken = {where[1] for where, _ in broken_signatures(page.doc)}
    for number, signature in enumerate(page.doc.signatures):
        if signature.key not in found and number not in broken and (signature.text or signature.regex) not in unchanged:
            message = f"`{signature.key}` stands in none of the page's hits; add a hit in which it is printed"
            yield Finding("KB028", message, ("signatures", number))


def keys_found(text: str, page: Subject, ground: Ground) -> set[str]:
    """The signatures of the page that stand in a text, whatever other pages make of it."""
    number = ground.index.by_slug.get(page.slug)
    hits = scan(Ink(clean(text.encode())), ground.index)
    return {ground.index.signatures[hit.pattern].key for hit in hits if ground.index.owner[hit.pattern] == number}


def fires_on_healthy_logs(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB021: a page that answers when nothing is wrong."""
    keys = [signature.key for signature in page.doc.signatures]
    for path, match in ground.alarms.get(page.slug, ()):
        key, line = _signature(match), match.lines[0].number
        message = f"`{key}` fires on the healthy log {path} line {line} ({match.confidence}); {ONLY_THE_FAILURE}"
        yield Finding("KB021", message, ("signatures", keys.index(key)) if key in keys else ("signatures",))


def hit_finds_another_page(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB022: every hit must find its page first; under the owner of a shared text if nothing in the paste lifts it."""
    owners = {signature.shared for signature in page.doc.signatures if signature.shared}
    misses: list[Finding] = []
    hits = [sample for sample in page.folder.samples if sample.is_hit]
    under_owner = 0
    for sample in hits:
        answer = search(sample.text.encode(), ground.index)
        first = answer.matches[0] if answer.matches else None
        if first and first.slug == page.slug:
            continue
        if first and first.slug in owners and page.slug in {alike.slug for alike in first.look_alikes}:
            under_owner += 1
        else:
            misses.append(_miss(sample, page.slug, answer))
    yield from misses
    if hits and under_owner == len(hits):
        message = "no hit finds this page first, only its owner; add a `with` text or a signature of its own, and a hit"
        yield Finding("KB022", message, ("signatures",))


def _miss(sample: Sample, slug: str, answer: Answer) -> Finding:
    if not answer.matches:
        message = "finds no page, and must find this one first; add this wording to the signatures"
        return Finding("KB022", message, file=sample.file, line=1)
    first = answer.matches[0]
    place = next((number for number, match in enumerate(answer.matches, 1) if match.slug == slug), 0)
    how = f"first is {first.slug} by `{_signature(first)}` on this line"
    said = f"finds this page in place {place}" if place else "does not find this page"
    return Finding(
        "KB022",
        f"{said}, {how}; make one of the signatures more specific",
        file=sample.file,
        line=first.lines[0].number,
    )


def near_finds_the_page(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB023: a near miss must not find the page."""
    for sample in page.folder.samples:
        if sample.is_hit:
            continue
        for match in search(sample.text.encode(), ground.index).matches:
            if match.slug == page.slug:
                how = f"by `{_signature(match)}` on this line ({match.confidence})"
                message = f"finds this page {how}; {ONLY_THE_FAILURE}"
                yield Finding("KB023", message, file=sample.file, line=match.lines[0].number)


def _signature(match: Match) -> str:
    return match.lines[0].signature


def undeclared_duplicate(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB024: one text, one owner."""
    seen: dict[str, str] = {}
    for number, signature in enumerate(page.doc.signatures):
        text, where = signature.text or signature.regex, ("signatures", number)
        if text in seen:
            yield Finding("KB024", f"is the same text as `{seen[text]}`; keep one", where)
        seen.setdefault(text, signature.key)
        others = [slug for slug in owners_of(signature, ground.index) if slug != page.slug]
        if others and not signature.shared:
            message = f"{others[0]} has this text too; on one of the two pages write `shared: <the other>`"
            yield Finding("KB024", message, where)


def shared_without_owner(page: Subject, ground: Ground) -> Iterator[Finding]:
    """KB025: a shared text must stand on the page that is said to own it, and only a shared text is lifted."""
    for number, signature in enumerate(page.doc.signatures):
        where = ("signatures", number)
        if signature.with_ and not signature.shared:
            message = "`with` lifts a page above the owner of a shared text; add `shared`, or remove `with`"
            yield Finding("KB025", message, (*where, "with"))
        owner = ground.index.by_slug.get(signature.shared)
        if owner is not None and not _owns(ground.index.entries[owner], ink(signature)):
            message = f"{signature.shared} has no signature with this text; correct the owner, or remove `shared`"
            yield Finding("KB025", message, (*where, "shared"))


def _owns(owner: Entry, text: str) -> bool:
    own = (ink(signature) for signature in owner.signatures if not signature.shared)
    return any(other in text or text in other for other in own)


def blank_that_nothing_fills(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB026: a command uses `{{ name }}`, and no signature captures that name."""
    captured = set(_captured(page.doc))
    known = f"captured here: {', '.join(sorted(captured))}" if captured else "no signature here captures anything"
    for where, text, is_command in _texts_to_fill(page.doc):
        for name in _BLANK_TO_FILL.findall(text):
            if name not in captured and (is_command or name.partition("_")[0] in set(Placeholder)):
                message = f"`{{{{ {name} }}}}` is filled by no signature of this page; {known}"
                yield Finding("KB026", message, where)


def _captured(doc: PageDoc) -> Iterator[str]:
    for signature in doc.signatures:
        try:
            yield from capture_names(signature_of(signature))
        except SignatureError:
            continue  # said by KB020


def _texts_to_fill(doc: PageDoc) -> Iterator[tuple[Where, str, bool]]:
    """Commands, and the code in fixes: there only the names of placeholders count, the rest is some template's own."""
    if doc.quick_fix:
        yield ("quick_fix", "command"), doc.quick_fix.command, True
    for number, cause in enumerate(doc.causes):
        if cause.confirm:
            yield ("causes", number, "confirm", "run"), cause.confirm.run, True
    for number, fix in enumerate(doc.fixes):
        yield ("fixes", number, "body"), "\n".join(code_blocks(fix.body)), False
        yield ("fixes", number, "long"), "\n".join(code_blocks(fix.long)), False
        if fix.verify:
            yield ("fixes", number, "verify", "run"), fix.verify.run, True
    for number, step in enumerate(doc.steps):
        yield ("steps", number, "run"), step.run, True
    for number, check in enumerate(doc.checks):
        yield ("checks", number, "run"), check.run, True
