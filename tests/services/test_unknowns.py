"""What becomes of unknown errors once they are recorded."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kb.models import Job, UnknownError, UnknownState
from kb.services import jobs, unknowns
from tests import builders

pytestmark = pytest.mark.django_db

ANSWERED = "git@github.com: Permission denied (publickey)."


def an_unknown(example: str, fingerprint: str = "", seen_days_ago: int = 0) -> UnknownError:
    seen = timezone.now() - dt.timedelta(days=seen_days_ago)
    return UnknownError.objects.create(
        fingerprint=fingerprint or example, template=example, example=example, first_seen=seen, last_seen=seen
    )


def test_an_error_that_a_page_answers_by_now_is_closed_with_that_page() -> None:
    unknown, other = an_unknown(ANSWERED), an_unknown("error: flux capacitor empty")
    page = builders.a_published_page()
    assert unknowns.close_answered() == "1 of 2 answered"
    unknown.refresh_from_db()
    other.refresh_from_db()
    assert (unknown.state, unknown.page) == (UnknownState.ANSWERED, page)
    assert other.state == UnknownState.OPEN


def test_publishing_a_page_asks_for_it_once_however_many_are_published() -> None:
    builders.a_published_page("ssh/permission-denied-publickey")
    builders.an_edited_page("ssh/host-key-verification-failed")
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
