"""The editor and what becomes of a draft, as a browser without JavaScript uses them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from kb.content import document as doc
from kb.forms.page_form import MOST_CHARACTERS
from kb.models import Page, Revision, RevisionState, User
from kb.queries.drafts import wording_of
from kb.services import drafting, reviewing
from kb.services.roles import REVIEWER
from tests import builders
from tests.sent_form import SentForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return builders.a_curator("ada")


@pytest.fixture
def grace() -> User:
    return builders.a_curator("grace", REVIEWER)


@pytest.fixture
def draft(ada: User) -> Revision:
    return builders.a_draft(builders.a_loaded_page(builders.folder_of("ssh/full", builders.a_full_doc())), ada)


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"admin:desk-{name}", args=args)


def opened(client: Client, draft: Revision) -> dict[str, Any]:
    """The fields as they stand in the editor."""
    return dict(SentForm(client.get(address("draft", draft.pk)).content.decode(), "data-editor").fields)


def send(client: Client, draft: Revision, fields: dict[str, Any], do: str = "save") -> HttpResponse:
    answer: Any = client.post(address("draft", draft.pk), {**fields, "do": do})
    return answer  # type: ignore[no-any-return]


def standing(answer: HttpResponse) -> dict[str, list[str]]:
    return SentForm(answer.content.decode(), "data-editor").fields


# --- saving -----------------------------------------------------------------------------------------------------------


def test_opening_and_saving_changes_nothing(draft: Revision, ada: User) -> None:
    before = drafting.content_of(draft)
    answer = send(desk(ada), draft, opened(desk(ada), draft))
    assert (answer.status_code, answer.headers["Location"]) == (302, address("draft", draft.pk))
    stored = Revision.objects.get(pk=draft.pk)
    assert (stored.unfinished, drafting.content_of(stored)) == (None, before)


def test_what_is_typed_is_saved_and_readers_see_nothing_of_it(draft: Revision, ada: User) -> None:
    client = desk(ada)
    send(client, draft, opened(client, draft) | {"title": "Typed", "steps.0.outcomes.0.note": "new"})
    said = drafting.content_of(Revision.objects.get(pk=draft.pk))
    assert (said.title, said.steps[0].outcomes[0].note) == ("Typed", "new")
    assert b"Typed" not in client.get("/errors/ssh/full/").content


def test_an_invalid_form_is_saved_as_it_was_typed_and_told_beside_the_field(draft: Revision, ada: User) -> None:
    client = desk(ada)
    typed = opened(client, draft) | {"title": "", "causes.0.key": "Not A Key", "summary": "Kept <b>"}
    answer: Any = client.post(address("draft", draft.pk), {**typed, "do": "save"}, follow=True)
    fields = standing(answer)
    assert (fields["causes.0.key"], fields["summary"]) == (["Not A Key"], ["Kept <b>"])
    html = answer.content.decode()
    assert 'href="#f-causes-0-key"' in html
    assert 'id="f-causes-0-key-problems"' in html
    assert "Saved as it is; it is not a whole document yet" in html
    assert Revision.objects.get(pk=draft.pk).title != ""


def test_rows_are_added_and_moved_without_saving_and_without_losing_what_was_typed(draft: Revision, ada: User) -> None:
    client = desk(ada)
    answer = send(client, draft, opened(client, draft) | {"title": "Typed"}, "down causes.0")
    fields = standing(answer)
    assert (fields["causes.0.key"], fields["causes.1.key"]) == (["no-agent"], ["wrong-key"])
    assert fields["title"] == ["Typed"]
    answer = send(client, draft, dict(fields), "add faq")
    assert standing(answer)["faq.1.question"] == [""]
    assert Revision.objects.get(pk=draft.pk).title != "Typed"
    send(client, draft, dict(standing(answer)))
    assert [cause.key for cause in drafting.content_of(draft).causes] == ["no-agent", "wrong-key"]


def test_saving_and_going_on_leads_there_once_the_draft_is_whole(draft: Revision, ada: User) -> None:
    client = desk(ada)
    typed = opened(client, draft)
    assert send(client, draft, typed, "preview").headers["Location"] == address("draft-preview", draft.pk)
    assert send(client, draft, opened(client, draft), "review").headers["Location"] == address("draft-review", draft.pk)
    unfinished = opened(client, draft) | {"title": ""}
    assert send(client, draft, unfinished, "review").headers["Location"] == address("draft", draft.pk)


def test_too_much_is_refused_with_words(draft: Revision, ada: User) -> None:
    client = desk(ada)
    typed = opened(client, draft) | {"background": "x" * MOST_CHARACTERS}
    answer = send(client, draft, typed)
    assert answer.status_code == 413
    assert "Nothing was saved" in answer.content.decode()


def test_more_fields_than_any_page_has_are_refused_with_words(draft: Revision, ada: User, settings: Settings) -> None:
    rows = {f"faq.{number}.key": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    answer = desk(ada).post(address("draft", draft.pk), rows, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "more fields than" in answer.content.decode()


# --- two people -------------------------------------------------------------------------------------------------------


def test_the_second_of_two_writers_is_shown_the_difference_and_keeps_what_he_typed(
    draft: Revision, ada: User, grace: User
) -> None:
    first, second = desk(ada), desk(grace)
    typed = opened(second, draft) | {"title": "Second", "why": "Because."}
    send(first, draft, opened(first, draft) | {"title": "First"})
    answer = send(second, draft, typed)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "ada saved this draft since you opened it" in html
    assert "<del>First</del><ins>Second</ins>" in html
    fields = standing(answer)
    assert (fields["title"], fields["why"]) == (["Second"], ["Because."])
    assert Revision.objects.get(pk=draft.pk).title == "First"
    send(second, draft, dict(fields))
    assert Revision.objects.get(pk=draft.pk).title == "Second"


def test_what_was_typed_into_a_draft_that_was_submitted_meanwhile_is_kept_as_another(
    draft: Revision, ada: User, grace: User
) -> None:
    client = desk(grace)
    typed = opened(client, draft) | {"title": "Typed"}
    reviewing.submit(draft, ada)
    answer = send(client, draft, typed)
    assert (answer.status_code, standing(answer)["title"]) == (409, ["Typed"])
    assert "keep" in SentForm(answer.content.decode(), "data-editor").buttons
    send(client, draft, dict(standing(answer)), "keep")
    kept = Revision.objects.get(author=grace)
    assert (kept.title, kept.based_on_id) == ("Typed", draft.based_on_id)


def test_whoever_opens_a_draft_is_told_of_the_drafts_of_others(draft: Revision, ada: User, grace: User) -> None:
    assert "another draft:" not in desk(ada).get(address("draft", draft.pk)).content.decode()
    builders.a_draft(draft.page, grace)
    html = desk(ada).get(address("draft", draft.pk)).content.decode()
    assert "This page has another draft:" in html
    assert "grace: draft since" in html


# --- who may ----------------------------------------------------------------------------------------------------------


def test_another_author_sees_a_draft_and_does_not_edit_it(draft: Revision) -> None:
    client = desk(builders.a_curator("bob"))
    assert client.get(address("draft", draft.pk)).headers["Location"] == address("draft-review", draft.pk)
    html = client.get(address("draft-review", draft.pk)).content.decode()
    assert 'value="submit"' not in html
    assert send(client, draft, {"title": "Stolen", "version": ""}).status_code == 409
    assert client.post(address("draft-review", draft.pk), {"do": "publish"}).status_code == 400
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.DRAFT


NAMES = ("draft", "draft-preview", "draft-review", "draft-rebase", "draft-compare")


@pytest.mark.parametrize("name", NAMES)
def test_strangers_are_sent_to_the_login_and_accounts_without_a_role_away(name: str, draft: Revision) -> None:
    answer = Client().get(address(name, draft.pk))
    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]
    nobody = User.objects.create_user("nobody", is_staff=True)
    assert desk(nobody).get(address(name, draft.pk)).status_code == 403
    assert desk(nobody).get(address(name, 10**9)).status_code == 403


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_that_is_not_there_is_not_found(name: str, ada: User) -> None:
    assert desk(ada).get(address(name, 10**9)).status_code == 404


# --- preview ----------------------------------------------------------------------------------------------------------


def test_a_preview_shows_the_page_as_readers_would_see_it_and_is_kept_nowhere(draft: Revision, ada: User) -> None:
    drafting.replace_content(draft, builders.a_full_doc(title="Previewed", why="Because `so`."))
    answer = desk(ada).get(address("draft-preview", draft.pk))
    html = answer.content.decode()
    assert "<h1>Previewed</h1>" in html
    assert "Readers do not see this" in html
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert 'rel="canonical"' not in html


def test_a_draft_that_says_nothing_yet_has_no_preview(ada: User) -> None:
    draft = drafting.start_page(builders.a_tool(), "new", ada)
    answer = desk(ada).get(address("draft-preview", draft.pk))
    assert answer.headers["Location"] == address("draft", draft.pk)


# --- review -----------------------------------------------------------------------------------------------------------


def act(user: User, draft: Revision, do: str, **fields: str) -> Any:
    return desk(user).post(address("draft-review", draft.pk), {"do": do, **fields}, follow=True)


def test_a_draft_goes_through_review_to_the_readers(ada: User, grace: User) -> None:
    draft = builders.a_draft(builders.a_published_page("ssh/denied"), ada, title="Reviewed")
    act(ada, draft, "submit", comment="Please look")
    html = desk(grace).get(address("draft-review", draft.pk)).content.decode()
    assert "Please look" in html
    assert "Reviewed</ins>" in html
    act(grace, draft, "send-back", comment="Say <b>why</b>")
    html = desk(ada).get(address("draft", draft.pk)).content.decode()
    assert "sent this back: Say &lt;b&gt;why&lt;/b&gt;" in html
    act(ada, draft, "submit")
    act(grace, draft, "publish")
    assert "<h1>Reviewed</h1>" in Client().get("/errors/ssh/denied/").content.decode()


def test_what_is_refused_is_said_and_the_comment_stays(draft: Revision, ada: User, grace: User) -> None:
    reviewing.submit(draft, ada)
    answer = act(grace, draft, "send-back", comment="   ")
    assert answer.status_code == 400
    assert "Say what should be mended" in answer.content.decode()
    answer = act(grace, draft, "take-back", comment="A long word")
    assert "A long word</textarea>" in answer.content.decode()
    assert act(grace, draft, "explode").status_code == 400


def test_what_cannot_be_published_says_why(ada: User, grace: User) -> None:
    causes = (doc.Cause(key="new-one", title="Unproved"),)
    draft = builders.a_draft(builders.a_published_page(), ada, causes=causes, fixes=())
    reviewing.submit(draft, ada)
    answer = act(grace, draft, "publish")
    assert answer.status_code == 400
    assert "Not published: no accepted evidence supports <code>new-one</code>" in answer.content.decode()


def test_a_discarded_draft_leads_back_to_its_page(draft: Revision, ada: User) -> None:
    answer = desk(ada).post(address("draft-review", draft.pk), {"do": "discard"})
    assert answer.headers["Location"] == address("page", "ssh", "full")
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.REJECTED


# --- onto what is live now --------------------------------------------------------------------------------------------


def test_an_outdated_draft_is_brought_onto_what_is_live_with_a_choice(ada: User) -> None:
    page = builders.a_published_page(title="Base")
    draft = builders.a_draft(page, ada, title="Ours", summary="Ours.")
    builders.publish_edit(page, title="Theirs", why="Theirs.")
    client = desk(ada)
    assert "cannot be published as it is" in client.get(address("draft", draft.pk)).content.decode()
    html = client.get(address("draft-rebase", draft.pk)).content.decode()
    assert html.count("<fieldset") == 1
    assert "<del>Base</del><ins>Theirs</ins>" in html
    choice = {"live": str(page.live_revision_id), "title": "theirs"}
    answer = client.post(address("draft-rebase", draft.pk), choice)
    new = Revision.objects.latest("pk")
    assert answer.headers["Location"] == address("draft", new.pk)
    assert (new.title, new.summary, new.why, new.based_on) == ("Theirs", "Ours.", "Theirs.", page.live_revision)


def test_a_page_that_is_published_once_more_meanwhile_is_chosen_from_anew(ada: User) -> None:
    page = builders.a_published_page(title="Base")
    draft = builders.a_draft(page, ada, title="Ours")
    builders.publish_edit(page, title="Theirs")
    answer = desk(ada).post(address("draft-rebase", draft.pk), {"live": "1", "title": "theirs"})
    assert answer.status_code == 409
    assert "choose again" in answer.content.decode()
    assert Revision.objects.get(pk=draft.pk).state == RevisionState.DRAFT


def test_a_draft_that_is_not_outdated_has_nothing_to_be_brought_together(draft: Revision, ada: User) -> None:
    answer = desk(ada).get(address("draft-rebase", draft.pk))
    assert answer.headers["Location"] == address("draft", draft.pk)


# --- all of it --------------------------------------------------------------------------------------------------------


def test_a_script_in_any_field_is_shown_as_text_on_every_screen(ada: User) -> None:
    evil = "<script>alert(1)</script>"
    page = builders.an_empty_page("ssh/evil")
    content = builders.a_full_doc(
        title=evil,
        summary=evil,
        causes=(doc.Cause(key="wrong-key", title=evil, detail=evil, confirm=doc.Probe(run=evil, expect=evil)),),
        changes=(doc.Change(date=builders.TODAY, text=evil),),
        fixes=(),
        steps=(),
    )
    draft = drafting.write_draft(page, ada, content, comment=evil)
    other = builders.a_draft(page, builders.a_curator("bob"))
    Revision.objects.filter(pk=other.pk).update(comment=evil)
    reached = [address(name, draft.pk) for name in ("draft", "draft-review", "draft-preview")]
    reached += [address("page", "ssh", "evil"), address("drafts")]
    reached.append(address("page-compare", "ssh", "evil") + f"?from={other.pk}&to={draft.pk}")
    for place in reached:
        answer = desk(ada).get(place)
        assert answer.status_code == 200, place
        assert evil not in answer.content.decode(), place


def test_the_editor_takes_as_many_queries_for_thirty_parts_as_for_three(ada: User) -> None:
    taken = []
    for number in (3, 30):
        causes = tuple(doc.Cause(key=f"cause-{one}", title="Why") for one in range(number))
        page = builders.a_published_page(f"ssh/page-{number}")
        draft = builders.a_draft(page, ada, causes=causes, fixes=())
        client = desk(ada)
        for name in ("draft", "draft-review"):
            client.get(address(name, draft.pk))
            with CaptureQueriesContext(connection) as captured:
                client.get(address(name, draft.pk))
            taken.append(len(captured))
    assert taken[:2] == taken[2:]


def test_a_new_page_is_written_from_nothing_to_the_reader(ada: User, grace: User) -> None:
    draft = drafting.start_page(builders.a_tool("ssh"), "new-error", ada)
    client = desk(ada)
    answer = send(client, draft, opened(client, draft), "add signatures")
    typed = standing(answer) | {
        "title": ["It broke"],
        "summary": ["Mend it."],
        "signatures.0.text": ["it broke at <path>"],
    }
    send(client, draft, typed)
    said = drafting.content_of(Revision.objects.get(pk=draft.pk))
    assert [(one.key, one.text) for one in said.signatures] == [("it-broke-at-path", "it broke at <path>")]
    html = client.get(address("draft", draft.pk)).content.decode()
    assert "no hit-*.log proves that the signatures match" in html
    assert f'(<a href="{address("new-sample", "ssh", "new-error")}">add a sample</a>)' in html
    hit = {"file": "hit-plain.log", "origin": "produced", "note": "ssh 9.2", "text": "it broke at /tmp/x"}
    client.post(address("new-sample", "ssh", "new-error"), hit)
    act(ada, draft, "submit")
    act(grace, draft, "publish")
    assert Page.objects.get(slug="new-error").is_published
    assert wording_of(Revision.objects.get(pk=draft.pk))["title"] == "It broke"
