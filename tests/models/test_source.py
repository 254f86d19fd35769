"""A source's state: what each visit says of it, and what it says after several."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from kb.checking.visiting import Result, Visit
from kb.models import SOURCE_MOVES, Source, SourceState
from kb.models.source import CHECKED_EVERY, NO_ANSWER_IS_GONE
from tests import builders

TODAY = builders.TODAY
DAY = dt.timedelta(days=1)

ANSWERED = Visit(Result.ANSWERED, "HTTP 200")
SAME = Visit(Result.SAME, "HTTP 304")
MOVED = Visit(Result.ANSWERED, "HTTP 200", moved_to="https://docs.example.invalid/new")
GONE = Visit(Result.GONE, "HTTP 404")
NO_ANSWER = Visit(Result.NO_ANSWER, "no answer in time")
REFUSED = Visit(Result.REFUSED, "HTTP 403")
BUSY = Visit(Result.BUSY, "HTTP 429", rest=dt.timedelta(hours=1))


def after(*visits: Visit, source: Source | None = None) -> Source:
    """The source after a visit a day, beginning tomorrow; it holds its texts unchanged."""
    source = source or Source.of(builders.a_source())
    for days, visit in enumerate(visits, start=1):
        source.note_visit(visit, TODAY + days * DAY)
    return source


@pytest.mark.parametrize(
    ("visit", "state"),
    [
        (ANSWERED, SourceState.ALIVE),
        (SAME, SourceState.ALIVE),
        (MOVED, SourceState.MOVED),
        (GONE, SourceState.GONE),
    ],
)
def test_what_says_something_of_the_state_is_a_check(visit: Visit, state: SourceState) -> None:
    source = after(visit)
    assert (source.state, source.checked_on, source.outcome) == (state, TODAY + DAY, visit.note)
    assert source.due_on == TODAY + DAY + CHECKED_EVERY


@pytest.mark.parametrize("visit", [NO_ANSWER, REFUSED, BUSY])
@pytest.mark.parametrize("before", [None, ANSWERED, GONE])
def test_what_says_nothing_of_the_state_leaves_it_and_its_date(visit: Visit, before: Visit | None) -> None:
    known = after(before) if before else after()
    state, checked_on = known.state, known.checked_on
    known.note_visit(visit, TODAY + 9 * DAY)
    assert (known.state, known.checked_on) == (state, checked_on)
    assert (known.tried_on, known.outcome) == (TODAY + 9 * DAY, visit.note)


def test_a_source_that_is_silent_for_days_is_gone_and_alive_when_it_answers() -> None:
    silent = [NO_ANSWER] * NO_ANSWER_IS_GONE
    assert after(*silent[1:]).state == SourceState.UNCHECKED
    assert after(*silent).state == SourceState.GONE
    assert after(*silent, ANSWERED).state == SourceState.ALIVE
    assert after(*silent[1:], ANSWERED, *silent[1:]).state == SourceState.ALIVE


def test_silence_on_one_day_counts_once_however_often_it_is_asked() -> None:
    source = after(NO_ANSWER)
    for _ in range(NO_ANSWER_IS_GONE):
        source.note_visit(NO_ANSWER, TODAY + DAY)
    assert (source.failures, source.state) == (1, SourceState.UNCHECKED)


def test_a_silent_source_is_asked_again_after_ever_longer_pauses() -> None:
    source, pauses = after(), []
    for days in range(1, 8):
        source.note_visit(NO_ANSWER, TODAY + days * DAY)
        assert source.due_on is not None
        pauses.append((source.due_on - TODAY).days - days)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def a_read_source(holds_message: bool | None = None) -> Source:
    source = Source.of(builders.a_source())
    source.note_text("a", holds_message, TODAY + DAY)
    return after(ANSWERED, source=source)


def test_the_first_text_is_what_later_ones_are_compared_with() -> None:
    assert (a_read_source().text_changed_on, a_read_source().state) == (None, SourceState.ALIVE)


@pytest.mark.parametrize("visit", [ANSWERED, MOVED])
def test_another_text_is_a_change_until_somebody_has_read_it(visit: Visit) -> None:
    source = a_read_source()
    source.note_text("b", None, TODAY + 5 * DAY)
    source.note_visit(visit, TODAY + 5 * DAY)
    assert (source.state, source.text_changed_on) == (SourceState.CHANGED, TODAY + 5 * DAY)
    source.note_text("b", None, TODAY + 6 * DAY)
    source.note_visit(visit, TODAY + 6 * DAY)
    assert source.state == SourceState.CHANGED
    source.accept_text()
    assert source.state == (SourceState.MOVED if visit is MOVED else SourceState.ALIVE)


def test_a_page_that_saw_the_new_text_ends_the_change() -> None:
    source = a_read_source()
    source.note_text("b", None, TODAY + 5 * DAY)
    source.learn_from(builders.a_source(seen_on=TODAY + 6 * DAY))
    source.note_visit(SAME, TODAY + 7 * DAY)
    assert source.state == SourceState.ALIVE


@pytest.mark.parametrize(
    ("holds_message", "state"), [(True, SourceState.ALIVE), (False, SourceState.CHANGED), (None, SourceState.CHANGED)]
)
def test_another_text_that_still_holds_the_message_is_no_change(holds_message: bool | None, state: SourceState) -> None:
    source = a_read_source(holds_message=True)
    source.note_text("b", holds_message, TODAY + 5 * DAY)
    source.note_visit(ANSWERED, TODAY + 5 * DAY)
    assert source.state == state


def test_validators_are_sent_only_where_a_text_is_known() -> None:
    source = a_read_source()
    source.etag, source.last_modified = '"1"', ""
    assert source.validators == {"If-None-Match": '"1"'}
    source.state = SourceState.GONE
    assert source.validators == {}
    assert Source(etag='"1"').validators == {}


def test_a_check_may_find_anything_and_nothing_becomes_unchecked_again() -> None:
    for before, state in product(SourceState, SourceState):
        assert (state in SOURCE_MOVES[before]) is (state != SourceState.UNCHECKED)


@pytest.mark.django_db
def test_those_never_tried_are_due_first() -> None:
    rows = {"never": None, "now": TODAY, "long ago": TODAY - DAY, "later": TODAY + DAY}
    for address, due_on in rows.items():
        Source.objects.create(address=address, due_on=due_on, seen_on=TODAY, kind="docs")
    assert [source.address for source in Source.objects.due(TODAY)] == ["never", "long ago", "now"]


def test_the_desk_calls_a_kind_of_source_as_forms_and_public_pages_do() -> None:
    assert Source(kind="docs").get_kind_display() == "documentation"
    assert Source(kind="observation").get_kind_display() == "own observation"
