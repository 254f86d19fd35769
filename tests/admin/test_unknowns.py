"""The desk's queue of unknown errors: who may do what, what is said where it cannot be done, and what is shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kb.models import Revision, RevisionState, Sighting, UnknownError, UnknownState, User
from kb.services import lookups
from kb.services.indexing import LiveIndex
from kb.services.roles import AUTHOR
from tests import builders
from tests.hostile import HOSTILE, page_dangers

pytestmark = pytest.mark.django_db

LIST = "/admin/desk/unknowns/"


@pytest.fixture(autouse=True)
def own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "live", LiveIndex())


@pytest.fixture
def author(client: Client) -> Client:
    builders.a_tool("car")
    ada = User.objects.create_user("ada", is_staff=True)
    ada.groups.add(Group.objects.get(name=AUTHOR))
    client.force_login(ada)
    return client


def met(template: str = "flux capacitor 17 dry", **told: Any) -> UnknownError:
    UnknownError.objects.record([Sighting(template, template, template, timezone.now(), **told)])
    return UnknownError.objects.get(fingerprint=template)


def at(unknown: UnknownError) -> str:
    return reverse("admin:desk-unknown", args=[unknown.pk])


def html_of(client: Client, address: str, **data: str) -> str:
    response = client.post(address, data) if data else client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_queue_shows_what_is_wanted_and_leads_to_it(author: Client) -> None:
    unknown = met(tool="git", ci="Jenkins", count=3)
    html = html_of(author, LIST)
    assert f'<a href="{at(unknown)}"><code>flux capacitor 17 dry</code></a>' in html
    assert "git, Jenkins" in html
    assert "flux" not in html_of(author, f"{LIST}?ci=&state=ignored")


def test_a_choice_that_cannot_be_read_is_said_beside_its_field_and_stays_there(author: Client) -> None:
    met()
    html = html_of(author, f"{LIST}?since=yesterday&tool=nothing&page=x&q=%00")
    assert "Enter a valid date." in html
    assert 'value="yesterday"' in html
    assert "nothing is not one of the available choices" in html
    assert "flux capacitor" in html


def test_the_screens_ask_the_database_as_often_for_thirty_as_for_three(author: Client) -> None:
    def asked(number: int) -> list[int]:
        for one in range(number):
            met(f"flux capacitor dry E{one:04}")
            met(f"flux capacitor dry E{one:04}!")
            met(f"warp core breached{'!' * one}")
        found = []
        for address in (LIST, at(met("flux capacitor dry E0001")), at(met("warp core breached"))):
            author.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert author.get(address).status_code == 200
            found.append(len(queries))
        return found

    assert asked(3) == asked(30)


def test_a_draft_is_started_from_an_error_with_its_near_duplicates(author: Client) -> None:
    unknown, other = met("flux capacitor dry"), met("error: flux capacitor dry!")
    assert "also its near duplicate" in html_of(author, at(unknown))
    answer = author.post(at(unknown), {"deed": "draft", "draft-address": "car/flux-dry", "draft-alike": "on"})
    assert answer.status_code == 302
    draft = Revision.objects.get()
    assert (str(draft.page), draft.state) == ("car/flux-dry", RevisionState.DRAFT)
    assert set(UnknownError.objects.filter(state=UnknownState.ATTACHED)) == {unknown, other}
    html = html_of(author, at(unknown))
    assert "drafted by ada" in html
    assert "Became a part of car/flux-dry" in html


@pytest.mark.parametrize(
    "page", ["ssh/permission-denied-publickey", "https://x.invalid/errors/ssh/permission-denied-publickey/"]
)
def test_an_error_is_attached_to_a_page_by_its_name_or_address(author: Client, page: str) -> None:
    builders.a_published_page()
    unknown = met()
    author.post(at(unknown), {"deed": "attach", "attach-page": page})
    assert Revision.objects.drafts().get().author == User.objects.get(username="ada")
    unknown.refresh_from_db()
    assert str(unknown.page) == "ssh/permission-denied-publickey"


def test_an_error_is_ignored_with_a_reason_and_opened_again(author: Client) -> None:
    unknown = met()
    author.post(at(unknown), {"deed": "ignore", "ignore-reason": "a test's own output"})
    unknown.refresh_from_db()
    assert (unknown.state, unknown.reason) == (UnknownState.IGNORED, "a test's own output")
    author.post(at(unknown), {"deed": "open"})
    unknown.refresh_from_db()
    assert unknown.state == UnknownState.OPEN
    author.post(at(unknown), {"deed": "open"})  # it is open already
    unknown.refresh_from_db()
    assert unknown.state == UnknownState.OPEN


@pytest.mark.parametrize(
    ("deed", "field", "typed", "words"),
    [
        ("draft", "address", "Car/Flux Dry", "is no address"),
        ("draft", "address", "boat/dry", "there is no tool boat"),
        ("draft", "address", "", "This field is required."),
        ("attach", "page", "ssh/nothing", "No page is at ssh/nothing"),
        ("ignore", "reason", "x" * 501, "at most 500 characters"),
    ],
)
def test_what_cannot_be_done_is_said_beside_the_field_and_nothing_typed_is_lost(
    author: Client, deed: str, field: str, typed: str, words: str
) -> None:
    unknown = met()
    html = html_of(author, at(unknown), **{"deed": deed, f"{deed}-{field}": typed})
    assert words in html
    assert f'value="{typed}"' in html or not typed
    unknown.refresh_from_db()
    assert (unknown.state, Revision.objects.count()) == (UnknownState.OPEN, 0)


def test_a_deed_that_does_not_exist_does_nothing(author: Client) -> None:
    assert author.post(at(met()), {"deed": "delete"}).status_code == 200
    assert UnknownError.objects.open().exists()


def test_only_those_with_the_permission_come_here(client: Client) -> None:
    unknown = met()
    assert client.get(LIST).status_code == 302
    viewer = User.objects.create_user("eve", is_staff=True)
    client.force_login(viewer)
    assert (client.get(LIST).status_code, client.get(at(unknown)).status_code) == (403, 403)
    viewer.user_permissions.add(Permission.objects.get(codename="change_unknownerror"))
    html = html_of(client, at(unknown), **{"deed": "draft", "draft-address": "car/x"})
    assert "ask an administrator for the role of an author" in html
    assert not Revision.objects.exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_line_stays_text_on_both_screens(author: Client, text: str) -> None:
    unknown = met(f"flux {text} dry", tool="x", ci="y")
    met(f"error flux {text} dry")
    clean = met("quite another thing")
    for address, plain in ((LIST, f"{LIST}?q=another"), (at(unknown), at(clean))):
        assert page_dangers(html_of(author, address)) == page_dangers(html_of(author, plain))


def test_characters_that_nobody_sees_are_shown(author: Client) -> None:
    unknown = met("flux \u202edry")
    for html in (html_of(author, LIST), html_of(author, at(unknown), deed="draft", **{"draft-address": "car"})):
        assert "U+202E" in html
        assert "\u202e" not in html
