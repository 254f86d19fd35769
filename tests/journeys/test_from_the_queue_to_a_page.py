"""An unknown error is pasted by many, begun as a page at the desk, published, and answered; then the queue is empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from kb.models import Job, Revision, UnknownError, UnknownState
from kb.services import indexing, jobs, lookups, roles
from kb.services.indexing import LiveIndex
from kb.services.recording import Recorder
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

LOG = "##[group]Run make\nstep 1\nfatal: the flux capacitor of car-{} ran dry\n"


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A recorder of this test alone, and an index that it shares with nobody."""
    mine = Recorder()
    monkeypatch.setattr(lookups, "live", LiveIndex())
    monkeypatch.setattr(lookups, "recorder", mine)
    yield mine
    indexing.live.refresh()


def paste(number: int) -> str:
    return Client().post("/match", {"text": LOG.format(number)}).content.decode()


def test_what_ten_people_paste_becomes_a_page_that_answers_the_eleventh(recorder: Recorder) -> None:
    builders.a_tool("car")
    for number in range(10):
        assert "No page answers this yet" in paste(number)
    recorder.write()
    desk = Client()
    desk.force_login(builders.a_curator("rita", roles.REVIEWER))
    queue = desk.get("/admin/desk/unknowns/").content.decode()
    unknown = UnknownError.objects.get()
    assert (unknown.count, unknown.ci) == (10, "GitHub Actions")
    assert f'href="/admin/desk/unknowns/{unknown.pk}/"' in queue

    begun = desk.post(f"/admin/desk/unknowns/{unknown.pk}/", {"deed": "draft", "draft-address": "car/flux-dry"})
    draft = Revision.objects.get()
    assert begun.headers["Location"] == f"/admin/desk/drafts/{draft.pk}/"
    editor = desk.get(begun.headers["Location"]).content.decode()
    assert "the flux capacitor of car-&lt;num&gt; ran dry" in editor

    reviewed = desk.post(f"/admin/desk/drafts/{draft.pk}/review", {"do": "publish"}, follow=True)
    assert reviewed.status_code == 200
    draft.refresh_from_db()
    assert draft.is_live
    assert "One page answers this" in paste(42)
    for job in Job.objects.filter(name="close_answered_unknowns"):
        jobs.run(job.pk)
    unknown.refresh_from_db()
    assert (unknown.state, unknown.page) == (UnknownState.ANSWERED, draft.page)
