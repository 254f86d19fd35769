"""Whatever a text wears, its message is found."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.matching.engine import search
from kb.matching.index import build
from kb.matching.ink import ink_of
from kb.matching.records import Confidence, Signature
from kb.matching.signature import compile_signature
from tests.matching.builders import entry
from tests.matching.dresses import DRESSES, PAIRS, Dress, flattened, lost_first_character


@dataclass(frozen=True)
class Case:
    signature: str
    message: str


CASES = (
    Case(
        "fatal: unable to access '<url>': Received HTTP code <num> from proxy after CONNECT",
        "fatal: unable to access 'https://git.corp.example/a.git/': Received HTTP code 407 from proxy after CONNECT",
    ),
    Case(
        "error: failed to push some refs to '<url>'\nhint: Updates were rejected because the remote contains work",
        "error: failed to push some refs to 'https://git.corp.example/a.git'\n"
        "hint: Updates were rejected because the remote contains work that you do",
    ),
    Case(
        "failed programming external connectivity on endpoint <name>: Bind for <host>:<port> failed: port is taken",
        "failed programming external connectivity on endpoint web_1: Bind for 0.0.0.0:8080 failed: port is taken",
    ),
    Case("ModuleNotFoundError: No module named '<name>'", "ModuleNotFoundError: No module named 'yaml_tools'"),
    Case("java.lang.OutOfMemoryError: Java heap space", "java.lang.OutOfMemoryError: Java heap space"),
    Case("E: Unable to locate package <name>", "E: Unable to locate package libfoo-dev"),
    Case(" ! [rejected]        <name> -> <name> (fetch first)", " ! [rejected]        main -> main (fetch first)"),
    Case(
        "npm error ERESOLVE unable to resolve dependency tree\nnpm error\nnpm error While resolving: <name>",
        "npm error ERESOLVE unable to resolve dependency tree\nnpm error\nnpm error While resolving: shop@1.4.2",
    ),
    Case(
        "The process '<path>' failed with exit code <num> while it was reading its configuration",
        "The process '/usr/bin/tool' failed with exit code 139 while it was reading its configuration",
    ),
)
BEFORE = "Cloning into 'app'...\nHEAD is now at 12ab34c Tidy up\n"
AFTER = "\nCleaning up\nDone in 4.2s\n"
INDEX = build(entry(f"t/p{number}", case.signature) for number, case in enumerate(CASES))


def is_found(number: int, *dresses: Dress, before: str = BEFORE, after: str = AFTER) -> bool:
    text = f"{before}{CASES[number].message}{after}"
    for dress in dresses:
        text = dress(text)
    answer = search(text, INDEX)
    return any(match.slug == f"t/p{number}" and match.confidence is Confidence.EXACT for match in answer.matches)


@pytest.mark.parametrize("dress", DRESSES, ids=lambda dress: dress.__name__)
def test_a_message_is_found_in_each_dress(dress: Dress) -> None:
    lost = [
        case.message for number, case in enumerate(CASES) if not is_found(number, dress) and has_anchor(case, dress)
    ]
    assert lost == []


def has_anchor(case: Case, dress: Dress) -> bool:
    """Whether the signature's anchor is still there: without it there is nothing to find a message by."""
    pattern = compile_signature(Signature("s", case.signature))
    return dress is not lost_first_character or pattern.literals[pattern.anchor].ink in ink_of(dress(case.message))


def test_only_a_lost_first_character_cuts_an_anchor_and_not_every_one() -> None:
    kept = [case for case in CASES if has_anchor(case, lost_first_character)]
    assert 3 <= len(kept) < len(CASES)


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda dress: dress.__name__)
def test_a_message_is_found_in_each_pair_of_dresses(first: Dress, second: Dress) -> None:
    assert [case.message for number, case in enumerate(CASES) if not is_found(number, first, second)] == []


NOISE = st.lists(
    st.sampled_from(["step 3 of 7", "ok", "", "  ", "100%", "$ make", "<tag>", '{"a": 1}', "C:\\new"]), max_size=6
)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(CASES) - 1), st.sampled_from(PAIRS), NOISE, NOISE)
def test_what_stands_around_a_dressed_message_does_not_hide_it(
    number: int, pair: tuple[Dress, Dress], before: list[str], after: list[str]
) -> None:
    around = {"before": "".join(f"{line}\n" for line in before), "after": "".join(f"\n{line}" for line in after)}
    assert is_found(number, *pair, **around)


def test_a_whole_log_flattened_into_one_line_still_names_its_line() -> None:
    (match,) = search(flattened(f"{BEFORE}{CASES[3].message}{AFTER}"), INDEX).matches
    assert [line.number for line in match.lines] == [1]
