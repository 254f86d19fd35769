"""The queue: near duplicates as one line, the most wanted first, in a number of queries that does not grow."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kb.models import Sighting, UnknownError, UnknownState
from kb.models.unknown_error import HALF_LIFE
from kb.queries import unknowns
from kb.queries.unknowns import Group, Sort, Wanted

pytestmark = pytest.mark.django_db


def met(template: str, count: int = 1, days_ago: float = 0, **told: Any) -> None:
    seen = timezone.now() - dt.timedelta(days=days_ago)
    UnknownError.objects.record([Sighting(template, template, template, seen, count, **told)])


def listed(**wanted: Any) -> list[Group]:
    chosen = Wanted(**wanted)
    return unknowns.grouped(chosen, unknowns.groups(chosen))


def templates(**wanted: Any) -> list[str]:
    return [group.first.template for group in listed(**wanted)]


def test_near_duplicates_stand_together_under_the_one_that_is_wanted_most() -> None:
    met("error: flux capacitor dry", count=3)
    met("FATAL flux capacitor dry!", count=5)
    met("error: warp core breached", count=7)
    flux, warp = listed()
    assert [row.template for row in flux.members] == ["FATAL flux capacitor dry!", "error: flux capacitor dry"]
    assert (flux.count, flux.variants, flux.unseen) == (8, 2, 0)
    assert round(flux.lately) == 8
    assert (warp.count, warp.variants) == (7, 1)


def test_of_a_large_group_the_first_are_shown_and_the_rest_counted() -> None:
    for number in range(9):
        met("dry flux capacitor" + "!" * number)
    (group,) = listed()
    assert (len(group.members), group.unseen) == (4, 5)


def test_the_order_is_by_demand_or_as_chosen() -> None:
    met("old and often flux", count=10, days_ago=4 * HALF_LIFE.days)
    met("new warp")
    met("newer tape", days_ago=1)
    met("newer tape")
    assert templates() == ["newer tape", "new warp", "old and often flux"]
    assert templates(sort=Sort.COUNT)[0] == "old and often flux"
    assert templates(sort=Sort.NEW) == ["new warp", "newer tape", "old and often flux"]
    assert templates(sort=Sort.RECENT)[-1] == "old and often flux"


def test_the_list_is_narrowed_by_state_tool_ci_day_and_words() -> None:
    met("flux dry", tool="git", ci="Jenkins")
    met("warp breached", days_ago=10)
    assert templates(tool="git") == templates(ci="Jenkins") == templates(words="FLUX dry") == ["flux dry"]
    assert templates(since=timezone.localdate() - dt.timedelta(days=2)) == ["flux dry"]
    assert templates(words="dry warp") == templates(tool="npm") == []
    UnknownError.objects.get(template="flux dry").move_to(UnknownState.IGNORED, reason="x")
    assert templates() == ["warp breached"]
    assert templates(state=UnknownState.IGNORED) == ["flux dry"]
    assert (unknowns.tools(), unknowns.cis()) == (["git"], ["Jenkins"])


@pytest.mark.parametrize("number", [3, 30])
def test_a_page_of_the_list_takes_two_queries_however_many_there_are(
    number: int, django_assert_num_queries: Any
) -> None:
    for one in range(number):
        met(f"flux E{one:04}")
        met(f"flux E{one:04}!")
    with django_assert_num_queries(2):
        assert len([group.first.page for group in listed()]) == number
