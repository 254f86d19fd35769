"""An error that no page answers is pasted, a page is written, and the same paste is answered from then on."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kb.content import document as doc
from kb.models import Job, MatchCount, UnknownError, UnknownState
from kb.services import jobs, lookups
from kb.services.indexing import LiveIndex
from kb.services.recording import Recorder
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

LOG = "step 1\nstep 2\nfatal: the flux capacitor of car-7 ran dry\n"


@pytest.fixture(autouse=True)
def own_process(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """An index and a recorder of this test alone; the recorder writes when it is told to."""
    recorder = Recorder()
    monkeypatch.setattr(lookups, "live", LiveIndex())
    monkeypatch.setattr(lookups, "recorder", recorder)
    return recorder


def paste(client: Client) -> str:
    response = client.post("/match", {"text": LOG}, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    return response.content.decode()


def test_a_paste_without_a_page_is_answered_once_its_page_is_published(client: Client, own_process: Recorder) -> None:
    builders.a_published_page()
    assert "No page answers this yet" in paste(client)
    own_process.write()
    unknown = UnknownError.objects.get()
    assert (unknown.state, unknown.count) == (UnknownState.OPEN, 1)

    builders.a_published_page(
        "car/flux-capacitor-ran-dry",
        title="The flux capacitor ran dry",
        signatures=(doc.Signature(key="dry", text="fatal: the flux capacitor of <name> ran dry"),),
        quick_fix=doc.QuickFix(text="Fill it up.", command="refill {{ name }}"),
    )
    answer = paste(client)
    assert "One page answers this" in answer
    assert 'refill <b class="filled">car-7</b>' in answer
    own_process.write()
    assert MatchCount.objects.get(page__slug="flux-capacitor-ran-dry", door="web").count == 1

    for job in Job.objects.filter(name="close_answered_unknowns"):
        jobs.run(job.pk)
    unknown.refresh_from_db()
    assert unknown.state == UnknownState.ANSWERED

    (link,) = set(re.findall(r'href="(/errors/car/[^"#]+/)"', answer))
    page = client.get(link)
    assert "The flux capacitor ran dry" in page.content.decode()
    assert not page.cookies
    assert client.get(f"{link.rstrip('/')}.json").json()["slug"] == "car/flux-capacitor-ran-dry"
    assert client.get(f"{link.rstrip('/')}.md").content.decode().startswith("# The flux capacitor ran dry")
