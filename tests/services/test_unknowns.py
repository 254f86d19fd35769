"""What becomes of unknown errors once they are recorded."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from pytest_django import Settings

from kb.content.document import Role
from kb.content.trees import Branch, branches
from kb.matching.proposing import finds
from kb.models import (
    Job,
    Page,
    Revision,
    RevisionState,
    Sample,
    Sighting,
    Tool,
    UnknownCount,
    UnknownError,
    UnknownState,
    User,
)
from kb.queries.drafts import version_of, wording_of
from kb.services import drafting, jobs, lookups, publishing, reviewing, unknowns
from kb.services.indexing import LiveIndex
from tests import builders
from tests.hostile import HOSTILE

pytestmark = pytest.mark.django_db

ANSWERED = "git@github.com: Permission denied (publickey)."


@pytest.fixture(autouse=True)
def own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of this test alone: epochs begin anew in each."""
    monkeypatch.setattr(lookups, "live", LiveIndex())


def an_unknown(example: str, fingerprint: str = "", seen_days_ago: int = 0) -> UnknownError:
    seen = timezone.now() - dt.timedelta(days=seen_days_ago)
    return UnknownError.objects.create(
        fingerprint=fingerprint or example, template=example, example=example, first_seen=seen, last_seen=seen
    )


def test_what_a_person_decides_while_the_error_is_looked_up_stays_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown, page, reviewer = an_unknown(ANSWERED), builders.a_published_page(), builders.a_user()

    def meanwhile(text: str) -> Page:
        unknowns.ignore([unknown], "A tool of our own.", reviewer)
        return page

    monkeypatch.setattr(lookups, "answering_page", meanwhile)
    assert unknowns.close_answered() == "0 of 1 answered"
    unknown.refresh_from_db()
    assert (unknown.state, unknown.reason) == (UnknownState.IGNORED, "A tool of our own.")


def test_an_error_that_a_page_answers_by_now_is_closed_with_that_page() -> None:
    unknown, other = an_unknown(ANSWERED), an_unknown("error: flux capacitor empty")
    page = builders.a_published_page()
    assert unknowns.close_answered() == "1 of 2 answered"
    unknown.refresh_from_db()
    other.refresh_from_db()
    assert (unknown.state, unknown.page) == (UnknownState.ANSWERED, page)
    assert other.state == UnknownState.OPEN


def test_publishing_a_page_asks_for_it_once_however_many_are_published() -> None:
    builders.an_edited_page("ssh/permission-denied-publickey")
    assert Job.objects.filter(name="close_answered_unknowns").count() == 1


def test_a_long_list_is_looked_up_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknowns, "AT_ONCE", 2)
    for number in range(5):
        an_unknown(ANSWERED, fingerprint=str(number))
    builders.a_published_page()
    for _ in range(3):
        jobs.run(Job.objects.get(state=Job.State.QUEUED).pk)
    assert not UnknownError.objects.open().exists()
    assert not Job.objects.filter(state=Job.State.QUEUED).exists()


def test_an_error_that_nobody_met_for_half_a_year_is_forgotten() -> None:
    an_unknown("error: old", seen_days_ago=181)
    kept = an_unknown("error: recent", seen_days_ago=179)
    assert unknowns.forget_old() == "1 forgotten"
    assert list(UnknownError.objects.all()) == [kept]


def test_an_error_in_which_only_a_symptom_is_found_stays_open() -> None:
    unknown = an_unknown(ANSWERED)
    builders.a_published_page(role=Role.SYMPTOM)
    assert unknowns.close_answered() == "0 of 1 answered"
    unknown.refresh_from_db()
    assert unknown.state == UnknownState.OPEN


def test_counts_of_days_before_the_retention_are_forgotten_too(settings: Settings) -> None:
    settings.UNKNOWN_DAYS = 30
    unknown = an_unknown("error: recent")
    today = timezone.now().date()
    for days in (0, 29, 31):
        UnknownCount.objects.create(unknown=unknown, day=today - dt.timedelta(days=days), count=1)
    an_unknown("error: old", seen_days_ago=31)
    assert unknowns.forget_old() == "1 forgotten"
    assert [today - row.day for row in unknown.days.all()] == [dt.timedelta(days=29), dt.timedelta()]


# --- beginning a page -------------------------------------------------------------------------------------------------

DRY = "2026-11-20T10:00:00Z fatal: flux capacitor 17 of /srv/car-7 ran dry"


def a_tool_and_author() -> User:
    builders.a_tool("car")
    return builders.a_curator()


def audited(row: Model) -> list[str]:
    mine = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk))
    return [entry.change_message for entry in mine.order_by("pk")]


def test_a_draft_begins_with_the_proposed_signature_and_the_example_as_first_hit() -> None:
    ada, unknown = a_tool_and_author(), an_unknown(DRY)
    UnknownError.objects.update(count=12, tool="git", ci="Jenkins")
    draft = unknowns.start_draft(unknown, "car/ran-dry", ada)
    content = drafting.content_of(draft)
    assert [(it.text, it.prints) for it in content.signatures] == [
        ("fatal: flux capacitor <num> of <path> ran dry", "git on Jenkins")
    ]
    (sample,) = draft.page.samples.all()
    assert (sample.text, sample.origin, sample.is_hit) == (f"{DRY}\n", "reported", True)
    assert (str(draft.page), draft.state, draft.author) == ("car/ran-dry", RevisionState.DRAFT, ada)
    assert content.applies_to.platforms == ("Jenkins",)
    unknown.refresh_from_db()
    assert (unknown.state, unknown.page, unknown.reason) == (UnknownState.ATTACHED, draft.page, "drafted by ada")
    assert audited(unknown) == ["Became a part of car/ran-dry"]
    assert audited(draft) == [f"Begun from the unknown error “{DRY}”"]


def test_near_duplicates_come_along_with_a_signature_of_their_own_where_they_need_one() -> None:
    ada = a_tool_and_author()
    rows = [an_unknown(DRY), an_unknown(DRY.replace("17", "4")), an_unknown("error: ran dry: flux capacitor")]
    draft = unknowns.start_draft(rows[0], "car/ran-dry", ada, rows[1:])
    assert len(drafting.content_of(draft).signatures) == 2
    assert draft.page.samples.count() == 3
    assert draft.page.unknown_errors.filter(state=UnknownState.ATTACHED).count() == 3


@pytest.mark.parametrize(
    ("example", "address", "words"),
    [
        (DRY, "car", "is no address"),
        (DRY, "../etc", "is no address"),
        (DRY, f"car/{'x' * 65}", "at most 64"),
        (DRY, "/ran-dry", "the name of the tool before the stroke"),
        (DRY, "boat/ran-dry", "there is no tool boat"),
        (DRY, "ssh/permission-denied-publickey", "is there already"),
        (DRY, "ssh/old", "is an old address of ssh/permission-denied-publickey"),
        ("ERROR 12 34", "car/ran-dry", "says nothing but that something failed"),
    ],
)
def test_a_draft_that_cannot_begin_is_refused_with_words_and_leaves_nothing(
    example: str, address: str, words: str
) -> None:
    builders.a_published_page(aliases=("ssh/old",))
    ada, unknown = a_tool_and_author(), an_unknown(example)
    with pytest.raises(unknowns.NotPossibleError, match=words):
        unknowns.start_draft(unknown, address, ada)
    assert (Page.objects.count(), Revision.objects.count()) == (1, 1)
    unknown.refresh_from_db()
    assert unknown.state == UnknownState.OPEN


@pytest.mark.parametrize("text", [*HOSTILE, "flux \x1b[31mcapacitor\x1b[0m \u202edry\u202c \x07 <any>"])
def test_whatever_was_pasted_a_draft_begins_or_is_refused_with_words(text: str) -> None:
    ada = a_tool_and_author()
    UnknownError.objects.record([Sighting("1-a", text, text, timezone.now())])
    with contextlib.suppress(unknowns.NotPossibleError):
        unknowns.start_draft(UnknownError.objects.get(), "car/ran-dry", ada)
    assert Page.objects.count() == Revision.objects.count() == Sample.objects.count()
    for draft in Revision.objects.all():
        (signature,) = drafting.content_of(draft).signatures
        assert finds(signature.text, text)


# --- attaching --------------------------------------------------------------------------------------------------------


def test_attaching_makes_a_draft_of_the_page_with_one_more_wording_and_one_more_hit() -> None:
    ada, page, unknown = builders.a_curator(), builders.a_published_page(), an_unknown(DRY)
    live = page.live_revision
    draft = unknowns.attach([unknown], page, ada)
    texts = [signature.text for signature in drafting.content_of(draft).signatures]
    assert texts == ["<name>@<host>: Permission denied (publickey).", "fatal: flux capacitor <num> of <path> ran dry"]
    assert page.samples.filter(file=unknowns.sample_file(unknown), text=f"{DRY}\n").exists()
    page.refresh_from_db()
    assert (page.live_revision, draft.based_on) == (live, live)


def test_attaching_goes_on_in_the_draft_that_the_author_has_of_the_page() -> None:
    ada, page = builders.a_curator(), builders.a_published_page()
    mine = builders.a_draft(page, ada, title="What I was writing")
    draft = unknowns.attach([an_unknown(DRY)], page, ada)
    content = drafting.content_of(draft)
    assert (draft, content.title, len(content.signatures)) == (mine, "What I was writing", 2)


def test_what_the_page_finds_already_needs_no_further_signature() -> None:
    draft = unknowns.attach([an_unknown(ANSWERED)], builders.a_published_page(), builders.a_curator())
    assert len(drafting.content_of(draft).signatures) == 1


def test_a_page_that_only_somebody_else_is_writing_takes_nothing() -> None:
    ada = a_tool_and_author()
    page = unknowns.start_draft(an_unknown(DRY), "car/ran-dry", ada).page
    with pytest.raises(unknowns.NotPossibleError, match="ada is writing it"):
        unknowns.attach([an_unknown("error: warp core breached")], page, builders.a_curator("eve"))
    draft = unknowns.attach([an_unknown("error: warp core cold")], page, ada)
    assert len(drafting.content_of(draft).signatures) == 2
    reviewing.submit(draft, ada)
    with pytest.raises(unknowns.NotPossibleError, match="take it back first"):
        unknowns.attach([an_unknown("error: warp core hot")], page, ada)


# --- ignoring and opening again ---------------------------------------------------------------------------------------


def test_ignoring_needs_a_reason_which_is_kept_and_audited() -> None:
    ada, unknown = builders.a_curator(), an_unknown(DRY)
    with pytest.raises(unknowns.NotPossibleError, match="Say why"):
        unknowns.ignore([unknown], "  ", ada)
    unknowns.ignore([unknown], "a test's own output", ada)
    unknown.refresh_from_db()
    assert (unknown.state, unknown.reason) == (UnknownState.IGNORED, "a test's own output")
    assert audited(unknown) == ["Ignored: a test's own output"]
    with pytest.raises(unknowns.NotPossibleError, match="cannot become attached"):
        unknowns.attach([unknown], builders.a_published_page(), ada)


def test_what_no_longer_belongs_to_a_page_takes_its_sample_back() -> None:
    ada, page, unknown = builders.a_curator(), builders.a_published_page(), an_unknown(DRY)
    before = page.samples.count()
    unknowns.attach([unknown], page, ada)
    unknowns.open_again([unknown], ada)
    unknown.refresh_from_db()
    assert (unknown.state, unknown.page, page.samples.count()) == (UnknownState.OPEN, None, before)
    unknowns.attach([unknown], page, ada)
    unknowns.ignore([unknown], "Not an error", ada)
    unknown.refresh_from_db()
    assert (unknown.state, unknown.page, page.samples.count()) == (UnknownState.IGNORED, None, before)


def test_of_two_who_begin_one_page_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ada, page, unknown = builders.a_curator(), builders.a_published_page(), an_unknown(DRY)
    monkeypatch.setattr(unknowns, "_free_address", lambda address: (page.tool, page.slug))
    with pytest.raises(unknowns.NotPossibleError, match="begun by somebody else just now"):
        unknowns.start_draft(unknown, str(page), ada)
    assert unknown.state == UnknownState.OPEN


# --- after publishing -------------------------------------------------------------------------------------------------


def test_what_a_page_was_drafted_for_is_closed_with_it_when_it_is_published() -> None:
    ada = a_tool_and_author()
    rows = [an_unknown(DRY), an_unknown("error: ran dry: flux capacitor")]
    draft = unknowns.start_draft(rows[0], "car/ran-dry", ada, rows[1:])
    assert unknowns.close_answered() == "0 of 2 answered"
    assert draft.page.unknown_errors.filter(state=UnknownState.ATTACHED).count() == 2
    with pytest.raises(publishing.PublishingRefusedError, match="nobody has written the summary"):
        publishing.publish(draft, ada)
    drafting.replace_content(draft, drafting.content_of(draft).model_copy(update={"summary": "Fill it."}))
    publishing.publish(draft, ada)
    assert unknowns.close_answered() == "2 of 2 answered"
    answered = UnknownError.objects.filter(state=UnknownState.ANSWERED)
    assert {(row.page, row.reason) for row in answered} == {(draft.page, "answered by car/ran-dry")}


def test_what_its_page_does_not_answer_once_it_is_published_is_open_again() -> None:
    ada, page, unknown = builders.a_curator(), builders.a_published_page(), an_unknown(DRY)
    draft = unknowns.attach([unknown], page, ada)
    without = drafting.content_of(draft).signatures[:1]
    drafting.replace_content(draft, drafting.content_of(draft).model_copy(update={"signatures": without}))
    page.samples.filter(text__startswith=DRY).delete()
    publishing.publish(draft, ada)
    page.samples.create(file=unknowns.sample_file(unknown), text=DRY, origin="reported", note="pasted", position=9)
    unknowns.close_answered()
    unknown.refresh_from_db()
    assert unknown.state == UnknownState.OPEN
    assert not page.samples.filter(file=unknowns.sample_file(unknown)).exists()
    assert "has no draft any more and does not answer it" in unknown.reason


def test_a_draft_that_is_not_a_whole_page_yet_keeps_what_was_typed() -> None:
    ada, unknown = a_tool_and_author(), an_unknown(DRY)
    draft = drafting.start_page(Tool.objects.get(slug="car"), "ran-dry", ada)
    typed: Branch = {
        **wording_of(draft),
        "why": "Nobody filled it.",
        "causes": [{"key": "fatal-flux-capacitor-of-ran"}],
    }
    drafting.save(draft, typed, ada, version_of(wording_of(draft)))
    unknowns.attach([unknown], draft.page, ada)
    draft.refresh_from_db()
    wording = wording_of(draft)
    assert (wording["why"], wording["causes"]) == ("Nobody filled it.", [{"key": "fatal-flux-capacitor-of-ran"}])
    assert [signature["key"] for signature in branches(wording["signatures"])] == ["fatal-flux-capacitor-of-ran-2"]
