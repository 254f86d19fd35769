from __future__ import annotations

import time

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kb.matching.records import Confidence
from kb.models import ContentEpoch, MatchCount
from kb.services import publishing
from kb.views import revalidation
from tests.builders import a_draft, a_published_page

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "/",
    "/errors/",
    "/errors/ssh/",
    *(f"/errors/ssh/permission-denied-publickey{end}" for end in ("/", ".md", ".json")),
)


def asked_again(address: str, first: HttpResponse) -> HttpResponse:
    return Client(headers={"If-None-Match": first["ETag"]}).get(address)  # type: ignore[return-value]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_that_has_not_changed_is_not_sent_again(
    address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_published_page()
    first: HttpResponse = Client().get(address)  # type: ignore[assignment]
    assert first["Cache-Control"] == "no-cache"
    with django_assert_num_queries(1):
        again = asked_again(address, first)
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_publish_is_seen_by_whoever_asks_again(address: str) -> None:
    page = a_published_page()
    first: HttpResponse = Client().get(address)  # type: ignore[assignment]
    publishing.publish(a_draft(page, title="Another title"))
    assert asked_again(address, first).status_code == 200


def test_the_home_page_is_made_anew_now_and_then_because_it_shows_what_is_needed_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = a_published_page()
    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    first: HttpResponse = Client().get("/")  # type: ignore[assignment]
    other: HttpResponse = Client().get("/errors/")  # type: ignore[assignment]
    MatchCount.objects.create(day=timezone.now().date(), page=page, confidence=Confidence.EXACT, door="web", count=3)
    assert asked_again("/", first).status_code == 304
    now[0] += revalidation.ANEW_EVERY_S["/"]
    assert "found 3 times" in asked_again("/", first).content.decode()
    assert asked_again("/errors/", other).status_code == 304


def test_search_is_not_kept_because_its_index_may_be_younger_than_the_content() -> None:
    a_published_page()
    ContentEpoch.objects.bump()
    assert "ETag" not in Client().get("/search?q=permission").headers


def test_a_page_that_is_not_there_is_not_kept() -> None:
    assert "ETag" not in Client().get("/errors/ssh/nothing/").headers


def test_the_answer_to_a_paste_is_not_kept() -> None:
    assert "ETag" not in Client().post("/match", {"text": "error: it broke"}).headers
