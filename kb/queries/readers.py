"""What readers said, as screens show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Max, Q

from kb.content.document import Fix
from kb.content.lint.risk import hides
from kb.models import Feedback, Page, Revision, RevisionState, Tally
from kb.models.feedback import YES, FeedbackQuerySet


def tallies(page: Page) -> dict[str, Tally]:
    """What is shown beside the parts of this page, by key."""
    return {tally.part: tally for tally in Tally.objects.filter(page=page)}


def in_order_of_trust(fixes: Sequence[Fix], said: Mapping[str, Tally]) -> list[Fix]:
    """The fixes as the page has them, but for those that readers surely found better than others of their kind.

    A fix changes places only with fixes for the same place and of the same risk: what is destructive, or hides the
    problem, stays below what is not, whatever people say of it.
    """
    places: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, fix in enumerate(fixes):
        places[fix.platform, fix.risk, bool(hides(fix))].append(place)
    ordered = list(fixes)
    for alike in places.values():
        for place, fix in zip(alike, _best_first([fixes[place] for place in alike], said), strict=True):
            ordered[place] = fix
    return ordered


def _best_first(fixes: list[Fix], said: Mapping[str, Tally]) -> list[Fix]:
    """Each time the first of those that are left, unless one behind it is surely better."""
    left, ordered = list(fixes), []
    while left:
        best = next(fix for fix in left if not any(_is_better(other, fix, said) for other in left))
        left.remove(best)
        ordered.append(best)
    return ordered


def _is_better(one: Fix, other: Fix, said: Mapping[str, Tally]) -> bool:
    return one.key in said and other.key in said and said[one.key].is_surely_better_than(said[other.key])


def queue(state: str = "", verdict: str = "", of: str = "") -> FeedbackQuerySet:
    """What waits or waited for a person, newest first, each with its page; narrowed by what is given."""
    found = Feedback.objects.for_a_person().select_related("page__live_revision")
    if state:
        found = found.filter(state=state)
    if verdict:
        found = found.filter(verdict=verdict)
    if of:
        found = found.filter(page__in=Page.objects.at(of))
    return found


def votes_on(of: str) -> list[Mapping[str, Any]]:
    """What readers say of the parts of this page as of now, however few they are."""
    said = Feedback.objects.votes().filter(page__in=Page.objects.at(of)).order_by("part").values("part")
    return list(said.annotate(yes=Count("pk", filter=Q(verdict__in=YES)), total=Count("pk"), last=Max("created_at")))


def open_drafts(pages: Iterable[int]) -> dict[int, list[Revision]]:
    """The drafts of these pages that somebody writes or reviews, with their authors; one query."""
    found: defaultdict[int, list[Revision]] = defaultdict(list)
    drafts = Revision.objects.filter(page__in=set(pages), state__in=(RevisionState.DRAFT, RevisionState.IN_REVIEW))
    for draft in drafts.select_related("author").only("page_id", "state", "author__username"):
        found[draft.page_id].append(draft)
    return dict(found)
