"""Signatures compiled: a printed text with placeholders becomes literals of ink with gaps between them.

    fatal: unable to access '<url>': Received HTTP code <num> from proxy
    └──────────literal─────┘ └gap─┘  └────literal─────┘ └gap┘└─literal─┘

A gap holds the placeholders and the marks around them (`'`, `': `), as a regular expression over the view.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import re2

from .cleaning import clean
from .ink import ink_of, strip_to_ink
from .records import Signature

SHORT = 12
"""Ink characters under which a literal must stand between word boundaries."""
MIN_INK = 5
"""Ink characters, over all literals, under which a signature says nothing."""
_MAX_TEXT = 4000


class SignatureError(ValueError):
    """A signature that cannot work, in a sentence that says why and how to mend it."""


class Placeholder(StrEnum):
    URL = "url"
    PATH = "path"
    NAME = "name"
    NUM = "num"
    HOST = "host"
    PORT = "port"
    VERSION = "version"
    ANY = "any"


_MASKED = r"\*{2,}|\[(?:MASKED|redacted|REDACTED)\]"
_SHAPES = {
    Placeholder.URL: r"[^\s'\"<>`]+",
    Placeholder.PATH: r"[^\n\r]{1,400}?",
    Placeholder.NAME: r"[^\n\r]{1,200}?",
    Placeholder.NUM: rf"[-+]?(?:0[xX][0-9a-fA-F]+|\d(?:[\d.,_]*\d)?)|{_MASKED}",
    Placeholder.HOST: r"\[[0-9a-fA-F:.%]+\]|[^\s/'\"<>`,;()\[\]]+?",
    Placeholder.PORT: rf"\d{{1,5}}|{_MASKED}",
    Placeholder.VERSION: r"[^\s'\"`]+?",
    Placeholder.ANY: r"[^\n]{0,600}?(?:\n[^\n]{0,600}?)?",
}
_EDGE_SHAPES = _SHAPES | {
    # Where nothing but the line's start bounds a value, a blank does.
    Placeholder.PATH: r"[^\s'\"]{1,400}",
    Placeholder.NAME: r"[^\s'\"]{1,200}",
    Placeholder.VERSION: r"[^\s'\"`]+",
    Placeholder.HOST: r"\[[0-9a-fA-F:.%]+\]|[^\s/'\"<>`,;()\[\]]+",
}
_TAIL_SHAPES = _SHAPES | {
    # Where nothing bounds a value behind, the line's end does, or its shape.
    Placeholder.PATH: r"[^\n\r]{1,400}",
    Placeholder.NAME: r"[^\n\r]{1,200}",
    Placeholder.VERSION: r"[^\s'\"`]+",
    Placeholder.HOST: r"\[[0-9a-fA-F:.%]+\]|[^\s/'\"<>`,;()\[\]]+",
    Placeholder.ANY: r"[^\n]{0,600}",
}
PLACEHOLDERS = {f"<{placeholder}>": placeholder for placeholder in Placeholder}
_TOKEN = re.compile(f"({'|'.join(PLACEHOLDERS)}|\n)")


class Edge(StrEnum):
    """What a signature has beside a literal."""

    OUTER = "outer"
    """The signature's own start or end."""
    MARK = "mark"
    """A mark between it and a placeholder."""
    BLANK = "blank"
    """A blank between it and a placeholder."""
    VALUE = "value"
    """A placeholder right there: no boundary to check."""


class Literal(NamedTuple):
    ink: bytes
    before: Edge
    after: Edge
    has_blanks: bool = False
    is_shouted: bool = False
    """Short and in capitals alone: `UNREACHABLE!` is not the word unreachable."""


class Gap(NamedTuple):
    """What stands between two literals, or before the first, or after the last."""

    expression: str
    """Empty where nothing but marks may stand here."""
    names: tuple[str, ...]
    """Capture names, in order: `host`, then `host_2`."""
    window: int
    """How many ink characters may lie in the gap."""
    is_one_word: bool = False
    """No placeholder in it may hold a blank."""

    def match(self, text: str) -> dict[str, str] | None:
        """The captured values if this gap may hold `text`."""
        found = _compiled(self.expression).search(text)
        if found is None or any(not _has_ink(name, value) for name, value in found.groupdict().items()):
            return None
        return found.groupdict()


def _has_ink(name: str, value: str) -> bool:
    """Whether a captured value is more than marks; `<any>` may be anything, and a masked value is stars."""
    return name.startswith(Placeholder.ANY) or "*" in value or any(map(str.isalnum, value))


@lru_cache(maxsize=20_000)
def _compiled(expression: str) -> re.Pattern[str]:
    """Compiled at first use: most signatures of a large index are never seen in one process's life."""
    return re.compile(expression)


class Pattern(NamedTuple):
    """A compiled signature."""

    key: str
    literals: tuple[Literal, ...]
    gaps: tuple[Gap, ...]
    """`gaps[i]` stands before `literals[i]`; the last one after the last literal."""
    anchor: int
    """Which literal is the anchor: the longest."""
    weight: int
    """Ink characters over all literals: how specific the signature is."""
    regex: re2._Regexp[bytes] | None = None


def compile_signature(signature: Signature) -> Pattern:
    """Compile, or raise SignatureError."""
    if found := _HALF.search(signature.text + signature.regex):
        raise SignatureError(f"holds half a character (U+{ord(found[0]):04X}): write the text anew")
    return _compile_regex(signature) if signature.regex else _compile_text(signature.key, signature.text)


def capture_names(signature: Signature) -> tuple[str, ...]:
    """The names that this signature captures, for whoever writes `{{ host }}` into a fix."""
    if signature.regex:
        return tuple(_regex(signature.regex).groupindex)
    return tuple(name for gap in compile_signature(signature).gaps for name in gap.names)


def shape(name: str) -> re.Pattern[str]:
    """What a value captured under `name` looks like as a whole."""
    placeholder = Placeholder(name.partition("_")[0])
    return re.compile(f"(?:{_EDGE_SHAPES[placeholder]})")


_EXAMPLES = {
    Placeholder.URL: "https://host.example.com/some/where",
    Placeholder.PATH: "/srv/app/file.txt",
    Placeholder.NAME: "main",
    Placeholder.NUM: "7",
    Placeholder.HOST: "host.example.com",
    Placeholder.PORT: "8080",
    Placeholder.VERSION: "1.2.3",
    Placeholder.ANY: "something",
}


def example_of(text: str) -> str:
    """The text as a program may print it."""
    return _TOKEN.sub(lambda found: _EXAMPLES[PLACEHOLDERS[found[0]]] if found[0] in PLACEHOLDERS else found[0], text)


def _compile_text(key: str, text: str) -> Pattern:
    if not text.strip():
        raise SignatureError("the signature is empty: give the text that the program prints")
    if len(text) > _MAX_TEXT:
        raise SignatureError(
            f"the signature has {len(text)} characters: keep the telling part, {_MAX_TEXT} at the most"
        )
    pieces = _pieces(text.strip("\n"))
    literals, gaps = _assemble(pieces)
    if not literals:
        raise SignatureError(
            "the signature has no letters or digits of its own, only placeholders: add the words around them"
        )
    lengths = [len(literal.ink) for literal in literals]
    weight = sum(lengths)
    if weight < MIN_INK:
        raise SignatureError(
            f"only {weight} letters and digits, which would match almost anything: add the words around them"
        )
    return Pattern(key, literals, gaps, lengths.index(max(lengths)), weight)


def _ink(text: str) -> bytes:
    return strip_to_ink(text.encode())


def _pieces(text: str) -> list[str | Placeholder]:
    """The text, cleaned as a paste is, cut at its placeholders and line breaks."""
    text = clean(unicodedata.normalize("NFC", text).encode()).replace(b"\0", b"").decode(errors="replace")
    return [PLACEHOLDERS.get(piece, piece) for piece in _TOKEN.split(text) if piece]


def _assemble(pieces: list[str | Placeholder]) -> tuple[tuple[Literal, ...], tuple[Gap, ...]]:
    literals: list[Literal] = []
    gaps: list[Gap] = []
    pending: list[str | Placeholder] = []
    seen: dict[Placeholder, int] = {}
    last = len(pieces) - 1
    for at, piece in enumerate(pieces):
        ink = b"" if isinstance(piece, Placeholder) else _ink(piece)
        if not ink:
            pending.append(piece)
            continue
        start, body, end = _marks_around(piece)
        gaps.append(_gap([*pending, start], seen, first=not literals, last=False))
        before = _edge(pieces[at - 1], start) if at else Edge.OUTER
        after = _edge(pieces[at + 1], end) if at < last else Edge.OUTER
        is_shouted = len(ink) < SHORT and body.isupper()
        literals.append(Literal(ink, before, after, _BLANK.search(body) is not None, is_shouted))
        pending = [end]
    gaps.append(_gap(pending, seen, first=not literals, last=True))
    return tuple(literals), tuple(gaps)


_BLANK = re.compile(r"\s")
_INKED = re.compile(
    r"([\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]*)(.*[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f])(.*)", re.DOTALL
)
"""Leading marks, from the first to the last ink character, trailing marks: what `strip_to_ink` keeps and drops."""


def _edge(neighbour: str | Placeholder, marks: str) -> Edge:
    if not isinstance(neighbour, Placeholder):
        return Edge.OUTER
    return Edge.VALUE if not marks else Edge.BLANK if marks.isspace() else Edge.MARK


def _marks_around(literal: str) -> tuple[str, str, str]:
    """Leading marks, the part from the first to the last ink character, trailing marks."""
    found = _INKED.match(literal)
    assert found is not None, "only pieces with ink are literals"
    return found[1], found[2], found[3]


def _gap(pieces: list[str | Placeholder], seen: dict[Placeholder, int], *, first: bool, last: bool) -> Gap:
    placeholders = [piece for piece in pieces if isinstance(piece, Placeholder)]
    if not placeholders:
        is_break = "\n" in pieces and not (first or last)
        return _ONLY_A_BREAK if is_break else _ONLY_MARKS
    pieces = [piece for piece in pieces if piece]
    names: list[str] = []
    parts: list[str] = []
    for at, piece in enumerate(pieces):
        if not isinstance(piece, Placeholder):
            parts.append(_LINE_BREAK if piece == "\n" else _marks(piece, required=_is_between(pieces, at)))
            continue
        if at and isinstance(pieces[at - 1], Placeholder):
            raise SignatureError(
                f"<{pieces[at - 1]}> and <{piece}> touch: nothing tells where the one ends; write one <any> for both"
            )
        at_edge = (first and at == 0) or (last and at == len(pieces) - 1)
        shapes = _SHAPES if not at_edge else _TAIL_SHAPES if last else _EDGE_SHAPES
        seen[piece] = seen.get(piece, 0) + 1
        names.append(piece.value if seen[piece] == 1 else f"{piece}_{seen[piece]}")
        parts.append(f"(?P<{names[-1]}>{shapes[piece]})")
    start = r"(?:^|(?<=[\s\"'(\[|>=]))" if first and not last else r"^\s*"
    end = "" if last else r"\s*$"
    if last and not isinstance(pieces[-1], Placeholder):
        # A value ends at its mark, which ends the word: not after one letter, not at the first dot of 2.4.1.
        parts[-1] = rf"(?:{_marks(pieces[-1], required=True)}(?=\s|$)|\s*$)"
    window = sum(_WINDOWS[piece] for piece in placeholders) + _BREAK_WINDOW * pieces.count("\n")
    return Gap(start + "".join(parts) + end, tuple(names), window, is_one_word=_ONE_WORD.issuperset(placeholders))


_ONE_WORD = frozenset({Placeholder.URL, Placeholder.HOST, Placeholder.NUM, Placeholder.PORT, Placeholder.VERSION})
_LINE_BREAK = r"[^\w\n]{0,250}(?:\n[^\n]{0,100}){0,3}?"
"""Between two lines of a signature: the first one's end, blank lines, what a machine may have put before the other."""
_BREAK_WINDOW = 200
"""Ink characters that may stand there."""
_ONLY_A_BREAK = Gap(f"^{_LINE_BREAK}$", (), _BREAK_WINDOW)
_ONLY_MARKS = Gap("", (), 0)
_WINDOWS = {piece: 700 if piece is Placeholder.ANY else 400 for piece in Placeholder}


def _is_between(pieces: list[str | Placeholder], at: int) -> bool:
    """Whether marks stand between two placeholders, which only they tell apart."""
    return 0 < at < len(pieces) - 1 and all(isinstance(pieces[at + step], Placeholder) for step in (-1, 1))


@lru_cache(maxsize=2000)
def _marks(text: str, *, required: bool) -> str:
    """Marks as a pattern: tolerated where they are lost beside a literal, required between two placeholders."""
    if required and text.isspace():
        return r"\s+"
    lost = "" if required else "?"
    words = ["".join(re.escape(char) + lost for char in word) for word in text.split()]
    return r"\s*" + r"\s*".join(words) + r"\s*"


_HALF = re.compile("[\ud800-\udfff]")
_QUIETLY = re2.Options()
_QUIETLY.log_errors = False  # the refusal says what is wrong; the library would print the expression to standard error


def _regex(source: str) -> re2._Regexp[str]:
    try:
        return re2.compile(source, _QUIETLY)
    except re2.error as problem:
        detail = problem.args[0].decode() if problem.args and isinstance(problem.args[0], bytes) else str(problem)
        raise SignatureError(
            f"not a regular expression in RE2's syntax ({detail}); look-around and back-references do not exist there"
        ) from None


def _compile_regex(signature: Signature) -> Pattern:
    compiled = _regex(signature.regex)
    literal = max(_literals_of(signature.regex), key=len, default=b"")
    if len(literal) < MIN_INK:
        raise SignatureError(
            f"no literal of {MIN_INK} letters and digits stands in every match: write more of the printed text out"
        )
    return Pattern(
        signature.key,
        (Literal(literal, Edge.VALUE, Edge.VALUE),),
        (Gap("", tuple(compiled.groupindex), 0), Gap("", (), 0)),
        anchor=0,
        weight=len(literal),
        regex=re2.compile(signature.regex.encode(), _QUIETLY),
    )


def _literals_of(source: str) -> list[bytes]:
    """Literals that every match of the expression holds: its top-level runs of plain characters."""
    runs: list[str] = [""]
    depth, at, alternated = 0, 0, False
    while at < len(source):
        char = source[at]
        step = 1
        if char == "\\":
            step = 2
            following = source[at + 1 : at + 2]
            plain = following if following and not following.isalnum() else ""
        elif char == "[":
            end = source.find("]", at + 2)
            step = (end if end > 0 else len(source)) - at + 1
            plain = ""
        elif char in "()":
            depth += 1 if char == "(" else -1
            plain = ""
        elif char == "{":
            step = max(source.find("}", at) - at + 1, 1)
            plain = ""
        elif char in ".^$|*+?":
            alternated |= char == "|" and depth == 0
            plain = ""
        else:
            plain = char
        optional = source[at + step : at + step + 1] in {"*", "?", "{"}
        if plain and depth == 0 and not optional:
            runs[-1] += plain
        elif not (plain and depth > 0):
            runs.append("")
        at += step
    return [] if alternated else [ink for run in runs if (ink := ink_of(run))]
