"""A curator's whole way: what ten people pasted in vain becomes a page that answers the next one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kb.content import document as doc
from kb.matching.engine import search
from kb.models import Evidence, EvidenceState, Job, Page, Revision, RevisionState, UnknownError, UnknownState, User
from kb.services import finding, gate, jobs, lab, lookups, publishing
from kb.services.indexing import LiveIndex
from kb.services.recording import Recorder
from kb.services.roles import REVIEWER
from tests import builders
from tests.sent_form import SentForm

pytestmark = pytest.mark.django_db(transaction=True)

LINE = "fatal: the flux capacitor of car-7 ran dry at 88 mph"
LOG = f"step 1\nstep 2\n{LINE}\n"
TOO_SHORT = "ran dry at <num>"
BY_ITSELF = "fatal: the flux capacitor of <name> ran dry at <num> mph"
MANUAL = {"kind": "docs", "title": "Capacitors", "publisher": "The makers"}


@pytest.fixture(autouse=True)
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """An index and a recorder of this test alone; the recorder writes when it is told to."""
    live, recorder = LiveIndex(), Recorder()
    for service in (finding, gate, lab, lookups, publishing):
        monkeypatch.setattr(service, "live", live)
    monkeypatch.setattr(lookups, "recorder", recorder)
    return recorder


def a_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"admin:desk-{name}", args=args)


def paste() -> str:
    response = Client().post("/match", {"text": LOG}, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 200
    return response.content.decode()


def save(desk: Client, draft: Revision, typed: dict[str, str]) -> None:
    """Type this into the editor, beside what stands there, and save."""
    editor = at("draft", draft.pk)
    standing = SentForm(desk.get(editor).content.decode(), "data-editor").fields
    assert desk.post(editor, {**standing, **typed, "do": "save"}).status_code == 302


def neighbour() -> None:
    """A public page whose sample says nearly the same."""
    folder = builders.a_folder(
        "car/tank-dry",
        title="The tank ran dry",
        signatures=(doc.Signature(key="dry", text="the tank ran dry at <num>"),),
    )
    said = {"hit-clone.log": "error: the tank ran dry at 12 km\n", "near-password.log": "the tank is full\n"}
    samples = tuple(doc.Sample(file=file, text=text) for file, text in said.items())
    builders.a_loaded_page(folder.model_copy(update={"samples": samples}))


def in_lab(desk: Client, text: str) -> dict[str, Any]:
    told: dict[str, Any] = desk.post(at("lab-signature"), {"page": "car/flux-dry", "text": text}).json()
    return told


def close_answered() -> None:
    for job in Job.objects.filter(name="close_answered_unknowns", state=Job.State.QUEUED):
        jobs.run(job.pk)


def test_what_ten_people_pasted_in_vain_is_answered_after_a_curator_wrote_its_page(recorder: Recorder) -> None:
    neighbour()
    author, reviewer = a_desk(builders.a_curator("ada")), a_desk(builders.a_curator("grace", REVIEWER))
    for _ in range(10):
        assert "No page answers this yet" in paste()
    recorder.write()

    # The queue, and a draft from it.
    unknown = UnknownError.objects.get()
    assert (unknown.count, unknown.state) == (10, UnknownState.OPEN)
    assert "flux capacitor" in author.get(at("unknowns")).content.decode()
    answer = author.post(at("unknown", unknown.pk), {"deed": "draft", "draft-address": "car/flux-dry"})
    draft = Revision.objects.get(page__slug="flux-dry")
    assert answer["Location"] == at("draft", draft.pk)
    editor = author.get(at("draft", draft.pk)).content.decode()
    assert "data-lab" in editor

    # The lab shows that a shorter signature stands in what another page is about, and that the mended one does not.
    short = in_lab(author, TOO_SHORT)
    assert short["sentence"] == "In 1 of 1 hit; also in 1 sample of other pages"
    assert "car/tank-dry" in short["html"]
    told = {"title": "The flux capacitor ran dry", "summary": "Fill it.", "signatures.0.text": TOO_SHORT}
    save(author, draft, told)
    mended = in_lab(author, BY_ITSELF)
    assert mended["sentence"] == "In 1 of 1 hit"
    assert "car-7" in mended["html"]

    # Mended, with a cause; without evidence for it the page is not published.
    cause = {"causes.0.key": "empty", "causes.0.title": "Nobody filled it"}
    save(author, draft, {"signatures.0.text": BY_ITSELF, **cause})
    author.post(at("draft-review", draft.pk), {"do": "submit", "comment": "Ten people met it"})
    refused = reviewer.post(at("draft-review", draft.pk), {"do": "publish"}, follow=True).content.decode()
    assert "no accepted evidence supports" in refused
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.IN_REVIEW

    # Evidence is proposed by one and accepted by the other.
    on_page = at("page-evidence", "car", "flux-dry")
    proposal = {"supports": "empty", "address": builders.MANUAL, "note": "Says that it empties.", **MANUAL}
    assert author.post(on_page, proposal | {"add": "proposed"}).status_code == 302
    piece = Evidence.objects.get(supports="empty")
    assert piece.state == EvidenceState.PROPOSED
    reviewer.post(at("evidence"), {"deed": "accept", "evidence": [piece.pk]})

    # Published by who did not write it, it is live here and in another process, and the queue is one shorter.
    reviewer.post(at("draft-review", draft.pk), {"do": "publish"})
    assert Page.objects.get(slug="flux-dry").is_published
    assert "One page answers this" in paste()
    elsewhere = LiveIndex()
    assert [match.slug for match in search(LOG, elsewhere.current(), lookups.LIMITS).matches] == ["car/flux-dry"]
    close_answered()
    unknown.refresh_from_db()
    assert (unknown.state, str(unknown.page)) == (UnknownState.ANSWERED, "car/flux-dry")
    assert "flux capacitor" not in author.get(at("unknowns")).content.decode()
