"""A sound page that keeps every rule, and ways to spoil it in one point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kb.content.document import PageDoc, PageFolder, Reproduction, Sample
from kb.content.files import files_of
from kb.content.lint import Level, lint
from kb.content.lint.corpus import Corpus, Subject

TODAY = date(2026, 11, 20)
MESSAGE = "fatal: the frobnicator refused the widget of host"
DOCS = "https://docs.example.invalid/frobnicate"
TRACKER = "https://tracker.example.invalid/frobnicate/12"
HIT = f"$ frobnicate\n{MESSAGE} db1\n"
OTHER_HIT = f"[12:00:01] frobnicating\n[12:00:02] {MESSAGE} cache.internal\n"
NEAR = "the frobnicator is happy with every widget\n"


def page_fields(**changes: Any) -> dict[str, Any]:
    """The fields of a sound page as they are read from YAML; a change to None takes a field out."""
    fields: dict[str, Any] = {
        "title": "The frobnicator refused the widget",
        "summary": "The frobnicator was asked for a widget that it does not know. Register the widget.",
        "created": "2026-11-19",
        "updated": "2026-11-20",
        "signatures": [{"key": "refused", "text": f"{MESSAGE} <host>"}],
        "samples": [
            {"file": "hit-other.log", "origin": "composed", "note": "after the manual"},
            {"file": "hit-plain.log", "origin": "produced", "note": "frobnicate 3.10, 2026-11-20"},
            {"file": "near-happy.log", "origin": "produced", "note": "frobnicate 3.10, 2026-11-20"},
        ],
        "quick_fix": {"text": "Register it.", "command": "frobnicate register {{ host }}"},
        "meaning": "The frobnicator looked the widget up and found nothing.",
        "why": "Widgets live in a register that is emptied every night.",
        "causes": [
            {
                "key": "unregistered",
                "title": "Nobody registered it",
                "confirm": {"run": "frobnicate list", "expect": "-"},
            }
        ],
        "fixes": [
            {
                "key": "register",
                "title": "Register the widget",
                "for": ["unregistered"],
                "body": "```\nfrobnicate register\n```",
                "verify": {"run": "frobnicate list", "expect": "The widget."},
            }
        ],
        "steps": [
            {
                "key": "look",
                "title": "Look it up",
                "run": "frobnicate list",
                "outcomes": [{"when": "-", "go": "register"}],
            }
        ],
        "prevention": "Register widgets in the job that makes them.",
        "faq": [{"key": "nightly", "question": "Does it survive the night?", "answer": "No."}],
        "sources": [_source(DOCS, "docs"), _source(TRACKER, "issue")],
        "evidence": [
            {"source": DOCS, "supports": "unregistered", "note": "Says that unknown widgets are refused."},
            {"source": TRACKER, "supports": "page", "note": "The maintainers confirm the message."},
        ],
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def _source(address: str, kind: str) -> dict[str, str]:
    return {"address": address, "kind": kind, "title": "Widgets", "publisher": "Frob", "seen_on": "2026-11-20"}


def page(**changes: Any) -> PageDoc:
    """A sound page but for the changes."""
    return PageDoc.model_validate(page_fields(**changes))


def folder(slug: str = "frob/widget-refused", texts: Mapping[str, str] | None = None, **changes: Any) -> PageFolder:
    """A sound page with two hits and a near miss, but for the changes."""
    if texts is None:
        texts = {"hit-other.log": OTHER_HIT, "hit-plain.log": HIT, "near-happy.log": NEAR}
    tool, name = slug.split("/")
    held = tuple(Sample(file=file, text=text) for file, text in sorted(texts.items()))
    return PageFolder(tool=tool, slug=name, doc=page(**changes), samples=held)


def a_record(**changes: Any) -> Reproduction:
    """What `reproduced.yaml` says of a run in which everything went well."""
    fields = {
        "script_digest": "0" * 64,
        "date": "2026-11-20",
        "system": "Debian GNU/Linux 12 (bookworm)",
        "versions": [{"tool": "frobnicate", "version": "3.10"}, {"tool": "git", "version": "2.39.5"}],
        "isolation": "namespace",
        "outcome": "reproduced",
        "first_match": "frob/widget-refused",
        "fix": "verified",
        "transcript": f"== reproduce.sh ended with exit status 0\n{MESSAGE} db1\n",
    }
    return Reproduction.model_validate(fields | changes)


def reproduced(one: PageFolder, **changes: Any) -> PageFolder:
    """The page with the record of a run."""
    return one.model_copy(update={"reproduction": a_record(**changes)})


def write(root: Path, *folders: PageFolder) -> Path:
    """The pages as files."""
    for one in folders:
        path = root / one.tool / one.slug
        path.mkdir(parents=True)
        for name, data in files_of(one).items():
            (path / name).write_bytes(data)
    return root


def corpus(*folders: PageFolder, clean: Mapping[str, bytes] | None = None) -> Corpus:
    """The pages together, with healthy logs if any."""
    return Corpus(folders, TODAY, clean or {})


def codes(
    one: PageFolder,
    *others: PageFolder,
    level: Level = Level.SHIPPED,
    clean: Mapping[str, bytes] | None = None,
    beside: Mapping[str, bytes] | None = None,
) -> list[str]:
    """The codes of all problems of one page among others; `beside` are files that are no part of the page."""
    subject = Subject(one, files={**files_of(one), **(beside or {})})
    return [problem.code for problem in lint(subject, corpus(one, *others, clean=clean), level)]


def messages(problems: Iterable[object]) -> str:
    """All problems as they are printed."""
    return "\n".join(str(problem) for problem in problems)
