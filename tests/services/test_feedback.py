"""What readers say: counted once a day and address, redacted, shown when enough have said it, settled by people."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from kb.content.document import PAGE_KEY
from kb.models import ContentEpoch, Feedback, FeedbackState, MoveRefusedError, Page, Tally, Verdict
from kb.services import feedback
from kb.services.feedback import QueueFullError, UnknownPartError, settle, suggest, sum_up, vote
from tests import builders

pytestmark = pytest.mark.django_db

ADA, BOB = "192.0.2.1", "192.0.2.2"
FIX = "add-key"
TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture
def page() -> Page:
    return builders.a_published_page()


def some_votes(page: Page, yes: int, no: int, part: str = FIX) -> None:
    for number in range(yes + no):
        vote(page, part, Verdict.SOLVED if number < yes else Verdict.NOT_SOLVED, f"{part} {number}")


def shown(page: Page) -> dict[str, tuple[int, int]]:
    return {tally.part: (tally.yes, tally.total) for tally in Tally.objects.filter(page=page)}


def days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


# --- votes ------------------------------------------------------------------------------------------------------------


def test_a_second_word_of_one_address_on_one_day_takes_the_place_of_the_first(page: Page) -> None:
    vote(page, FIX, Verdict.SOLVED, ADA)
    vote(page, FIX, Verdict.NOT_SOLVED, ADA)
    vote(page, FIX, Verdict.SOLVED, BOB)
    assert sorted(Feedback.objects.values_list("verdict", flat=True)) == [Verdict.NOT_SOLVED, Verdict.SOLVED]


def test_one_address_may_speak_of_the_page_and_of_each_fix(page: Page) -> None:
    vote(page, FIX, Verdict.SOLVED, ADA)
    vote(page, PAGE_KEY, Verdict.RIGHT, ADA)
    assert Feedback.objects.count() == 2


def test_the_next_day_the_same_address_may_speak_again_and_nobody_can_tell(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = vote(page, FIX, Verdict.SOLVED, ADA).voter
    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    second = vote(page, FIX, Verdict.SOLVED, ADA).voter
    assert first != second
    assert Feedback.objects.count() == 2


def test_the_address_is_not_kept_and_its_hash_goes_with_the_day(page: Page) -> None:
    said = vote(page, FIX, Verdict.SOLVED, ADA)
    assert ADA not in str(Feedback.objects.values().get())
    sum_up()
    assert Feedback.objects.exclude(voter="").exists()
    Feedback.objects.filter(pk=said.pk).update(created_at=days_ago(1))
    sum_up()
    assert not Feedback.objects.exclude(voter="").exists()


@pytest.mark.parametrize(
    ("part", "verdict"),
    [
        ("no-such-fix", Verdict.SOLVED),
        ("wrong-key", Verdict.SOLVED),  # a cause
        (PAGE_KEY, Verdict.SOLVED),
        (FIX, Verdict.RIGHT),
        (FIX, Verdict.CORRECTION),
        (PAGE_KEY, Verdict.CORRECTION),
    ],
)
def test_a_vote_on_what_the_page_does_not_have_is_refused(page: Page, part: str, verdict: Verdict) -> None:
    with pytest.raises(UnknownPartError):
        vote(page, part, verdict, ADA)
    assert not Feedback.objects.exists()


def test_a_fix_that_only_a_draft_has_cannot_be_voted_on() -> None:
    page = builders.an_empty_page()
    builders.a_draft(page)
    with pytest.raises(UnknownPartError):
        vote(page, FIX, Verdict.SOLVED, ADA)


# --- reports ----------------------------------------------------------------------------------------------------------


def test_a_wrong_page_waits_for_a_person_with_its_lines_masked_again(page: Page) -> None:
    vote(page, PAGE_KEY, Verdict.WRONG, ADA, [f"\x1b[31mtoken {TOKEN}", "x" * 9_000, "c\0d", "not this one"])
    report = Feedback.objects.open().get()
    assert report.lines.split("\n") == ["token [redacted]", "x" * 300, "c\N{REPLACEMENT CHARACTER}d"]


def test_who_takes_a_wrong_page_back_takes_its_lines_back(page: Page) -> None:
    vote(page, PAGE_KEY, Verdict.WRONG, ADA, ["a line"])
    vote(page, PAGE_KEY, Verdict.RIGHT, ADA)
    said = Feedback.objects.get()
    assert (said.state, said.lines) == (FeedbackState.COUNTED, "")


def test_a_correction_waits_for_a_person_once_and_redacted(page: Page) -> None:
    text = f"Use {TOKEN}; ask ada@example.com"
    suggest(page, "wrong-key", text)
    suggest(page, "wrong-key", text)
    assert [(row.part, row.text) for row in Feedback.objects.open()] == [
        ("wrong-key", "Use [redacted]; ask [redacted]")
    ]


def test_a_correction_of_what_the_page_does_not_have_is_refused(page: Page) -> None:
    with pytest.raises(UnknownPartError):
        suggest(page, "no-such-part", "It is wrong.")


def test_a_flood_fills_the_queue_of_its_page_and_no_more(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_OPEN", 3)
    other = builders.a_published_page("ssh/other", title="Other", signatures=(builders.a_signature("other words"),))
    for number in range(5):
        vote(page, PAGE_KEY, Verdict.WRONG, f"address {number}", ["a line"])
    with pytest.raises(QueueFullError):
        suggest(page, PAGE_KEY, "It is wrong.")
    suggest(other, PAGE_KEY, "It is wrong.")
    assert Feedback.objects.open().filter(page=page).count() == 3
    assert Feedback.objects.votes().filter(page=page).count() == 5


def test_a_report_is_settled_as_the_table_of_moves_allows_and_it_is_noted_who_did_it(page: Page) -> None:
    ada = builders.a_user()
    report = suggest(page, PAGE_KEY, "It is wrong.")
    report = settle(report, FeedbackState.DECLINED, ada, "The manual says otherwise.")
    assert (report.state, report.reason) == (FeedbackState.DECLINED, "The manual says otherwise.")
    with pytest.raises(MoveRefusedError):
        settle(report, FeedbackState.USED, ada)
    settle(report, FeedbackState.OPEN, ada)
    notes = [entry.change_message for entry in LogEntry.objects.filter(user=ada).order_by("pk")]
    assert notes == ["Declined: The manual says otherwise.", "Open"]


def test_what_a_person_has_settled_is_not_opened_again_by_its_sender(page: Page) -> None:
    report = vote(page, PAGE_KEY, Verdict.WRONG, ADA)
    settle(report, FeedbackState.DECLINED, builders.a_user(), "Not true.")
    vote(page, PAGE_KEY, Verdict.WRONG, ADA, ["once more"])
    assert Feedback.objects.get().state == FeedbackState.DECLINED


def test_a_vote_cannot_be_settled(page: Page) -> None:
    with pytest.raises(MoveRefusedError):
        settle(vote(page, FIX, Verdict.SOLVED, ADA), FeedbackState.DECLINED, builders.a_user())


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_figures_are_shown_from_five_words_on(page: Page) -> None:
    some_votes(page, 3, 1)
    sum_up()
    assert shown(page) == {}
    vote(page, FIX, Verdict.NOT_SOLVED, ADA)
    sum_up()
    assert shown(page) == {FIX: (3, 5)}
    assert Tally.objects.get().last == timezone.now().date()


def test_readers_get_another_page_only_when_a_shown_figure_changes(page: Page) -> None:
    epoch = ContentEpoch.objects.current()
    some_votes(page, 4, 0)
    sum_up()
    assert ContentEpoch.objects.current() == epoch
    vote(page, FIX, Verdict.SOLVED, ADA)
    assert ContentEpoch.objects.current() == epoch
    sum_up()
    assert ContentEpoch.objects.current() == epoch + 1
    sum_up()
    assert ContentEpoch.objects.current() == epoch + 1


def test_what_was_declined_and_what_is_older_than_a_year_count_no_more(page: Page) -> None:
    for number in range(7):
        said = vote(page, PAGE_KEY, Verdict.WRONG, f"address {number}")
    sum_up()
    assert shown(page) == {PAGE_KEY: (0, 7)}
    settle(said, FeedbackState.DECLINED, builders.a_user(), "Spam.")
    sum_up()
    assert shown(page) == {PAGE_KEY: (0, 6)}
    Feedback.objects.filter(pk__in=Feedback.objects.open()[:2]).update(created_at=days_ago(366))
    sum_up()
    assert shown(page) == {}
    assert Feedback.objects.count() == 5


def test_summing_up_takes_as_many_queries_for_many_pages_as_for_one(django_assert_max_num_queries: object) -> None:
    pages = [
        builders.a_published_page(f"ssh/p{n}", title=f"T{n}", signatures=(builders.a_signature(f"words {n} of it"),))
        for n in range(4)
    ]
    for page in pages:
        some_votes(page, 5, 0)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        sum_up()
    assert Tally.objects.count() == 4
