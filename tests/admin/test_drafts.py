"""The list of drafts, the page at the desk, new pages and comparing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kb.models import Page, PageAlias, Revision, RevisionState, Sighting, UnknownError, User
from kb.services import reviewing
from kb.services.roles import REVIEWER
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return builders.a_curator("ada")


@pytest.fixture
def grace() -> User:
    return builders.a_curator("grace", REVIEWER)


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"admin:desk-{name}", args=args)


def listed(user: User, show: str) -> list[str]:
    answer = desk(user).get(address("drafts"), {"show": show})
    return [draft.page.slug for draft in answer.context["listing"]]


def test_the_list_is_narrowed_to_ones_own_and_to_what_waits_for_review(ada: User, grace: User) -> None:
    mine, hers, ready, old = (builders.a_published_page(f"ssh/{slug}") for slug in ("mine", "hers", "ready", "old"))
    builders.a_draft(mine, ada)
    builders.a_draft(hers, grace)
    reviewing.submit(builders.a_draft(ready, ada), ada)
    reviewing.discard(builders.a_draft(old, ada), ada)
    assert listed(ada, "all") == ["ready", "hers", "mine"]
    assert listed(ada, "mine") == ["ready", "mine"]
    assert listed(grace, "to-review") == ["ready"]
    assert listed(ada, "to-review") == []
    assert listed(ada, "nonsense") == listed(ada, "all")


def test_lists_and_pages_of_the_desk_take_as_many_queries_for_many_rows_as_for_few(ada: User) -> None:
    page, taken = builders.a_published_page(), []
    for number in (3, 27):
        for _ in range(number):
            builders.a_draft(page, builders.a_curator(f"author-{Revision.objects.count()}"))
        for place in (address("drafts"), address("page", page.tool_id, page.slug)):
            client = desk(ada)
            client.get(place)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(place).status_code == 200
            taken.append(len(captured))
    assert taken[:2] == taken[2:]


def test_a_long_list_has_pages(ada: User) -> None:
    page = builders.a_published_page()
    for _ in range(60):
        builders.a_draft(page, ada)
    html = desk(ada).get(address("drafts"), {"show": "mine", "page": "2"}).content.decode()
    assert "Page 2 of 2" in html
    assert "?show=mine" in html


def test_a_draft_is_begun_on_the_page(ada: User) -> None:
    page = builders.a_published_page()
    answer = desk(ada).post(address("begin", page.tool_id, page.slug))
    draft = Revision.objects.drafts().get()
    assert answer.headers["Location"] == address("draft", draft.pk)
    assert (draft.author, draft.based_on) == (ada, page.live_revision)


def test_an_earlier_wording_is_brought_back_as_a_draft(ada: User) -> None:
    page = builders.an_edited_page(title="Second")
    first = Revision.objects.get(state=RevisionState.SUPERSEDED)
    desk(ada).post(address("begin", page.tool_id, page.slug), {"revision": str(first.pk)})
    draft = Revision.objects.drafts().get()
    assert (draft.title, draft.based_on) == (first.title, page.live_revision)


@pytest.mark.parametrize("number", ["x", "9" * 30, "-1", ""])
def test_a_revision_that_is_no_number_brings_back_nothing_old(ada: User, number: str) -> None:
    page = builders.a_published_page(title="Live")
    desk(ada).post(address("begin", page.tool_id, page.slug), {"revision": number})
    assert Revision.objects.drafts().get().title == "Live"


def test_a_revision_of_another_page_is_not_brought_back(ada: User) -> None:
    page, other = builders.a_published_page("ssh/this"), builders.a_published_page("ssh/other")
    answer = desk(ada).post(address("begin", "ssh", page.slug), {"revision": str(other.live_revision_id)})
    assert answer.status_code == 404


def test_any_two_revisions_of_a_page_are_compared(ada: User) -> None:
    page = builders.a_published_page(title="First")
    draft = builders.a_draft(page, ada, title="Second")
    answer = desk(ada).get(address("draft-compare", draft.pk), follow=True)
    assert "<del>First</del><ins>Second</ins>" in answer.content.decode()
    backwards = {"from": str(draft.pk), "to": str(page.live_revision_id)}
    answer = desk(ada).get(address("page-compare", "ssh", page.slug), backwards)
    assert "<del>Second</del><ins>First</ins>" in answer.content.decode()


@pytest.mark.parametrize(
    ("numbers", "status"), [({}, 302), ({"from": "x", "to": "²"}, 302), ({"from": "1", "to": "99"}, 404)]
)
def test_what_cannot_be_compared_is_said(ada: User, numbers: dict[str, str], status: int) -> None:
    page = builders.a_published_page()
    assert desk(ada).get(address("page-compare", "ssh", page.slug), numbers).status_code == status


# --- new pages --------------------------------------------------------------------------------------------------------


def told(ada: User, slug: str, tool: str = "ssh") -> str:
    answer = desk(ada).post(address("new-page"), {"tool": tool, "slug": slug})
    assert answer.status_code == 400
    assert not Page.objects.exclude(slug="there").exists()
    return answer.content.decode()


def test_a_page_begins_with_a_draft_of_its_author(ada: User) -> None:
    builders.a_tool("ssh")
    answer = desk(ada).post(address("new-page"), {"tool": "ssh", "slug": "new-error"})
    draft = Revision.objects.get()
    assert answer.headers["Location"] == address("draft", draft.pk)
    assert (draft.page.full_slug, draft.author) == ("ssh/new-error", ada)


@pytest.mark.parametrize("slug", ["Upper", "a b", "-x", "x--y", "x/y", "ü", "<b>"])
def test_an_address_that_is_none_is_refused_beside_its_field_and_stays_there(ada: User, slug: str) -> None:
    builders.a_tool("ssh")
    html = told(ada, slug)
    assert "lower-case letters and digits with single hyphens" in html
    assert 'aria-invalid="true"' in html
    assert "<b>" not in html
    assert f'value="{slug}"' in html or slug == "<b>"


def test_a_taken_address_leads_to_its_page(ada: User) -> None:
    builders.a_published_page("ssh/there")
    html = told(ada, "there")
    assert "ssh/there is taken" in html
    assert f'href="{address("page", "ssh", "there")}"' in html


def test_an_alias_of_another_page_is_refused(ada: User) -> None:
    page = builders.a_published_page("ssh/there")
    PageAlias.objects.create(page=page, address="ssh/old", position=0)
    assert "ssh/old is an alias of" in told(ada, "old")


def test_a_tool_that_is_none_is_refused(ada: User) -> None:
    builders.a_tool("ssh")
    assert "Select a valid choice" in told(ada, "x", tool="nothing")


# --- who may ----------------------------------------------------------------------------------------------------------


def test_who_may_only_look_begins_nothing() -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_revision"))
    page = builders.a_published_page()
    client = desk(reader)
    assert client.get(address("drafts")).status_code == 200
    html = client.get(address("page", "ssh", page.slug)).content.decode()
    assert "Begin a draft" not in html
    assert "Bring back" not in html
    assert client.post(address("begin", "ssh", page.slug)).status_code == 403
    assert client.get(address("new-page")).status_code == 403
    assert not Revision.objects.drafts().exists()


def test_a_page_that_is_not_there_is_not_found(ada: User) -> None:
    assert desk(ada).get(address("page", "ssh", "nothing")).status_code == 404


def test_the_page_at_the_desk_leads_to_all_that_hangs_on_it(ada: User) -> None:
    page = builders.a_published_page("ssh/denied")
    UnknownError.objects.record([Sighting("x", "denied\u202e <path>", "denied /x", timezone.now())])
    UnknownError.objects.update(page=page)
    unknown = UnknownError.objects.get()
    html = desk(ada).get(address("page", "ssh", "denied")).content.decode()
    assert f'href="{address("unknown", unknown.pk)}"' in html
    assert "U+202E" in html
    assert f'href="{address("page-evidence", "ssh", "denied")}"' in html
    assert "What readers said" not in html
    html = desk(builders.a_curator("joan", REVIEWER)).get(address("page", "ssh", "denied")).content.decode()
    assert f'href="{address("page-readers", "ssh", "denied")}"' in html
