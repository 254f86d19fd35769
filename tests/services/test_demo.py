from __future__ import annotations

import pytest
from django.utils import timezone

from kb.content import document as doc
from kb.models import (
    Feedback,
    FeedbackState,
    Page,
    Revision,
    RevisionState,
    Source,
    SourceState,
    Tool,
    UnknownError,
    User,
)
from kb.queries import desk
from kb.services import demo, gate, indexing, roles
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def furnished(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(demo, "live", indexing.LiveIndex())
    for number in range(5):
        text = f"failure number {number} of <host> is here"
        builders.a_published_page(
            f"ssh/page-{number}",
            title=f"Page {number}",
            signatures=(doc.Signature(key="one", text=text),),
            sources=tuple(builders.a_source(f"https://docs.example.invalid/{number}/{part}") for part in range(2)),
            evidence=(builders.some_evidence(source=f"https://docs.example.invalid/{number}/0"),),
        )
    return demo.furnish()


def test_somebody_of_each_role_can_log_in_with_a_password_that_nobody_could_guess(furnished: dict[str, str]) -> None:
    for name, role in demo.PEOPLE.items():
        user = User.objects.get(username=name)
        assert roles.role_of(user) == role
        assert user.check_password(furnished[name])
    assert len(set(furnished.values())) == 3
    assert min(map(len, furnished.values())) >= 16


@pytest.mark.usefixtures("furnished")
def test_one_draft_waits_for_review_and_one_has_a_problem() -> None:
    waiting = Revision.objects.get(state=RevisionState.IN_REVIEW)
    assert waiting.author is not None
    faulty = Revision.objects.get(state=RevisionState.DRAFT)
    assert any(problem.place[:2] == ("signatures", "claimed") for problem in gate.problems(faulty))


@pytest.mark.usefixtures("furnished")
def test_thirty_unknown_errors_sources_that_are_gone_and_words_of_readers_are_there() -> None:
    assert UnknownError.objects.open().count() == 30
    assert UnknownError.objects.order_by("-count").values_list("count", flat=True)[0] >= 30
    most_met = UnknownError.objects.order_by("-count")[0]
    assert Tool.objects.filter(slug=most_met.tool, category="In-house").exists()
    assert Source.objects.filter(state=SourceState.GONE).count() == demo.DEAD
    assert Feedback.objects.filter(state=FeedbackState.OPEN).count() == 2
    assert Feedback.objects.filter(state=FeedbackState.COUNTED).count() == len(demo.VOTES)
    assert Page.objects.published().count() == 5


@pytest.mark.usefixtures("furnished")
def test_the_first_screen_has_something_to_draw() -> None:
    days = desk.demand(timezone.now().date())
    assert desk.together(days).answered > desk.together(days).unanswered > 0
