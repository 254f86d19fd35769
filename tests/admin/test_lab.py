"""The lab as curators meet it: who may, what comes back, and that nothing typed there becomes markup."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kb.models import MatchCount, UnknownError, User
from tests import builders
from tests.builders import a_user

pytestmark = pytest.mark.django_db

PAGE = "ssh/permission-denied-publickey"
DENIED = "<name>@<host>: Permission denied (publickey)."
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> refused the widget of every page"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def ask(desk: Client, **told: str) -> dict[str, Any]:
    answer = desk.post(reverse("admin:desk-lab-signature"), {"page": PAGE, **told})
    return {"status": answer.status_code, **json.loads(answer.content)}


def test_while_a_signature_is_typed_its_sentence_and_its_lines_come_back(desk: Client) -> None:
    builders.a_published_page(PAGE)
    told = ask(desk, text=DENIED)
    assert (told["status"], told["sentence"], told["sound"]) == (200, "In 1 of 1 hit", True)
    assert "hit-clone.log" in told["html"]
    assert "1 hit and 1 near miss of the page" in told["html"]
    assert "example.invalid" in told["html"]


def test_nothing_typed_is_no_error(desk: Client) -> None:
    assert ask(desk, text=" ") == {"status": 200, "sentence": "", "sound": False, "html": ""}


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"text": "x" * 9000}, "8000"),
        ({"text": "a\x07b of the message"}, "U+0007"),
        ({"text": "x", "page": "../etc"}, "git/authentication-failed"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_the_reason(desk: Client, told: dict[str, str], says: str) -> None:
    answer = ask(desk, **told)
    assert answer["status"] == 400
    assert says in answer["sentence"]


def test_what_is_typed_never_becomes_markup(desk: Client) -> None:
    page = builders.a_published_page(PAGE)
    page.samples.update(text=HOSTILE)
    told = ask(desk, text=HOSTILE)
    screen = desk.post(reverse("admin:desk-lab"), {"do": "try", "page": PAGE, "text": HOSTILE}).content.decode()
    ranking = desk.post(reverse("admin:desk-lab"), {"do": "rank", "log": f"error: \u202e{HOSTILE}"}).content.decode()
    for html in (told["html"], screen, ranking):
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "refused the widget" in html


def test_a_signature_is_tried_with_csrf_and_post_alone(desk: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert strict.post(reverse("admin:desk-lab-signature"), {"text": DENIED}).status_code == 403
    assert desk.get(reverse("admin:desk-lab-signature")).status_code == 405


def test_only_who_may_write_drafts_gets_in(client: Client) -> None:
    assert client.get(reverse("admin:desk-lab")).status_code == 302
    client.force_login(a_user("nobody"))
    assert client.get(reverse("admin:desk-lab")).status_code == 302
    User.objects.filter(username="nobody").update(is_staff=True)
    assert client.get(reverse("admin:desk-lab")).status_code == 403
    client.force_login(User.objects.create_superuser("root"))
    assert client.get(reverse("admin:desk-lab")).status_code == 200


def test_the_screen_says_the_same_by_a_button(desk: Client) -> None:
    builders.a_published_page(PAGE)
    screen = desk.post(reverse("admin:desk-lab"), {"do": "try", "page": PAGE, "text": DENIED}).content.decode()
    assert "In 1 of 1 hit" in screen
    assert "hit-clone.log" in screen


def test_bad_input_gets_its_message_and_loses_nothing(desk: Client) -> None:
    answer = desk.post(reverse("admin:desk-lab"), {"do": "try", "page": "No Address", "text": DENIED})
    screen = answer.content.decode()
    assert answer.status_code == 400
    assert "Write the address as" in screen
    assert 'value="No Address"' in screen
    assert "Permission denied (publickey)" in screen


def test_a_signature_of_a_page_can_be_picked_to_begin_with(desk: Client) -> None:
    builders.a_published_page(PAGE)
    listed = desk.get(reverse("admin:desk-lab"), {"page": PAGE}).content.decode()
    assert "key=denied" in listed
    picked = desk.get(reverse("admin:desk-lab"), {"page": PAGE, "key": "denied"}).content.decode()
    assert "&lt;name&gt;@&lt;host&gt;: Permission denied (publickey).</textarea>" in picked


def test_a_text_gets_its_whole_ranking_and_leaves_nothing_behind(desk: Client) -> None:
    builders.a_published_page(PAGE)
    log = "git@github.com: Permission denied (publickey).\nerror: the flux capacitor is empty\n"
    screen = desk.post(reverse("admin:desk-lab"), {"do": "rank", "log": log}).content.decode()
    assert "1 page claims this text" in screen
    assert PAGE in screen
    assert "flux capacitor" in screen
    assert not UnknownError.objects.exists()
    assert not MatchCount.objects.exists()


def test_a_text_that_no_page_claims_says_so(desk: Client) -> None:
    assert "No page claims this text" in desk.post(reverse("admin:desk-lab"), {"do": "rank"}).content.decode()


def test_many_samples_take_as_many_queries_as_few(desk: Client) -> None:
    page = builders.a_published_page(PAGE)
    taken = []
    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            sample = page.samples.get(file="hit-clone.log")
            sample.pk, sample.file = None, f"hit-{number}.log"
            sample.save()
        ask(desk, text=DENIED)  # the index is built by now
        with CaptureQueriesContext(connection) as captured:
            ask(desk, text=DENIED)
        taken.append(len(captured))
    assert taken[0] == taken[1]
