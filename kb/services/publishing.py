"""Publishing: what readers see changes here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from kb.jobs import CLOSE_ANSWERED_UNKNOWNS
from kb.models import ContentEpoch, Page, Revision, RevisionState, User
from kb.models.revision import REVISION_MOVES
from kb.services import audit, gate, jobs, listing
from kb.services.indexing import live


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a revision may not be published: a code for programs and a sentence for people."""

    code: str
    text: str
    place: tuple[str, ...] = ()
    """Where in the page, by keys: `("signatures", "refused")`; () where it is about the page as a whole."""


class PublishingRefusedError(ValueError):
    """The revision stays what it is; the objections say what would have to change."""

    def __init__(self, what: object, objections: Sequence[Objection]) -> None:
        self.objections = tuple(objections)
        super().__init__(f"{what} cannot be published: {'; '.join(objection.text for objection in objections)}")


def publish(revision: Revision, reviewer: User | None = None) -> None:
    """Make this what readers see, in place of what they saw, if it is proved; all of it happens or nothing.

    The proof takes a second, in which nobody else should have to wait: it comes before the transaction, which then
    looks whether the page still says what was proved.
    """
    live.catch_up()
    _publish(revision, reviewer, gate.prove(revision))


def publish_from_files(revision: Revision) -> None:
    """Make what a folder says what readers see; page files are proved all together, by `check_pages`."""
    _publish(revision, None, None)


def _publish(revision: Revision, reviewer: User | None, proof: gate.Proof | None) -> None:
    with transaction.atomic():
        # Whoever publishes the same page at the same time waits here, and then finds the page as it has become.
        page = Page.objects.select_for_update().get(pk=revision.page_id)
        proved_as = revision.state
        revision.refresh_from_db(from_queryset=Revision.objects.select_for_update())
        if revision.state != proved_as:
            text = f"somebody made it {revision.state} while it was being proved; look at it again"
            raise PublishingRefusedError(revision, [Objection("state", text)])
        found = [*_about_the_moment(revision, reviewer, page), *(_about_proof(revision, proof) if proof else ())]
        if found:
            raise PublishingRefusedError(revision, found)
        if page.live_revision is not None:
            page.live_revision.move_to(RevisionState.SUPERSEDED)
        revision.publish(reviewer)
        page.live_revision = revision
        page.save(update_fields=["live_revision"])
        listing.list_page(page, revision)
        ContentEpoch.objects.bump()  # from here on whoever else publishes waits
        if proof and (taken := list(gate.taken_since(proof))):
            raise PublishingRefusedError(revision, list(map(_objection, taken)))
        jobs.enqueue(CLOSE_ANSWERED_UNKNOWNS, unique=CLOSE_ANSWERED_UNKNOWNS)
        if reviewer:
            audit.note(reviewer, revision, "Published.")
            audit.note(reviewer, page, f"Published {revision}.")
    revision.page = page


def objections(revision: Revision, reviewer: User | None = None, page: Page | None = None) -> tuple[Objection, ...]:
    """All that speaks against this reviewer's publishing this revision now."""
    proof = gate.prove(revision)
    return (*_about_the_moment(revision, reviewer, page or revision.page), *_about_proof(revision, proof))


def _about_the_moment(revision: Revision, reviewer: User | None, page: Page) -> tuple[Objection, ...]:
    return (*_about_state(revision), *_about_base(revision, page), *_about_review(revision, reviewer))


def _about_state(revision: Revision) -> Iterator[Objection]:
    if RevisionState.PUBLISHED not in REVISION_MOVES[revision.state]:
        yield Objection("state", f"it is {revision.state}; start a draft from it and publish that")
    if revision.unfinished is not None:
        yield Objection("unfinished", "it is not a whole document yet; open it and mend what stands beside its fields")
    elif not revision.title:
        yield Objection("empty", "it says nothing yet; write its content first")


def _about_base(revision: Revision, page: Page) -> Iterator[Objection]:
    if revision.based_on_id != page.live_revision_id and revision.pk != page.live_revision_id:
        yield Objection(
            "outdated",
            "the page has been published anew since this was begun, and publishing this would undo that; "
            "compare the two and bring this text into a new draft",
        )


def hands_in(revision: Revision) -> set[User]:
    """Everybody who wrote something of it."""
    return {*revision.writers.all(), *([revision.author] if revision.author else [])}


def _about_review(revision: Revision, reviewer: User | None) -> Iterator[Objection]:
    """What page files say was reviewed where they are kept, and has no author here."""
    if settings.REVIEW != "required":
        return
    hands = hands_in(revision)
    if hands and (reviewer is None or reviewer in hands):
        writer = reviewer or revision.author or min(map(str, hands))
        yield Objection("review", f"{writer} wrote it; somebody else must read and publish it (KB_REVIEW)")


def _about_proof(revision: Revision, proof: gate.Proof) -> Iterator[Objection]:
    """What the gate found; of a revision that says nothing, that is said already."""
    if not revision.title:
        return
    for problem in proof.problems:
        yield _objection(problem)
    if proof.content and not proof.is_about(revision):
        yield Objection("changed", "it was changed while it was being proved; publish it again")


def _objection(problem: gate.Problem) -> Objection:
    return Objection(problem.code, "; ".join(filter(None, (problem.text, problem.mend))), problem.place)
