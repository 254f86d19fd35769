"""A source dies, readers are warned, a reviewer finds the page in the list of what is due, and makes it stand again."""

from __future__ import annotations

import pytest
from django.test import Client

from kb.checking.visiting import Result, Visit
from kb.models import Evidence, Source
from kb.services import source_checks
from kb.services.roles import AUTHOR, REVIEWER
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "ssh/permission-denied-publickey"
PAGE = f"/errors/{SLUG}/"
EVIDENCE = f"/admin/desk/pages/{SLUG}/evidence"
WARNING = "No evidence for this cause stands any more"


def at_the_desk(role: str) -> Client:
    client = Client()
    client.force_login(builders.a_curator(role, role))
    return client


def due(client: Client) -> list[str]:
    return [page.full_slug for page, _ in client.get("/admin/desk/due/").context["rows"]]


def test_from_dead_source_to_fresh_page(client: Client) -> None:
    builders.a_published_page(SLUG)
    author, reviewer = at_the_desk(AUTHOR), at_the_desk(REVIEWER)
    assert WARNING not in client.get(PAGE).content.decode()
    assert due(reviewer) == []

    gone = source_checks.Found(Visit(Result.GONE, "HTTP 410"))
    source_checks.note(gone, Source.objects.get().pk)
    assert WARNING in client.get(PAGE).content.decode()
    assert due(reviewer) == [SLUG]
    (row,) = reviewer.get("/admin/desk/evidence/?state=dead").context["rows"]
    assert row.evidence[0].page.full_slug == SLUG

    told = {"supports": "wrong-key", "address": "https://docs.example.invalid/keys", "note": "It says so as well."}
    described = {"kind": "docs", "title": "Keys", "publisher": "The makers", "add": "proposed"}
    assert author.post(EVIDENCE, told | described).status_code == 302
    assert WARNING in client.get(PAGE).content.decode()

    new, old = Evidence.objects.get(source__title="Keys"), Evidence.objects.get(source__address=builders.MANUAL)
    reviewer.post(EVIDENCE, {"deed": "accept", "evidence": [new.pk]})
    reviewer.post(EVIDENCE, {"deed": "withdraw", "evidence": [old.pk], "reason": "The manual is gone."})
    text = client.get(PAGE).content.decode()
    assert WARNING not in text
    assert "It says so as well." in text
    assert builders.MANUAL not in text
    assert due(reviewer) == []
