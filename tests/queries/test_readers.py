"""Fixes change places only by many words that are far apart, and never against the order of their risks."""

from __future__ import annotations

import pytest

from kb.content.document import Fix, Risk
from kb.models import Tally
from kb.queries.readers import in_order_of_trust
from tests.builders import TODAY


def a_fix(key: str, risk: Risk = Risk.SAFE, platform: str = "", body: str = "") -> Fix:
    return Fix(key=key, title=key, risk=risk, platform=platform, body=body)


def said(**counts: tuple[int, int]) -> dict[str, Tally]:
    return {key: Tally(part=key, yes=yes, total=total, last=TODAY) for key, (yes, total) in counts.items()}


def order(fixes: list[Fix], **counts: tuple[int, int]) -> str:
    return " ".join(fix.key for fix in in_order_of_trust(fixes, said(**counts)))


def test_without_words_the_page_decides() -> None:
    assert order([a_fix("a"), a_fix("b"), a_fix("c")]) == "a b c"


def test_what_readers_surely_found_better_goes_up() -> None:
    assert order([a_fix("a"), a_fix("b")], a=(5, 30), b=(28, 30)) == "b a"


@pytest.mark.parametrize(
    "counts",
    [
        {"a": (0, 5), "b": (5, 5)},
        {"a": (0, 19), "b": (200, 200)},
        {"a": (10, 20), "b": (15, 20)},
        {"b": (200, 200)},
    ],
)
def test_few_words_or_words_close_together_move_nothing(counts: dict[str, tuple[int, int]]) -> None:
    assert order([a_fix("a"), a_fix("b")], **counts) == "a b"


def test_a_fix_sinks_below_a_better_one_past_those_of_which_nobody_spoke() -> None:
    assert order([a_fix("a"), a_fix("b"), a_fix("c")], a=(1, 40), c=(39, 40)) == "b c a"


def test_a_riskier_fix_never_overtakes_whatever_people_say() -> None:
    fixes = [a_fix("a"), a_fix("b", Risk.CAREFUL), a_fix("c"), a_fix("d", Risk.DESTRUCTIVE)]
    assert order(fixes, a=(0, 50), b=(50, 50), c=(50, 50), d=(50, 50)) == "c b a d"


def test_a_fix_that_hides_the_problem_stays_below_one_that_ends_it() -> None:
    hiding = a_fix("b", Risk.CAREFUL, body="```sh\nchmod 777 .\n```")
    assert order([a_fix("a", Risk.CAREFUL), hiding], a=(0, 50), b=(50, 50)) == "a b"


def test_fixes_for_different_places_are_not_compared() -> None:
    assert order([a_fix("a", platform="GitLab CI"), a_fix("b")], a=(0, 50), b=(50, 50)) == "a b"


@pytest.mark.parametrize(("yes", "total"), [(0, 1), (1, 1), (0, 20), (20, 20), (10**6, 10**6)])
def test_the_likely_share_lies_between_none_and_all(yes: int, total: int) -> None:
    low, high = said(a=(yes, total))["a"].likely
    assert -1e-9 <= low < high <= 1 + 1e-9
    assert low - 1e-9 <= yes / total <= high + 1e-9
