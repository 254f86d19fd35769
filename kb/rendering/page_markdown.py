"""A page as one Markdown text, for people who keep it beside their code and for programs that read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from kb.content.document import (
    Cause,
    Evidence,
    EvidenceState,
    Fix,
    PageDoc,
    PageFolder,
    PlatformCheck,
    Probe,
    QuickFix,
    Role,
    Source,
    Step,
)
from kb.rendering.placeholders import spelled_out

UNSUPPORTED = "No evidence for this cause stands any more: confirm it before you rely on it."


def page_markdown(
    folder: PageFolder,
    tool_name: str,
    facts: Mapping[str, str] = MappingProxyType({}),
    source_states: Mapping[str, str] = MappingProxyType({}),
    unsupported: Collection[str] = (),
) -> str:
    """Everything the page says, in the order in which the screen shows it.

    `facts` are told beside the page's own; `source_states` say by address when a source was seen and what a check of it
    found; `unsupported` are the keys of causes for which no evidence stands.
    """
    doc = folder.doc
    states = {source.address: f"seen on {source.seen_on}" for source in doc.sources} | dict(source_states)
    blocks = spelled_out("\n\n".join(block for block in _page(doc, tool_name, facts, states, unsupported) if block))
    return f"{blocks}\n"


def _page(
    doc: PageDoc, tool_name: str, facts: Mapping[str, str], states: Mapping[str, str], unsupported: Collection[str]
) -> Iterator[str]:
    yield f"# {doc.title}"
    yield doc.summary
    yield _facts(doc, tool_name, facts)
    yield from ("## What is printed", *(_fenced(part.text or part.regex, "text") for part in doc.signatures))
    if doc.quick_fix:
        yield from _quick_fix(doc.quick_fix)
    yield from _texts(("What it means", doc.meaning), ("Why it happens", doc.why))
    yield from _section("Causes", (_cause(cause, cause.key in unsupported) for cause in doc.causes))
    yield from _section("Find your cause", (_step(number, step) for number, step in enumerate(doc.steps, start=1)))
    yield from _section("Fixes", (_fix(fix, doc) for fix in doc.fixes))
    yield from _section("Checks by platform", (_check(check) for check in doc.checks))
    yield from _section("What not to try", ([f"**{item.what}**", item.why] for item in doc.avoid))
    yield from _texts(("Keep it from coming back", doc.prevention), ("Background", doc.background))
    yield from _section("Questions", ([f"### {item.question}", item.answer] for item in doc.faq))
    yield from _section("Often followed by", ([f"- `{slug}`"] for slug in doc.leads_to))
    yield from _section("Looks alike, is something else", ([f"- `{item.page}`: {item.tell}"] for item in doc.related))
    yield from _section("Sources", (_source(source, doc, states[source.address]) for source in doc.sources))


def _facts(doc: PageDoc, tool_name: str, told: Mapping[str, str]) -> str:
    facts = (
        ("Tool", tool_name),
        ("Kind", "symptom: hides another error" if doc.role is Role.SYMPTOM else ""),
        ("Versions", doc.applies_to.versions),
        ("Systems", ", ".join(doc.applies_to.systems)),
        ("Platforms", ", ".join(doc.applies_to.platforms)),
        ("Fixed in", doc.fixed_in),
        ("Updated", str(doc.updated)),
        *told.items(),
    )
    return "\n".join(f"- {name}: {value}" for name, value in facts if value)


def _quick_fix(quick_fix: QuickFix) -> Iterator[str]:
    yield from ("## Quick fix", quick_fix.text, _fenced(quick_fix.command, "sh"))


def _cause(cause: Cause, is_unsupported: bool) -> Iterator[str]:
    yield f"### {cause.title}"
    if is_unsupported:
        yield f"**{UNSUPPORTED}**"
    yield cause.detail
    yield from _probe("It is this one if:", cause.confirm)


def _step(number: int, step: Step) -> Iterator[str]:
    yield from (f"### {number}. {step.title}", step.text, _fenced(step.run, "sh"))
    yield "\n".join(
        f"- {outcome.when}"
        + (f" → `{outcome.go}`" if outcome.go else "")
        + (f" ({outcome.note})" if outcome.note else "")
        for outcome in step.outcomes
    )


def _fix(fix: Fix, doc: PageDoc) -> Iterator[str]:
    title_of = {cause.key: cause.title for cause in doc.causes}
    facts = (
        ("Risk", fix.risk.value),
        ("For", "; ".join(title_of.get(key, key) for key in fix.for_)),
        ("Platform", fix.platform),
        ("Versions", fix.versions),
    )
    yield f"### {fix.title}"
    yield "\n".join(f"- {name}: {value}" for name, value in facts if value)
    yield from (fix.body, fix.long)
    yield from _probe("It worked if:", fix.verify)


def _check(check: PlatformCheck) -> Iterator[str]:
    yield from (f"### {check.platform}", check.text, _fenced(check.run, "sh"), check.expect)


def _probe(label: str, probe: Probe | None) -> Iterator[str]:
    if probe:
        yield from (label, _fenced(probe.run, "sh"), probe.expect)


def _source(source: Source, doc: PageDoc, state: str) -> Iterator[str]:
    published = f"published {source.published}, " if source.published else ""
    facts = f"{source.publisher}, {source.kind.value}, {published}{state}"
    cited = f"- {source.title} ({facts})" + (f": <{source.address}>" if source.is_on_web else "")
    yield "\n".join([cited, *(_note(note) for note in doc.evidence if note.source == source.address and _counts(note))])


def _note(note: Evidence) -> str:
    return f"  - `{note.supports}`: " + note.note.replace("\n", "\n    ")


def _counts(note: Evidence) -> bool:
    return note.state is EvidenceState.ACCEPTED


def _texts(*texts: tuple[str, str]) -> Iterator[str]:
    for title, text in texts:
        if text:
            yield from (f"## {title}", text)


def _section(title: str, entries: Iterable[Iterable[str]]) -> Iterator[str]:
    blocks = [block for entry in entries for block in entry]
    if blocks:
        yield from (f"## {title}", *blocks)


def _fenced(code: str, language: str) -> str:
    """The code in a fence longer than any in it."""
    if not code:
        return ""
    longest = max((len(ticks) for ticks in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"
