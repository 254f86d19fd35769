"""Throw strange input at everything that reads what strangers send, and say what does not hold.

    nice -n 19 python -m bench.fuzz --minutes 60
    python -m bench.fuzz --minutes 5 yaml search

Each target is a strategy of Hypothesis and what must hold of every input. `tests/bench/test_fuzz.py` tries a few inputs
of each, always the same ones; this tries new ones round after round until the time is over, prints how many they were,
and each fault with the smallest input that shows it. The API is tried by Schemathesis, after its own description.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from kb.answers import document, for_terminal
from kb.content.files import examine_files
from kb.content.yaml_reading import comment_findings, read_yaml
from kb.matching.cleaning import clean
from kb.matching.decoding import decode
from kb.matching.engine import Limits, search
from kb.matching.filling import fill, template
from kb.matching.index import BrokenEntry, build
from kb.matching.invisible import INVISIBLE
from kb.matching.records import Entry, Role, Signature
from kb.matching.redaction import redact
from kb.matching.signature import SignatureError, compile_signature
from kb.rendering.prose import line, prose
from kb.services.texts import NotText, TooLarge, decompress, text_of
from tests.hostile import HOSTILE, dangers
from tests.matching.test_hostile import UNITS

ROUND, ROUND_OF_SITE = 100, 20
"""Inputs of one target before it is the next one's turn."""
LIMIT = 4_000

# --- inputs -----------------------------------------------------------------------------------------------------------

_TRICKS = (
    *(
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\xad",
        "\x9b31m",
        "\x1b]0;x\x07",
        "\x1b[2J",
        "\0",
        "\r",
        "\ud800",
        "\U000e0041",
    ),
    *("İ", "ß", "ﬀ", "e\u0301", "\u1100\u1161", "９", "٣", "\u3164", "\U0010ffff"),
    *(
        "ghp_" + "a1B2" * 9,
        "AKIA" + "ABCD2345" * 2,
        "https://u:p4ssw0rd@h/",
        "-----BEGIN PRIVATE KEY-----\n",
        "token=abcdef0123456789",
    ),
    *(
        "fatal: not a git repository",
        "error: ",
        "npm ERR! code E404",
        "at x (y.js:1:2)",
        "Caused by: ",
        "Error: ENOENT",
    ),
    *(
        "<name>",
        "<num>",
        "<any>",
        "<path>",
        "{{ host }}",
        "${{ x }}",
        "$(id)",
        "`id`",
        "'",
        '"',
        "\\",
        "%00",
        "../",
        "{{",
    ),
    *(
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "? ",
        "- ",
        ": ",
        "|\n",
        ">-\n",
        "%YAML 1.2\n",
        "---\n",
        "...\n",
        "[[[[",
        "{a: ",
    ),
)
_PIECES = st.sampled_from([*UNITS, *_TRICKS, *HOSTILE])
TEXTS = st.lists(
    _PIECES | st.text(max_size=20) | st.tuples(_PIECES, st.integers(1, 60)).map(lambda one: one[0] * one[1]),
    max_size=20,
).map("".join)
"""Texts made of what the readers look for, of what attacks are made of, and of anything."""
BYTES = st.one_of(
    st.binary(max_size=300),
    TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(
        TEXTS, st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-7", "shift-jis"])
    ).map(lambda one: one[0].encode(one[1], "replace")),
)
PACKED = st.one_of(
    BYTES.map(gzip.compress),
    st.tuples(BYTES.map(gzip.compress), st.integers(0, 60), st.binary(max_size=8)).map(lambda one: _spoilt(*one)),
    st.integers(0, 200_000).map(lambda size: gzip.compress(b"a" * size)),
)
SIGNATURES = st.builds(
    Signature,
    key=st.just("key"),
    text=st.one_of(
        TEXTS,
        st.lists(st.sampled_from(["<name>", "<any>", "<num>", " ", "error", "a", ".", "\n"]), max_size=9).map("".join),
    ),
    regex=st.one_of(st.just(""), st.text(st.sampled_from("ab01.*+?()[]{}|^$\\dwsP<>n:, -"), max_size=30)),
)


def _spoilt(data: bytes, at: int, instead: bytes) -> bytes:
    return data[:at] + instead + data[at + len(instead) :]


# --- what must hold ---------------------------------------------------------------------------------------------------


def cleaning(data: bytes) -> None:
    """The view is as long as the text, so every offset stays; real line breaks stay line breaks."""
    text = decode(data).encode("utf-8", "replace")
    view = clean(text)
    assert len(view) == len(text)
    assert all(view[at] in b"\n\0" for at, byte in enumerate(text) if byte == 0x0A)


def redacting(text: str) -> None:
    """A token that stands for itself is masked whatever stands around it, and masked text stays as it is."""
    token = "ghp_" + "x7Kq" * 9
    shown, secrets = redact(f"{text}\n{token}\n{text}")
    assert token not in shown
    assert all(0 <= one.start < one.end for one in secrets)
    assert all(first.end <= second.start for first, second in pairwise(secrets))


_SHIPPED = [
    Entry(slug=f"git/{number}", role=Role.CAUSE, title=text, summary="", signatures=(Signature("key", text),))
    for number, text in enumerate(
        (
            "fatal: not a git repository (or any of the parent directories): <path>",
            "error: <any> denied by <name> at <host>:<port>",
            "npm ERR! code <name>",
            "first line of <path>\nsecond line of <name>",
        )
    )
]
INDEX = build(_SHIPPED)


def searching(text: str) -> None:
    """Lines that exist, spans within them, never more than the limits; nothing for a terminal to obey."""
    limits = Limits(bytes=LIMIT, near_lines=20)
    answer = search(text, INDEX, limits)
    assert len(answer.matches) <= limits.matches
    for match in answer.matches:
        assert match.lines
        for one in match.lines:
            assert 1 <= one.number <= answer.text.lines
            assert all(0 <= start <= end <= len(one.text) for start, end in one.spans)
    assert all(1 <= one.number <= answer.text.lines for one in answer.unmatched)
    told = for_terminal(document(answer, {}, INDEX))
    assert not INVISIBLE.search(told.replace("\n", "").replace("\t", ""))


def compiling(signature: Signature) -> None:
    """A signature is refused with a reason, or finds things without failing."""
    try:
        compile_signature(signature)
        index = build([Entry(slug="a/b", role=Role.CAUSE, title="t", summary="", signatures=(signature,))])
    except (SignatureError, BrokenEntry):
        return
    search(f"x\n{signature.text}\n{signature.regex}\n", index, Limits(bytes=LIMIT))


def reading_yaml(text: str) -> None:
    """Problems, or a tree of texts, lists and mappings; never anything else, and never an exception."""
    data = text.encode("utf-8", "surrogatepass")
    reading = read_yaml(data)
    assert reading.tree is not None or reading.findings
    if reading.tree is not None:
        comment_findings(text)
    examine_files("git/some-page", {"page.yaml": data, "hit-one.log": data})


def uploading(data: bytes) -> None:
    """A text within the limit, or one of two refusals."""
    with suppress(NotText, TooLarge):
        assert len(text_of(data, LIMIT)) <= LIMIT
    with suppress(NotText, TooLarge):
        assert len(decompress(data, LIMIT)) <= 2 * LIMIT + 2


def rendering(text: str) -> None:
    """Nothing in it can run, load or cover anything."""
    assert dangers(prose(text)) == []
    assert dangers(line(text)) == []


def filling(given: tuple[str, str]) -> None:
    """A value stays one word of the command, of characters that are seen."""
    command, value = given
    template(command)
    filled = fill(f"echo {{{{ name }}}} '{{{{ path }}}}' {command}", {"name": value, "path": value, "host": value})
    for piece in filled.pieces:
        if piece.filled:
            assert not INVISIBLE.search(piece.text)
            assert "\n" not in piece.text


# --- the site ---------------------------------------------------------------------------------------------------------

_KINDS = st.sampled_from(
    [
        *(
            "text/plain",
            "text/plain; charset=utf-16",
            "text/plain; charset=nonsense",
            "application/json",
            "application/gzip",
        ),
        *(
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "image/png",
            "",
            "/;=",
        ),
        *(
            'multipart/form-data; boundary="',
            "multipart/form-data; boundary=b; charset=zlib",
            "text/html; =?utf-8?q?x?=",
        ),
    ]
)
_ENVELOPES = st.tuples(st.sampled_from(["text", "file", "", "text\r\nX: y", "\x00"]), TEXTS, BYTES).map(
    lambda one: (
        b'--b\r\nContent-Disposition: form-data; name="%b"; filename="%b"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n%b\r\n--b--"
        % (one[0].encode(), one[1][:50].encode("utf-8", "replace"), one[2])
    )
)
_JSON = st.one_of(
    TEXTS.map(lambda text: json.dumps({"text": text}).encode()),
    st.integers(1, 3000).map(lambda depth: b"[" * depth),
    st.integers(1, 5000).map(lambda size: b'{"text": 1' + b"0" * size + b"}"),
    st.just(b'{"text": NaN}'),
)
REQUESTS = st.fixed_dictionaries(
    {
        "address": st.sampled_from(["/api/v1/match", "/match", "/match/preview"]),
        "kind": _KINDS,
        "encoding": st.sampled_from(["", "", "gzip", "identity", "br", "\xff"]),
        "accept": st.sampled_from(["*/*", "text/html", "text/plain", "application/json", ";q=", "\xff"]),
        "body": st.one_of(BYTES, PACKED, _JSON, _ENVELOPES),
    }
)
ADDRESSES = st.tuples(
    st.sampled_from(
        [
            "/",
            "/search?q=",
            "/search/hints?q=",
            "/errors/?",
            "/errors/git/?",
            "/errors/",
            "/api/v1/pages?q=",
            "/api/v1/pages/",
            "/nowhere/",
        ]
    ),
    TEXTS,
    st.sampled_from(
        ["", "&page=99999999999999999999", "&page=-1", "&limit=1e9", "&offset=999999999999999999999", "/x"]
    ),
)


def sending(given: dict[str, Any]) -> None:
    """Every body gets an answer that is not our failure."""
    from django.test import Client

    headers = {"Accept": given["accept"], "Sec-Fetch-Site": "same-origin"}
    if given["encoding"]:
        headers["Content-Encoding"] = given["encoding"]
    client: Any = Client(headers=headers)
    response = client.generic("POST", given["address"], given["body"], content_type=given["kind"])
    assert response.status_code < 500


def asking(given: tuple[str, str, str]) -> None:
    """Every address gets an answer that is not our failure."""
    from urllib.parse import quote

    from django.test import Client

    start, text, end = given
    response = Client().get(start + quote(text.encode("utf-8", "surrogatepass")[:3000]) + end)
    assert response.status_code < 500


def _described() -> st.SearchStrategy[Any]:
    """Requests after the API's own description, sound ones and unsound ones."""
    import schemathesis
    from django.core.wsgi import get_wsgi_application

    @schemathesis.serializer("application/zip", "application/gzip", "application/x-tar")
    def packed(context: Any, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")

    schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return st.one_of(*(found.ok().as_strategy() for found in schema.get_all_operations()))


def conforming(case: Any) -> None:
    """What the API answers is what its description says."""
    from schemathesis.specs.openapi import checks

    case.call_and_validate(
        headers={"Accept-Encoding": "identity"},  # the client here undoes no gzip
        excluded_checks=[checks.positive_data_acceptance],  # a text may be of the right type and still be a picture
    )


# --- trying -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    inputs: st.SearchStrategy[Any] | Callable[[], st.SearchStrategy[Any]]
    holds: Callable[[Any], None]
    needs_site: bool = False


TARGETS: dict[str, Target] = {
    "clean": Target(BYTES, cleaning),
    "redact": Target(TEXTS, redacting),
    "search": Target(TEXTS, searching),
    "signature": Target(SIGNATURES, compiling),
    "yaml": Target(TEXTS, reading_yaml),
    "upload": Target(BYTES | PACKED, uploading),
    "markdown": Target(TEXTS, rendering),
    "command": Target(st.tuples(TEXTS, TEXTS), filling),
    "body": Target(REQUESTS, sending, needs_site=True),
    "address": Target(ADDRESSES, asking, needs_site=True),
    "api": Target(_described, conforming, needs_site=True),
}


@dataclass
class Tried:
    inputs: int = 0
    faults: list[str] = field(default_factory=list)


def attempt(target: Target, inputs: int, start: int, tried: Tried) -> None:
    """Try so many inputs, the same ones for the same start."""
    strategy = target.inputs if isinstance(target.inputs, st.SearchStrategy) else target.inputs()

    @seed(start)
    @settings(
        max_examples=inputs,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def check(given: Any) -> None:
        tried.inputs += 1
        target.holds(given)

    try:
        check()
    except (Exception, BaseExceptionGroup) as fault:
        told = "".join(traceback.format_exception(fault, limit=-6))
        tried.faults.append(told.encode("ascii", "backslashreplace").decode())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "targets", nargs="*", metavar="target", help=f"of {', '.join(TARGETS)}; all of them without one"
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = parser.parse_args()
    chosen = {name: TARGETS[name] for name in options.targets or TARGETS}
    data = tempfile.mkdtemp(prefix="kb-fuzz-")
    try:
        if any(target.needs_site for target in chosen.values()):
            _make_site(data)
        told = _run(chosen, options.minutes * 60, options.seed)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    _print(told, options.seed)
    return 1 if any(tried.faults for tried in told.values()) else 0


def _make_site(data: str) -> None:
    """A site with one page, in a folder of its own."""
    os.environ.update(KB_DATA=data, DJANGO_SETTINGS_MODULE="kb.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from tests.builders import a_full_doc, a_loaded_page, folder_of

    setup_test_environment()
    logging.disable()  # each failure is printed once, with the input that shows it
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["redoc.*"])
    call_command("migrate", verbosity=0)
    a_loaded_page(folder_of("git/not-a-git-repository", a_full_doc()))


def _run(chosen: dict[str, Target], seconds: float, start: int) -> dict[str, Tried]:
    told = {name: Tried() for name in chosen}
    end = time.monotonic() + seconds
    for turn, name in enumerate(cycle(chosen)):
        if time.monotonic() > end:
            break
        target = chosen[name]
        before = len(told[name].faults)
        attempt(target, ROUND_OF_SITE if target.needs_site else ROUND, start + turn, told[name])
        print(*told[name].faults[before:], sep="\n", end="", file=sys.stderr)
        faults = len({fault for one in told.values() for fault in one.faults})
        print(f"{sum(one.inputs for one in told.values()):,} inputs, {faults} faults", file=sys.stderr)
    return told


def _print(told: dict[str, Tried], start: int) -> None:
    print(f"seed {start}")
    for name, tried in told.items():
        print(f"{name:<10} {tried.inputs:>10,} inputs   {len(tried.faults)} faults")
        for fault in sorted(set(tried.faults)):
            print(fault)


if __name__ == "__main__":
    sys.exit(main())
