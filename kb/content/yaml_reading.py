"""YAML as text: every scalar is the text that stands there, and nothing is allowed that only YAML's authors remember.

`3.10` stays `3.10`, `no` stays `no`. Aliases, tags, directives, duplicate keys and comments are problems: pages are
written to a database and back, and what a page cannot hold would be lost silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from kb.content.problems import Finding, Where

Tree = str | list["Tree"] | dict[str, "Tree"]

MAX_BYTES = 512 * 1024
MAX_DEPTH = 12

_LOADER = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
_UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE
_MAYBE_COMMENT = re.compile(r"(?:^|[ \t])#", re.MULTILINE)
_MENDS = (
    ("mapping values are not allowed", "put quotes around the text, it holds a colon followed by a blank"),
    ("cannot start any token", "put quotes around the text, or replace tabs by blanks"),
    ("tab character", "replace tabs by blanks"),
    ("unexpected end of stream", "close the quotes or brackets opened before"),
    ("did not find expected", "check the indentation, and the quotes and brackets on the lines before"),
)


@dataclass
class YamlReading:
    """What a file says, the line of every part of it, and what is wrong with it."""

    tree: Tree | None = None
    lines: dict[Where, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


class _Unreadable(Exception):
    def __init__(self, code: str, line: int, message: str) -> None:
        self.finding = Finding(code, message, line=line)
        super().__init__(message)


def read_yaml(data: bytes) -> YamlReading:
    """Read one document; `tree` is None when it cannot be read at all."""
    reading = YamlReading()
    try:
        text = _text_of(data)
        reading.tree = _Composer(reading).compose(text)
    except _Unreadable as unreadable:
        reading.findings.append(unreadable.finding)
    except yaml.MarkedYAMLError as error:
        reading.findings.append(_syntax_finding(error))
    return reading


def comment_findings(text: str) -> list[Finding]:
    """Every comment. Slow: ask only of a text that is not in canonical form."""
    if not _MAYBE_COMMENT.search(text):
        return []
    message = "is a comment, which the database cannot keep; move it into a `note` field, or quote the text"
    try:
        return [Finding("KB005", message, line=line) for line in _comment_lines(text)]
    except yaml.MarkedYAMLError as error:
        return [_syntax_finding(error)]  # libyaml is a little more generous than the scanner used here


def _comment_lines(text: str) -> Iterator[int]:
    end = 0
    for token in yaml.scan(text, Loader=yaml.BaseLoader):
        start = token.start_mark.index
        yield from _comments_between(text, end, start)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            yield from _comments_between(text, start, text.find("\n", start))
        end = max(end, token.end_mark.index)
    yield from _comments_between(text, end, len(text))


def _comments_between(text: str, start: int, end: int) -> Iterator[int]:
    for found in re.finditer("#[^\n]*", text[start:end]):
        yield text.count("\n", 0, start + found.start()) + 1


def _text_of(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _Unreadable("KB002", 1, f"is larger than {MAX_BYTES // 1024} KiB; move long code to fix-<key>.md files")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _Unreadable("KB006", line, message) from None
    strange = _UNPRINTABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise _Unreadable("KB006", line, f"holds the control character U+{ord(strange.group()):04X}; remove it")
    return text


def _syntax_finding(error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    said = " ".join(part for part in (error.context, error.problem) if part)
    mend = next((mend for phrase, mend in _MENDS if phrase in said), "check the indentation and the quotes around here")
    return Finding("KB001", f"is not YAML: {said}; {mend}", line=mark.line + 1 if mark else 1)


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Composer:
    """Builds the tree from parser events, because PyYAML's own composer resolves aliases and forgets duplicates."""

    def __init__(self, reading: YamlReading) -> None:
        self._lines = reading.lines
        self._findings = reading.findings

    def compose(self, text: str) -> Tree | None:
        self._events = yaml.parse(text, Loader=_LOADER)
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise _Unreadable("KB001", 1, "is empty; write the page's fields, `title` first")
        self._refuse_directives(event)
        tree = self._node(next(self._events), ())
        next(self._events)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            line = _line_of(event)
            raise _Unreadable("KB003", line, "starts a second document; keep one document and remove the `---` line")
        return tree

    def _refuse_directives(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            raise _Unreadable("KB003", 1, "begins with a %-directive; remove it")

    def _node(self, event: yaml.Event, where: Where) -> Tree:
        line = _line_of(event)
        self._lines.setdefault(where, line)
        self._refuse_tricks(event, line)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if len(where) >= MAX_DEPTH:
            raise _Unreadable("KB002", line, f"is nested more than {MAX_DEPTH} levels deep; pages are flatter")
        return self._sequence(where) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(where)

    def _refuse_tricks(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise _Unreadable("KB003", line, f"uses the alias `*{event.anchor}`; write the text out, or quote the `*`")
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            self._findings.append(Finding("KB003", f"sets the anchor `&{anchor}`; remove it", line=line))
        if tag and tag != "!":
            message = f"has the tag `{tag}`; remove it, every value is text, or quote the `!`"
            self._findings.append(Finding("KB003", message, line=line))

    def _sequence(self, where: Where) -> list[Tree]:
        items: list[Tree] = []
        for event in self._until(yaml.SequenceEndEvent):
            items.append(self._node(event, (*where, len(items))))
        return items

    def _mapping(self, where: Where) -> dict[str, Tree]:
        fields: dict[str, Tree] = {}
        for event in self._until(yaml.MappingEndEvent):
            line = _line_of(event)
            self._refuse_tricks(event, line)
            if not isinstance(event, yaml.ScalarEvent):
                raise _Unreadable("KB003", line, "has a list or a mapping as a key; keys are words")
            key = str(event.value)
            if key in fields:
                message = f"`{key}` stands here a second time, first on line {self._lines[(*where, key)]}; keep one"
                self._findings.append(Finding("KB004", message, line=line))
            self._lines.setdefault((*where, key), line)
            fields[key] = self._node(next(self._events), (*where, key))
        return fields

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        while not isinstance(event := next(self._events), end):
            yield event
