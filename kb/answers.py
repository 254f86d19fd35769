"""An answer as a document: what the API, the command line and a terminal show of it.

Pure, and the same through every door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from pydantic import BaseModel, Field

from kb.matching import records
from kb.matching.filling import fill
from kb.matching.index import Index
from kb.matching.invisible import escaped, named_on_terminal


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What an answer tells of a page beside the match itself."""

    slug: str
    title: str
    tool: str
    """Display name."""
    url: str
    fix_text: str = ""
    fix_command: str = ""


class IndexFacts(BaseModel):
    version: str
    pages: int
    signatures: int


class TextFacts(BaseModel):
    bytes: int = Field(description="UTF-8 bytes of the text as decoded")
    lines: int
    redacted: int = Field(description="How many secrets and addresses are masked in what is shown here")
    truncated: bool = Field(description="Not all of the text was looked at: a limit was reached")
    timed_out: bool = Field(False, description="That limit was the time: the answer is what was found until then")


class QuickFix(BaseModel):
    text: str
    command: str = Field(
        description="With captured values filled in, quoted for a POSIX shell; an open slot reads HOST"
    )
    filled: bool = Field(description="Every slot of the command got a value")


class Line(BaseModel):
    number: int = Field(description="1-based; counts LF only, in the text as received")
    text: str
    signature: str = Field(description="Key of the signature on its page")
    captures: dict[str, str]
    spans: list[tuple[int, int]] = Field(description="Where in `text` the signature stands, in characters")


class Reason(BaseModel):
    code: str
    text: str


class LookAlike(BaseModel):
    slug: str
    title: str
    url: str
    tell: str


class Match(BaseModel):
    slug: str
    title: str
    url: str
    tool: str
    role: records.Role
    confidence: records.Confidence
    score: float
    quick_fix: QuickFix | None
    lines: list[Line]
    reasons: list[Reason]
    look_alikes: list[LookAlike]


class Suggestion(BaseModel):
    slug: str
    title: str
    url: str
    score: float


class Unmatched(BaseModel):
    number: int
    text: str
    fingerprint: str


class Fact(BaseModel):
    name: records.FactName
    value: str = Field(description="A tool's slug, or the name of a system or CI")
    version: str
    line: int = Field(description="The line that says so")


class AnswerDoc(BaseModel):
    """Pages that the text is about, best first. `matches` claim; `suggestions` claim nothing."""

    index: IndexFacts
    text: TextFacts
    matches: list[Match]
    suggestions: list[Suggestion]
    unmatched: list[Unmatched]
    environment: list[Fact] = Field(description="What the text says of where it was printed; nothing is guessed")


def slugs_in(answer: records.Answer) -> set[str]:
    """Every page that the answer names."""
    named = {match.slug for match in answer.matches} | {one.slug for one in answer.suggestions}
    return named | {known.slug for match in answer.matches for known in match.look_alikes}


def document(answer: records.Answer, pages: Mapping[str, PageFacts], index: Index) -> AnswerDoc:
    """The answer with titles, addresses and fixes. A page that `pages` does not hold (any more) is left out."""
    text = answer.text
    return AnswerDoc(
        index=IndexFacts(version=index.version, pages=len(index.entries), signatures=len(index.patterns)),
        text=TextFacts.model_validate(asdict(text)),
        matches=[_match(match, pages) for match in answer.matches if match.slug in pages],
        suggestions=[
            Suggestion(slug=one.slug, title=pages[one.slug].title, url=pages[one.slug].url, score=one.score)
            for one in answer.suggestions
            if one.slug in pages
        ],
        unmatched=[
            Unmatched(number=one.number, text=one.text, fingerprint=one.fingerprint) for one in answer.unmatched
        ],
        environment=[
            Fact(name=fact.name, value=fact.value, version=fact.version, line=fact.line) for fact in answer.environment
        ],
    )


def _match(match: records.Match, pages: Mapping[str, PageFacts]) -> Match:
    page = pages[match.slug]
    return Match(
        slug=match.slug,
        title=page.title,
        url=page.url,
        tool=page.tool,
        role=match.role,
        confidence=match.confidence,
        score=match.score,
        quick_fix=_quick_fix(page, match.captures),
        lines=[
            Line(
                number=one.number,
                text=one.text,
                signature=one.signature,
                captures=dict(one.captures),
                spans=list(one.spans),
            )
            for one in match.lines
        ],
        reasons=[Reason(code=one.code, text=one.text) for one in match.reasons],
        look_alikes=[
            LookAlike(slug=known.slug, title=pages[known.slug].title, url=pages[known.slug].url, tell=known.tell)
            for known in match.look_alikes
            if known.slug in pages
        ],
    )


def _quick_fix(page: PageFacts, captures: Mapping[str, str]) -> QuickFix | None:
    if not page.fix_text:
        return None
    filled = fill(page.fix_command, captures)
    return QuickFix(text=page.fix_text, command=filled.text, filled=filled.filled)


def for_program(answer: AnswerDoc, indent: int | None = None) -> str:
    """The answer for a program. It may be read on a terminal all the same."""
    return escaped(answer.model_dump_json(indent=indent))


# --- for a terminal ---------------------------------------------------------------------------------------------------

_SHOWN, _FACTS_SHOWN = 3, 6
"""Matches printed in full; the rest by title."""


def for_terminal(answer: AnswerDoc, *, colour: bool = False) -> str:
    """The answer as lines for a terminal. Nothing in it can move a cursor or change a colour but we ourselves."""
    lines = [
        named_on_terminal(line) if isinstance(line, str) else line.paint(colour) for line in _terminal_lines(answer)
    ]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Painted:
    text: str
    code: str
    """SGR parameters: `1` bold, `31` red, `2` faint."""

    def paint(self, colour: bool) -> str:
        text = named_on_terminal(self.text)
        return f"\x1b[{self.code}m{text}\x1b[0m" if colour and text else text


def _terminal_lines(answer: AnswerDoc) -> Iterable[str | _Painted]:
    if not answer.matches:
        yield _Painted("No page answers this yet.", "1")
    for match in answer.matches[:_SHOWN]:
        kind = (
            "symptom: the real error stands above it" if match.role is records.Role.SYMPTOM else match.confidence.value
        )
        yield _Painted(f"{match.title}  ({match.tool}, {kind})", "1")
        yield f"  {match.url}"
        for line in match.lines[:4]:
            yield _Painted(f"  {line.number:>6} | {line.text[:400]}", "31")
        if match.quick_fix:
            yield from (f"  {text}" for text in match.quick_fix.text.splitlines())
            yield from (_Painted(f"    {command}", "32") for command in match.quick_fix.command.splitlines())
        for known in match.look_alikes[:3]:
            yield _Painted(f"  not this? {known.title}: {known.tell}", "2")
        yield ""
    for match in answer.matches[_SHOWN:]:
        yield f"also: {match.title}  {match.url}"
    if not any(match.role is records.Role.CAUSE for match in answer.matches):
        yield from _instead(answer)
    if answer.environment:
        said = ", ".join(f"{fact.value} {fact.version}".rstrip() for fact in answer.environment[:_FACTS_SHOWN])
        yield _Painted(f"read from your log: {said}", "2")
    yield _Painted(_summary(answer.text), "2")


def _instead(answer: AnswerDoc) -> Iterable[str | _Painted]:
    """What helps where no cause is known."""
    if answer.suggestions:
        yield "Perhaps one of these is meant:"
        yield from (f"  {one.title}  {one.url}" for one in answer.suggestions[:3])
    if answer.unmatched:
        yield "Lines that look most like the error:"
        yield from (_Painted(f"  {line.number:>6} | {line.text[:400]}", "31") for line in answer.unmatched[:5])


def _summary(text: TextFacts) -> str:
    parts = [f"{text.lines} line{'' if text.lines == 1 else 's'} read"]
    if text.redacted:
        parts.append(f"{text.redacted} secrets or addresses masked")
    if text.timed_out:
        parts.append("not all of it was looked at, because it took too long: send the part around the first error")
    elif text.truncated:
        parts.append("not all lines were looked at: send the part around the first error")
    return "; ".join(parts)
