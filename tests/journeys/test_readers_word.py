"""Readers say how a fix went; an hour later the page shows it, and a curator settles what needs a person."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from kb.jobs import SUM_UP_FEEDBACK
from kb.models import User
from kb.services import jobs
from kb.services.roles import REVIEWER
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

SLUG = "ssh/permission-denied-publickey"
PAGE = f"/errors/{SLUG}/"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


def say(address: str, **given: str) -> None:
    reader = Client(headers=FROM_HERE, REMOTE_ADDR=address)
    assert reader.post("/feedback", {"page": SLUG, **given}).status_code == 200
    assert not reader.cookies


def test_votes_are_shown_after_the_hourly_job_and_a_correction_is_settled(client: Client) -> None:
    builders.a_published_page()
    before = client.get(PAGE)["ETag"]
    for number in range(1, 6):
        say(f"192.0.2.{number}", part="add-key", verdict="solved" if number < 5 else "not_solved")
        say(f"192.0.2.{number}", part="add-key", verdict="solved" if number < 5 else "not_solved")
    assert client.get(PAGE)["ETag"] == before
    jobs.run(jobs.enqueue(SUM_UP_FEEDBACK).pk)
    assert client.get(PAGE)["ETag"] != before
    assert "Worked for 4 of 5 who said so" in client.get(PAGE).content.decode()

    say("192.0.2.1", verdict="correction", text="The flag is called -o.")
    reviewer = User.objects.create_user("grace", is_staff=True)
    reviewer.groups.add(Group.objects.get(name=REVIEWER))
    client.force_login(reviewer)
    assert "reader&#x27;s report" in client.get(reverse("admin:index")).content.decode()
    queue = client.get(reverse("admin:desk-readers")).content.decode()
    assert "The flag is called -o." in queue
    chosen = queue.partition('name="chosen" value="')[2].partition('"')[0]
    client.post(reverse("admin:desk-readers"), {"chosen": chosen, "to": "used"})
    assert "The flag is called -o." not in client.get(reverse("admin:desk-readers")).content.decode()
