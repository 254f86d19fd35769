"""The blast radius as curators meet it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kb.content import document as doc
from kb.models import BlastRadius, IndexFailure, Job, Revision, Sample, User
from kb.services import gate, jobs
from tests import builders

pytestmark = pytest.mark.django_db

DENIED = doc.Signature(key="denied", text="<name>@<host>: Permission denied (publickey).")
HUNG_UP = doc.Signature(key="hung-up", text="the server hung up on everybody")
LONGER = doc.Signature(key="longer", text="the server hung up on everybody in the house")


@pytest.fixture
def desk(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(gate, "healthy_logs", dict)
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def draft() -> Revision:
    other = builders.a_published_page("ssh/other", signatures=(HUNG_UP,))
    told = {"page": other, "origin": doc.Origin.COMPOSED.value, "note": "x"}
    Sample.objects.create(file="hit-x.log", text="the server hung up on everybody in the house <b>x</b>\n", **told)
    return builders.a_draft(builders.a_published_page(), signatures=(DENIED, LONGER))


def address(draft: Revision) -> str:
    return reverse("admin:desk-blast", args=[draft.pk])


def measure(desk: Client, draft: Revision) -> None:
    assert desk.post(address(draft)).status_code == 302
    while job := Job.objects.filter(name="measure_blast", state=Job.State.QUEUED).first():
        jobs.run(job.pk)


def test_it_is_begun_by_a_button_and_shown_when_it_is_there(desk: Client, draft: Revision) -> None:
    assert ">Measure<" in desk.get(address(draft)).content.decode()
    assert not BlastRadius.objects.exists()
    desk.post(address(draft))
    assert "Being measured" in desk.get(address(draft)).content.decode()
    measure(desk, draft)
    screen = desk.get(address(draft)).content.decode()
    assert "ssh/other hit-x.log" in screen
    assert "breaks that page" in screen
    assert "in the house" in screen
    assert "<b>x</b>" not in screen


def test_what_was_measured_of_another_wording_says_so(desk: Client, draft: Revision) -> None:
    measure(desk, draft)
    draft.signatures.filter(key="longer").update(text="quite another text is printed")
    assert "has changed since this was measured" in desk.get(address(draft)).content.decode()


def test_a_draft_that_is_no_page_yet_is_told_so(desk: Client) -> None:
    draft = Revision.objects.create(page=builders.an_empty_page())
    answer = desk.post(address(draft), follow=True)
    assert "no whole page yet" in answer.content.decode()


def test_only_who_writes_drafts_gets_in(client: Client, draft: Revision) -> None:
    assert client.get(address(draft)).status_code == 302
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.get(address(draft)).status_code == 403
    assert client.post(address(draft)).status_code == 403


def test_many_changes_take_as_many_queries_as_few(desk: Client, draft: Revision) -> None:
    sample = Sample.objects.get(file="hit-x.log")
    measure(desk, draft)
    row = BlastRadius.objects.get()
    taken = []
    for number in (3, 30):
        row.changes = [{**row.changes[0], "pk": sample.pk}] * number
        row.save()
        with CaptureQueriesContext(connection) as captured:
            desk.get(address(draft))
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_a_page_that_the_index_cannot_take_up_is_named_on_every_screen(desk: Client) -> None:
    IndexFailure.objects.create(page="git/x", signature="s", problem="<b>it cannot work</b>", epoch=1)
    for name in ("index", "desk-lab", "kb_page_changelist"):
        screen = desk.get(reverse(f"admin:{name}")).content.decode()
        assert "answered from an older index" in screen
        assert "/errors/git/x/" in screen
        assert "<b>it cannot work</b>" not in screen
    desk.logout()
    assert "older index" not in desk.get(reverse("admin:login")).content.decode()
