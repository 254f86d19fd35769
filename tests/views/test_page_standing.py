"""What readers and programs are told of how far a page stands: on the page, in its Markdown and in its JSON."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kb.content import document as doc
from kb.models import Evidence, EvidenceState, Source, SourceState
from kb.services import evidence
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "ssh/permission-denied-publickey"
FLAG = "No evidence for this cause stands any more"
REVIEW = "This page needs a review."


def html(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get(f"/errors/{SLUG}/").content.decode())


def markdown(client: Client) -> str:
    return client.get(f"/errors/{SLUG}.md").content.decode()


def standing(client: Client) -> Any:
    told = client.get(f"/errors/{SLUG}.json").json()["freshness"]
    assert client.get(f"/api/v1/pages/{SLUG}").json()["freshness"] == told
    return told


def test_a_page_whose_evidence_stands_is_not_flagged(client: Client) -> None:
    builders.a_published_page(SLUG)
    assert FLAG not in html(client) + markdown(client)
    assert REVIEW not in html(client)
    assert "Needs review" not in html(client) + markdown(client)
    assert standing(client) == {
        "last_verified": "2026-11-20",
        "needs_review": [],
        "unsupported_causes": [],
        "checked_sources": [],
    }


def test_a_page_whose_only_support_is_dead_is_flagged(client: Client) -> None:
    builders.a_published_page(SLUG)
    builders.make_dead()
    page = html(client)
    assert FLAG in page
    assert REVIEW in page
    assert "<dt>Needs review</dt><dd>nothing that it rests on stands any more; a cause has no" in page
    assert 'class="source-dead">seen on 2026-11-20, checked on 2026-11-20: it is gone' in page
    assert f"**{FLAG}" in markdown(client)
    assert "checked on 2026-11-20: it is gone" in markdown(client)
    told = standing(client)
    assert told["unsupported_causes"] == ["wrong-key"]
    assert told["needs_review"][0] == "nothing that it rests on stands any more"
    assert told["checked_sources"] == [{"address": builders.MANUAL, "state": "gone", "checked_on": "2026-11-20"}]


def test_a_reproduced_page_says_that_a_source_is_gone_and_is_not_flagged(client: Client) -> None:
    builders.a_loaded_page(builders.a_reproduced_folder(SLUG))
    builders.make_dead(state=SourceState.CHANGED)
    page = html(client)
    assert FLAG not in page
    assert REVIEW not in page
    assert "it has changed since" in page


def test_readers_see_what_is_proposed_only_once_it_is_accepted(client: Client) -> None:
    page = builders.a_published_page(SLUG)
    cited = builders.a_source(builders.ISSUE, title="Only proposed", kind=doc.SourceKind.ISSUE)
    row = evidence.propose(page, builders.a_user(), cited, "page", "A note of mine.")
    forms = [f"/errors/{SLUG}/", f"/errors/{SLUG}.md", f"/errors/{SLUG}.json", f"/api/v1/pages/{SLUG}"]
    for address in forms:
        assert b"Only proposed" not in client.get(address).content
    evidence.decide(row, EvidenceState.ACCEPTED, builders.a_user("grace"))
    for address in forms:
        assert b"Only proposed" in client.get(address).content
    builders.withdraw(Evidence.objects.get(pk=row.pk), "Secret reason")
    for address in forms:
        assert b"Only proposed" not in client.get(address).content
        assert b"Secret reason" not in client.get(address).content


def test_an_own_observation_is_told_and_leads_nowhere(client: Client) -> None:
    seen = builders.a_source("observation:disk-full", kind=doc.SourceKind.OBSERVATION, title="The log of our runner")
    builders.a_published_page(SLUG, sources=(seen,), evidence=(builders.some_evidence(source=seen.address),))
    page = html(client)
    assert "The log of our runner" in page
    assert "observed on 2026-11-20" in page
    assert "observation:disk-full" not in page + markdown(client)
    assert not Source.objects.due(builders.TODAY).exists()
