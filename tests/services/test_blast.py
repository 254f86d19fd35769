"""The blast radius is the same whole or in pieces, and tells each text that would find another page."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from kb.content import document as doc
from kb.models import BlastRadius, Job, Page, Revision, Sample, UnknownError
from kb.services import blast, gate, jobs
from kb.services.blast import Change
from tests import builders

pytestmark = pytest.mark.django_db

PAGE = "ssh/permission-denied-publickey"
DENIED = doc.Signature(key="denied", text="<name>@<host>: Permission denied (publickey).")
HUNG_UP = doc.Signature(key="hung-up", text="the server hung up on everybody")
IN_THE_HOUSE = doc.Signature(key="in-the-house", text="the server hung up on everybody in the house at once")


@pytest.fixture(autouse=True)
def no_healthy_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "healthy_logs", dict)


@pytest.fixture
def page() -> Page:
    """With another page beside it, in one sample of which stands what drafts here will say."""
    other = builders.a_published_page("ssh/other", signatures=(HUNG_UP,))
    other.samples.all().delete()
    a_sample(other, "hit-house.log", "connecting\nthe server hung up on everybody in the house at once\n")
    a_sample(other, "hit-short.log", "the server hung up on everybody\n")
    return builders.a_published_page(PAGE)


def a_sample(page: Page, file: str, text: str) -> Sample:
    return Sample.objects.create(
        page=page, file=file, text=text, origin=doc.Origin.COMPOSED.value, note="x", position=9
    )


def an_unknown(example: str, count: int = 1) -> UnknownError:
    now = timezone.now()
    told = {"template": example, "example": example, "first_seen": now, "last_seen": now}
    return UnknownError.objects.create(fingerprint=example[:60], count=count, **told)


def measured(draft: Revision) -> BlastRadius:
    """Begun, and gone on with until nothing waits."""
    blast.measure(draft)
    run_all()
    return BlastRadius.objects.get(revision=draft)


def run_all() -> int:
    ran = 0
    while job := Job.objects.filter(name="measure_blast", state=Job.State.QUEUED).first():
        jobs.run(job.pk)
        ran += 1
    return ran


def told(row: BlastRadius) -> list[tuple[str, str, str]]:
    return [(change.name, change.before, change.after) for change in blast.changes_of(row)]


def test_a_sample_that_would_find_this_page_is_told_with_its_line(page: Page) -> None:
    row = measured(builders.a_draft(page, signatures=(DENIED, IN_THE_HOUSE)))
    (change,) = blast.changes_of(row)
    assert (change.name, change.before, change.after) == ("ssh/other hit-house.log", "ssh/other", PAGE)
    assert (change.line, change.text) == (2, "the server hung up on everybody in the house at once")
    assert change.is_bad
    assert (row.phase, row.samples, row.sample_changes, row.tried) == ("done", 4, 1, ["in-the-house"])


def test_a_sample_that_would_find_no_page_any_more_is_told(page: Page) -> None:
    a_sample(Page.objects.at("ssh/other").get(), "near-denied.log", "ada@db1: Permission denied (publickey).\n")
    row = measured(builders.a_draft(page, signatures=(HUNG_UP.model_copy(update={"shared": "ssh/other"}),)))
    assert ("ssh/other near-denied.log", PAGE, "") in told(row)
    assert {"denied", "hung-up"} == set(row.tried)


def test_unknown_errors_that_would_be_answered_are_told_with_how_often_they_were_pasted(page: Page) -> None:
    answered = an_unknown("error: the flux capacitor of car 7 is empty", count=12)
    an_unknown("error: quite another thing went wrong")
    flux = doc.Signature(key="flux", text="error: the flux capacitor of car <num> is empty")
    row = measured(builders.a_draft(page, signatures=(DENIED, flux)))
    assert [(change.pk, change.after) for change in blast.changes_of(row)] == [(answered.pk, PAGE)]
    assert (row.unknowns, row.unknown_changes, row.pasted) == (2, 1, 12)


def test_a_draft_whose_signatures_are_public_already_is_done_at_once(page: Page) -> None:
    row = blast.measure(builders.a_draft(page, title="Better"))
    assert (row.is_done, row.tried) == (True, [])
    assert run_all() == 0


def test_in_pieces_it_is_the_same_as_at_once(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        an_unknown(f"the server hung up on everybody in the house at once, {number} times")
    draft = builders.a_draft(page, signatures=(DENIED, IN_THE_HOUSE))
    whole = told(measured(draft))
    monkeypatch.setattr(blast, "AT_ONCE", 1)
    blast.measure(draft)
    assert run_all() > 4
    assert told(BlastRadius.objects.get()) == whole


def test_a_batch_ends_when_its_time_is_over_and_the_next_goes_on(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blast, "SECONDS", -1.0)
    row = measured(builders.a_draft(page, signatures=(DENIED, IN_THE_HOUSE)))
    assert (row.phase, row.samples, row.sample_changes) == ("done", 4, 1)


def test_what_was_done_twice_counts_once(page: Page) -> None:
    draft = builders.a_draft(page, signatures=(DENIED, IN_THE_HOUSE))
    blast.measure(draft)
    step = Job.objects.get(name="measure_blast").arguments
    batch = blast.look(**step)
    blast.note(batch, **step)
    assert "begun anew" in blast.note(batch, **step)
    assert blast.look(**step) is None
    row = BlastRadius.objects.get()
    assert (row.samples, row.sample_changes, len(row.changes)) == (4, 1, 1)


def test_to_begin_while_it_is_measured_changes_nothing(page: Page) -> None:
    draft = builders.a_draft(page, signatures=(DENIED, IN_THE_HOUSE))
    first = blast.measure(draft)
    assert blast.measure(draft).begun_at == first.begun_at
    assert Job.objects.filter(name="measure_blast").count() == 1


def test_a_draft_that_was_changed_meanwhile_is_measured_no_further(page: Page) -> None:
    draft = builders.a_draft(page, signatures=(DENIED, IN_THE_HOUSE))
    row = blast.measure(draft)
    assert blast.is_current(row)
    draft.signatures.filter(key="in-the-house").update(text="quite another text is printed")
    run_all()
    row.refresh_from_db()
    assert (row.samples, row.is_done) == (0, False)
    assert not blast.is_current(row)
    assert measured(draft).is_done


def test_all_are_counted_and_the_first_are_kept(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blast, "MOST_CHANGES", 2)
    for number in range(5):
        an_unknown(f"the server hung up on everybody in the house at once, {number} times")
    row = measured(builders.a_draft(page, signatures=(DENIED, IN_THE_HOUSE)))
    assert (row.sample_changes + row.unknown_changes, len(row.changes)) == (6, 2)


def test_a_page_that_turns_into_a_symptom_is_tried_with_all_its_signatures(page: Page) -> None:
    changes: dict[str, Any] = {"role": doc.Role.SYMPTOM}
    assert blast.trying(builders.a_draft(page, **changes)).differing


@pytest.mark.parametrize(
    ("name", "before", "after", "is_bad"),
    [
        ("a/b hit-x.log", "a/b", "c/d", True),
        ("a/b hit-x.log", "c/d", "a/b", False),
        ("a/b near-x.log", "c/d", "a/b", True),
        ("a/b near-x.log", "", "c/d", False),
    ],
)
def test_what_breaks_the_proof_of_a_page_is_known(name: str, before: str, after: str, *, is_bad: bool) -> None:
    assert Change("samples", 1, name, "a/b", before, after, 1, "").is_bad == is_bad
