"""Pages out and in by the API, for whoever has a token for it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client

from kb.content.archives import Kind, read_archive, write_archive
from kb.content.document import PageFolder
from kb.models import Page, Revision, RevisionState, Scope, User
from kb.services import roles, tokens
from tests import builders

pytestmark = pytest.mark.django_db
ARCHIVE = "/api/v1/archive"
ZIP = "application/zip"


def as_(role: str, *scopes: Scope) -> Client:
    owner = User.objects.create_user(f"some-{role}")
    roles.give(owner, role)
    tokens.forget()
    return Client(headers={"Authorization": f"Bearer {tokens.make(owner, 'CI', scopes or (Scope.CURATE,)).text}"})


def packed(*folders: PageFolder) -> bytes:
    tools = [builders.a_tool_entry(slug) for slug in sorted({folder.tool for folder in folders})]
    return b"".join(write_archive(Kind.ZIP, folders, tools))


def send(client: Client, data: bytes, query: str = "") -> Any:
    return client.post(f"{ARCHIVE}{query}", data, content_type=ZIP)


@pytest.mark.parametrize("kind", Kind)
def test_the_public_pages_go_out(kind: Kind) -> None:
    builders.a_published_page("ssh/a")
    answer = as_(roles.REVIEWER).get(ARCHIVE, {"kind": kind.value})
    data = b"".join(answer)
    assert set(read_archive(io.BytesIO(data)).folders) == {"ssh/a"}


def test_a_dry_run_says_what_would_change_and_changes_nothing() -> None:
    answer = send(as_(roles.REVIEWER), packed(builders.a_folder("ssh/a")), "?dry_run=true").json()
    assert [(page["slug"], page["change"]) for page in answer["pages"]] == [("ssh/a", "created")]
    assert not Page.objects.exists()


def test_pages_come_in_as_drafts_of_the_tokens_owner_and_twice_is_once() -> None:
    client, data = as_(roles.REVIEWER), packed(builders.a_folder("ssh/a"))
    assert send(client, data).json()["pages"][0]["change"] == "drafted"
    draft = Revision.objects.get()
    assert (draft.state, draft.author and draft.author.username) == (RevisionState.DRAFT, "some-reviewer")
    assert send(client, data).json()["pages"][0]["change"] == "unchanged"
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_comes_in_without_a_token_for_it(method: str) -> None:
    logged_in = Client()
    logged_in.force_login(User.objects.create_superuser("boss"))
    for client in (Client(), logged_in):
        refused = getattr(client, method)(ARCHIVE)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert getattr(as_(roles.REVIEWER, Scope.READ, Scope.MATCH), method)(ARCHIVE).status_code == 403


def test_who_may_not_publish_imports_nothing() -> None:
    refused = send(as_(roles.AUTHOR), packed(builders.a_folder("ssh/a")))
    assert refused.status_code == 403
    assert "may not" in refused.json()["detail"]
    assert not Page.objects.exists()


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_what_is_no_archive_is_refused_in_words(data: bytes) -> None:
    refused = send(as_(roles.REVIEWER), data)
    assert refused.status_code == 400
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["detail"].startswith("It is")
