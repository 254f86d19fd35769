"""The gate holds a draft to the rules of its proof as it would be live, and says where and how to mend it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from kb.content import document as doc
from kb.matching.records import Entry
from kb.models import Page, Revision, Sample
from kb.services import gate, publishing
from kb.services.gate import Problem
from kb.services.indexing import live
from tests import builders

pytestmark = pytest.mark.django_db

DENIED = doc.Signature(key="denied", text="<name>@<host>: Permission denied (publickey).")
HUNG_UP = doc.Signature(key="hung-up", text="the server hung up on everybody")


def problems_of(page: Page, **changes: Any) -> dict[str, Problem]:
    """By code, what is wrong with a draft of this page that says this."""
    return {problem.code: problem for problem in gate.problems(builders.a_draft(page, **changes))}


def a_sample(page: Page, file: str, text: str) -> None:
    Sample.objects.create(page=page, file=file, text=text, origin=doc.Origin.COMPOSED.value, note="x", position=9)


def test_a_sound_draft_has_no_problem() -> None:
    assert problems_of(builders.a_published_page(), title="Better") == {}
    assert problems_of(builders.a_page_with_samples("ssh/new"), signatures=(HUNG_UP,)) != {}


def test_a_new_page_is_proved_before_it_is_public() -> None:
    page = builders.a_page_with_samples()
    assert set(problems_of(page)) == {"KB033"}  # its evidence is a row of its own, which nobody has added yet
    assert problems_of(page, causes=(), fixes=()) == {}


def test_a_signature_that_cannot_work_is_told_by_its_key() -> None:
    broken = doc.Signature(key="anything", text="<any>")
    found = problems_of(builders.a_published_page(), signatures=(DENIED, broken))
    assert found["KB020"].place == ("signatures", "anything", "text")
    assert found["KB020"].text == "the signature has no letters or digits of its own, only placeholders"
    assert found["KB020"].mend == "add the words around them"


def test_a_text_that_reads_as_no_failure_can_never_fire() -> None:
    passed = doc.Signature(key="passed", text="0 errors, 0 warnings in <num> files")
    assert problems_of(builders.a_published_page(), signatures=(DENIED, passed))["KB020"].place == (
        "signatures",
        "passed",
    )


def test_a_new_wording_stands_in_a_hit_of_the_page() -> None:
    page = builders.a_published_page()
    found = problems_of(page, signatures=(DENIED, HUNG_UP))
    assert found["KB028"].place == ("signatures", "hung-up")
    a_sample(page, "hit-hung-up.log", "the server hung up on everybody\n")
    assert problems_of(page, signatures=(DENIED, HUNG_UP)) == {}


def test_a_wording_that_is_public_already_may_be_older_than_every_hit() -> None:
    page = builders.a_published_page(signatures=(DENIED, HUNG_UP))
    assert problems_of(page, title="Better") == {}


def test_what_is_said_about_a_public_wording_may_change_without_a_hit() -> None:
    page = builders.a_published_page(signatures=(DENIED, HUNG_UP))
    assert problems_of(page, signatures=(DENIED, HUNG_UP.model_copy(update={"prints": "OpenSSH"}))) == {}


def test_a_hit_that_the_draft_no_longer_finds_is_told_by_its_file() -> None:
    page = builders.a_published_page()
    a_sample(page, "hit-hung-up.log", "the server hung up on everybody\n")
    assert problems_of(page)["KB022"].place == ("samples", "hit-hung-up.log")


def test_a_hit_that_another_page_wins_names_that_page_and_the_line() -> None:
    builders.a_published_page("ssh/other", signatures=(HUNG_UP,))
    page = builders.a_published_page()
    a_sample(page, "hit-both.log", "connecting\nthe server hung up on everybody\n")
    found = problems_of(page)["KB022"]
    assert found.text.startswith("line 2: ")
    assert "ssh/other" in found.text


def test_a_near_miss_that_finds_the_draft_is_told_by_its_file() -> None:
    found = problems_of(builders.a_published_page(), signatures=(doc.Signature(key="d", text="Permission denied ("),))
    assert found["KB023"].place == ("samples", "near-password.log")


def test_a_draft_that_fires_on_a_healthy_log_names_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        gate, "healthy_logs", lambda: {"a.log": b"fine\n", "b.log": b"fine\nx@y: Permission denied (publickey).\n"}
    )
    found = problems_of(builders.a_published_page())["KB021"]
    assert found.place == ("signatures", "denied")
    assert "b.log line 2" in found.text


def test_a_draft_that_is_nearly_said_by_a_healthy_log_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    long = doc.Signature(
        key="long", text="the frobnicator refused the flanged widget of every warehouse, as the shift forgot its keys"
    )
    monkeypatch.setattr(
        gate, "healthy_logs", lambda: {"a.log": b"the frobnicator refused the flanged widget of every warehouse\n"}
    )
    assert "(likely)" in problems_of(builders.a_published_page(), signatures=(DENIED, long))["KB021"].text


def test_a_text_that_another_page_owns_is_refused_unless_it_is_declared() -> None:
    builders.a_published_page("ssh/owner")
    page = builders.a_page_with_samples("ssh/sharer")
    told = {"causes": (), "fixes": ()}
    assert problems_of(page, **told)["KB024"].place == ("signatures", "denied")
    shared = DENIED.model_copy(update={"shared": "ssh/owner", "with_": ("git@example.invalid",)})
    assert problems_of(page, signatures=(shared,), **told) == {}


def test_what_a_draft_no_longer_says_is_not_in_the_way() -> None:
    """The index that it is proved on has the draft in the place of the live revision."""
    page = builders.a_published_page(signatures=(DENIED, HUNG_UP))
    a_sample(page, "near-hung-up.log", "the server hung up on everybody\n")
    assert "KB023" in problems_of(page)
    assert problems_of(page, signatures=(DENIED,)) == {}


def test_a_reference_to_a_page_that_is_not_public_is_refused() -> None:
    builders.an_empty_page("ssh/other")
    found = problems_of(builders.a_published_page(), related=(doc.Related(page="ssh/other", tell="x"),))
    assert found["KB017"].place == ("related", "ssh/other", "page")


def test_an_empty_draft_is_told_what_it_lacks() -> None:
    draft = Revision.objects.create(page=builders.an_empty_page())
    assert ("KB008", ("title",)) in [(problem.code, problem.place) for problem in gate.problems(draft)]


def test_the_live_index_is_left_as_it_is() -> None:
    page = builders.a_published_page()
    before: tuple[Entry, ...] = live.current().entries
    problems_of(page, title="Better")
    assert live.current().entries is before


def test_publishing_is_refused_with_the_places() -> None:
    draft = builders.a_draft(builders.a_published_page(), signatures=(DENIED, HUNG_UP))
    with pytest.raises(publishing.PublishingRefusedError) as refusal:
        publishing.publish(draft)
    assert [(one.code, one.place) for one in refusal.value.objections] == [("KB028", ("signatures", "hung-up"))]
    assert not Revision.objects.get(pk=draft.pk).is_live


def test_what_changed_while_it_was_proved_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    page = builders.a_published_page()
    draft = builders.a_draft(page)
    prove = gate.prove

    def prove_and_be_overtaken(revision: Revision) -> gate.Proof:
        proof = prove(revision)
        a_sample(page, "hit-new.log", "the server hung up on everybody\n")
        return proof

    monkeypatch.setattr(gate, "prove", prove_and_be_overtaken)
    with pytest.raises(publishing.PublishingRefusedError) as refusal:
        publishing.publish(draft)
    assert [one.code for one in refusal.value.objections] == ["changed"]


@pytest.mark.parametrize("seconds", [0, 10])
def test_a_text_that_another_page_took_while_this_was_proved_is_refused(
    monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """Also where that page was stamped before the proof began and was committed after it."""
    page = builders.a_published_page()
    a_sample(page, "hit-hung-up.log", "the server hung up on everybody\n")
    draft = builders.a_draft(page, signatures=(DENIED, HUNG_UP))
    prove = gate.prove

    def prove_and_be_overtaken(revision: Revision) -> gate.Proof:
        proof = prove(revision)
        builders.a_published_page(
            "ssh/quicker", signatures=(HUNG_UP.model_copy(update={"text": HUNG_UP.text.upper()}),)
        )
        return replace(proof, began=timezone.now() + dt.timedelta(seconds=seconds) if seconds else proof.began)

    monkeypatch.setattr(gate, "prove", prove_and_be_overtaken)
    with pytest.raises(publishing.PublishingRefusedError, match="ssh/quicker, published just now") as refusal:
        publishing.publish(draft)
    assert [(one.code, one.place) for one in refusal.value.objections] == [("KB024", ("signatures", "hung-up"))]
    assert not Revision.objects.get(pk=draft.pk).is_live
