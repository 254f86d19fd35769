"""The desk's first screen: links for those who may follow them, numbers behind each picture, few queries."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kb.admin import dashboard
from kb.content.document import PAGE_KEY
from kb.models import PasteCount, Pasted, PasteOutcome, Sighting, UnknownError, User
from kb.queries import desk
from kb.services import feedback
from kb.services.roles import AUTHOR, REVIEWER
from tests import builders
from tests.hostile import HOSTILE, page_dangers

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")


def as_somebody(client: Client, role: str) -> Client:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def html_of(client: Client) -> str:
    answer = client.get(INDEX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_waits_stands_first_and_leads_to_its_screen(client: Client) -> None:
    feedback.suggest(builders.a_published_page(), PAGE_KEY, "Wrong.")
    html = html_of(as_somebody(client, REVIEWER))
    figures = re.findall(r'class="desk-figure"(?: href="([^"]*)")?><b>(\d+)</b> ([^<]*)<', html)
    assert figures[0] == (reverse("admin:desk-readers"), "1", "reader&#x27;s report")
    assert all(count == "0" for _, count, _ in figures[1:])


def test_who_may_not_settle_something_is_not_asked_to(client: Client) -> None:
    html = html_of(as_somebody(client, AUTHOR))
    assert "reports" not in html
    assert "drafts of yours" in html


def test_the_numbers_stand_behind_each_picture(client: Client) -> None:
    today = timezone.now().date()
    PasteCount.objects.add(
        {Pasted(today, PasteOutcome.ANSWERED, "web"): 3, Pasted(today, PasteOutcome.SYMPTOM, "web"): 1}
    )
    html = html_of(as_somebody(client, REVIEWER))
    assert "a page answered 3 of 4 texts" in html
    row = html.partition(f"<time>{today}</time>")[2].partition("</tr>")[0]
    assert re.findall(r">(\d+)<", row) == ["3", "1", "0", "75"]
    assert html.count('<svg viewBox="0 0 720') == html.count("<desc id=") == 4


def test_no_picture_carries_a_style_of_its_own(client: Client) -> None:
    assert "style=" not in html_of(as_somebody(client, REVIEWER))


def test_django_s_own_list_of_tables_is_still_there(client: Client) -> None:
    assert reverse("admin:kb_page_changelist") in html_of(as_somebody(client, REVIEWER))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_unknown_error_harms_nobody(client: Client, text: str) -> None:
    UnknownError.objects.record([Sighting("1", text, text, timezone.now())])
    assert page_dangers(html_of(as_somebody(client, REVIEWER))) == []


def test_more_of_everything_takes_as_many_queries(client: Client) -> None:
    client = as_somebody(client, REVIEWER)
    html_of(client)
    taken = []
    for count in (3, 30):
        for number in range(count):
            slug = f"ssh/{count}-{number}"
            page = builders.a_published_page(slug, title=slug, signatures=(builders.a_signature(f"error of {slug}"),))
            feedback.suggest(page, PAGE_KEY, "Wrong.")
            UnknownError.objects.record([Sighting(slug, slug, slug, timezone.now())])
        with CaptureQueriesContext(connection) as captured:
            html_of(client)
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_every_task_has_a_number() -> None:
    assert {task.name for task in dashboard.TASKS} == set(desk.waiting(builders.TODAY, User.objects.create_user("ada")))
