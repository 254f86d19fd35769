"""Unknown errors are counted by fingerprint, and each count arrives once."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import pytest

from kb.models import UNKNOWN_MOVES, MoveRefusedError, Sighting, UnknownError, UnknownState
from kb.models.unknown_error import ANSWER_TAKES, HALF_LIFE
from tests import builders

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def a_sighting(fingerprint: str = "1:abc", **changes: Any) -> Sighting:
    told = {"template": "cannot open <path>", "example": "cannot open /etc/x", "seen_at": NOON, **changes}
    return Sighting(fingerprint=fingerprint, **told)


def test_sightings_of_one_fingerprint_are_one_row_with_their_number() -> None:
    UnknownError.objects.record([a_sighting(), a_sighting(count=3), a_sighting("1:def")])
    UnknownError.objects.record([a_sighting()])
    assert dict(UnknownError.objects.values_list("fingerprint", "count")) == {"1:abc": 5, "1:def": 1}


def test_first_and_last_seen_hold_whatever_order_sightings_come_in() -> None:
    hour = dt.timedelta(hours=1)
    UnknownError.objects.record([a_sighting(seen_at=NOON)])
    UnknownError.objects.record([a_sighting(seen_at=NOON - hour), a_sighting(seen_at=NOON + hour)])
    unknown = UnknownError.objects.get()
    assert (unknown.first_seen, unknown.last_seen) == (NOON - hour, NOON + hour)


def test_one_example_is_kept() -> None:
    UnknownError.objects.record([a_sighting(example="first")])
    UnknownError.objects.record([a_sighting(example="second")])
    assert UnknownError.objects.get().example == "first"


@pytest.mark.parametrize(("before", "after"), list(product(UnknownState, UnknownState)))
def test_unknown_errors_move_only_as_the_table_says(before: UnknownState, after: UnknownState) -> None:
    UnknownError.objects.record([a_sighting()])
    UnknownError.objects.update(state=before)
    unknown = UnknownError.objects.get()
    if after in UNKNOWN_MOVES[before]:
        unknown.move_to(after, reason="because")
        assert UnknownError.objects.get().reason == "because"
    else:
        with pytest.raises(MoveRefusedError):
            unknown.move_to(after)
        after = before
    assert UnknownError.objects.get().state == after


def test_an_unknown_error_can_be_attached_to_a_page() -> None:
    page = builders.a_published_page()
    UnknownError.objects.record([a_sighting()])
    UnknownError.objects.get().move_to(UnknownState.ATTACHED, page=page, reason="another wording")
    assert [*page.unknown_errors.all()] == [UnknownError.objects.get(state=UnknownState.ATTACHED)]
    assert not UnknownError.objects.open().exists()


def test_errors_not_seen_for_long_can_be_told() -> None:
    UnknownError.objects.record([a_sighting("1:old"), a_sighting("1:new", seen_at=NOON + dt.timedelta(days=2))])
    old = UnknownError.objects.not_seen_since(NOON + dt.timedelta(days=1))
    assert [unknown.fingerprint for unknown in old] == ["1:old"]


@pytest.mark.parametrize(("line", "kept"), [("a\0b", "a\ufffdb"), ("a\ud800b", "a?b"), ("x" * 10_000, "x" * 2_000)])
def test_whatever_a_line_holds_it_can_be_kept(line: str, kept: str) -> None:
    UnknownError.objects.record([a_sighting(template=line, example=line)])
    unknown = UnknownError.objects.get()
    assert (unknown.template, unknown.example) == (kept, kept)


def test_near_duplicates_are_known_by_their_group_from_the_first_sighting() -> None:
    UnknownError.objects.record([a_sighting("1:a", template="error: flux capacitor <path>")])
    UnknownError.objects.record([a_sighting("1:b", template="FATAL flux capacitors: <number>")])
    assert {row.group for row in UnknownError.objects.all()} == {"capacitor flux"}


def test_the_tool_and_the_ci_are_those_that_a_text_named_last() -> None:
    UnknownError.objects.record([a_sighting(tool="git", ci="Jenkins")])
    UnknownError.objects.record([a_sighting(tool="npm")])
    UnknownError.objects.record([a_sighting()])
    unknown = UnknownError.objects.get()
    assert (unknown.tool, unknown.ci) == ("npm", "Jenkins")


def test_newer_sightings_ask_louder_and_half_as_loud_for_each_half_life_that_they_are_older() -> None:
    UnknownError.objects.record([a_sighting("1:often", count=3, seen_at=NOON - 2 * HALF_LIFE)])
    UnknownError.objects.record([a_sighting("1:now", seen_at=NOON)])
    often, now = (UnknownError.objects.get(fingerprint=name).demand for name in ("1:often", "1:now"))
    assert often / now == pytest.approx(3 / 4)
    assert [row.fingerprint for row in UnknownError.objects.all()] == ["1:now", "1:often"]


def test_sightings_are_counted_by_day() -> None:
    UnknownError.objects.record([a_sighting(), a_sighting(count=2), a_sighting(seen_at=NOON - dt.timedelta(days=1))])
    UnknownError.objects.record([a_sighting()])
    assert [row.count for row in UnknownError.objects.get().days.all()] == [1, 4]


def an_answered(moved_at: dt.datetime) -> UnknownError:
    UnknownError.objects.record([a_sighting()])
    unknown = UnknownError.objects.get()
    unknown.move_to(UnknownState.ANSWERED, page=builders.a_published_page())
    UnknownError.objects.update(moved_at=moved_at)
    return unknown


def test_an_answered_error_that_is_met_without_an_answer_is_open_again_with_what_was_met() -> None:
    unknown = an_answered(NOON)
    UnknownError.objects.record([a_sighting(example="cannot open /other", seen_at=NOON + 2 * ANSWER_TAKES)])
    unknown.refresh_from_db()
    assert (unknown.state, unknown.page, unknown.example) == (UnknownState.OPEN, None, "cannot open /other")
    assert "permission-denied-publickey answered it once" in unknown.reason


def test_a_paste_from_before_the_answer_reached_everybody_opens_nothing() -> None:
    unknown = an_answered(NOON)
    UnknownError.objects.record([a_sighting(seen_at=NOON + ANSWER_TAKES / 2)])
    unknown.refresh_from_db()
    assert unknown.state == UnknownState.ANSWERED


def test_an_ignored_error_stays_ignored_however_often_it_is_met() -> None:
    UnknownError.objects.record([a_sighting()])
    UnknownError.objects.get().move_to(UnknownState.IGNORED, reason="a test's own output")
    UnknownError.objects.record([a_sighting(seen_at=NOON + dt.timedelta(days=300))])
    unknown = UnknownError.objects.get()
    assert (unknown.state, unknown.count) == (UnknownState.IGNORED, 2)
