"""Every row can be looked at in the admin; what the services own cannot be changed there."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission
from django.db import connection, models
from django.forms.models import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kb.admin.base import ReadOnlyAdmin
from kb.matching.records import Confidence
from kb.models import (
    BlastRadius,
    ContentEpoch,
    Counted,
    Evidence,
    Feedback,
    IndexFailure,
    Job,
    MatchCount,
    Page,
    PasteCount,
    Pasted,
    PasteOutcome,
    Scope,
    Sighting,
    SilenceCheck,
    Source,
    SourceAlias,
    SourceHost,
    Tally,
    Tool,
    UnknownError,
    User,
    Verdict,
)
from kb.services import tokens
from tests import builders

pytestmark = pytest.mark.django_db

REGISTERED = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "kb"), key=lambda model: model.__name__
)


@pytest.fixture
def desk(client: Client) -> Client:
    """A client as an administrator uses it."""
    client.force_login(User.objects.create_superuser("root"))
    return client


def a_row_of_everything(slug: str = "ssh/full") -> Page:
    page = builders.a_loaded_page(builders.folder_of(slug, builders.a_full_doc(aliases=(f"{slug}-old",))))
    builders.a_reproduction(page)
    UnknownError.objects.record([Sighting(slug, "cannot open <path>", "cannot open /x", timezone.now())])
    MatchCount.objects.add({Counted(builders.TODAY, page.pk, Confidence.EXACT, "web"): 1})
    SourceHost.objects.get_or_create(name=slug, defaults={"free_at": timezone.now()})
    Feedback.objects.create(page=page, verdict=Verdict.RIGHT)
    Tally.objects.create(page=page, part="page", yes=4, total=5, last=builders.TODAY)
    PasteCount.objects.add({Pasted(builders.TODAY, PasteOutcome.ANSWERED, slug): 1})
    tokens.make(builders.a_user(f"owner of {slug}"), "CI", (Scope.READ,))
    SilenceCheck.objects.create(logs=2, silent=1, fired=[slug])
    IndexFailure.objects.create(page=slug, signature="s", problem="it cannot work", epoch=1)
    BlastRadius.objects.create(revision=builders.a_draft(page))
    former = {"address": f"http://old.example.invalid/{slug}", "since": builders.TODAY}
    SourceAlias.objects.create(source=Source.objects.all()[0], **former)
    return page


def screen(model: type[models.Model], name: str, *args: Any) -> str:
    return reverse(f"admin:kb_{model._meta.model_name}_{name}", args=args)


def act(desk: Client, action: str, row: models.Model) -> None:
    chosen = {"action": action, ACTION_CHECKBOX_NAME: [row.pk]}
    assert desk.post(screen(type(row), "changelist"), chosen, follow=True).status_code == 200


@pytest.mark.parametrize("model", REGISTERED)
def test_a_list_and_a_row_of_every_model_can_be_looked_at(desk: Client, model: type[models.Model]) -> None:
    a_row_of_everything()
    row = model._default_manager.first()
    assert row
    assert desk.get(screen(model, "changelist"), {"q": "x"}).status_code == 200
    assert desk.get(screen(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", REGISTERED)
def test_a_list_of_many_rows_takes_as_many_queries_as_one_of_few(desk: Client, model: type[models.Model]) -> None:
    taken = []
    for slugs in (["ssh/0", "ssh/1"], ["ssh/2", "ssh/3", "ssh/4"]):
        for slug in slugs:
            a_row_of_everything(slug)
        with CaptureQueriesContext(connection) as captured:
            desk.get(screen(model, "changelist"))
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_every_model_of_the_site_is_there_but_the_epoch() -> None:
    told = {model for model in apps.get_app_config("kb").get_models() if not model.__name__.startswith("Historical")}
    assert told - set(REGISTERED) == {ContentEpoch}


@pytest.mark.parametrize(
    "model", [model for model in REGISTERED if isinstance(admin.site._registry[model], ReadOnlyAdmin)]
)
def test_what_the_services_own_can_be_neither_added_nor_deleted(desk: Client, model: type[models.Model]) -> None:
    a_row_of_everything()
    row = model._default_manager.first()
    assert row
    assert desk.get(screen(model, "add")).status_code == 403
    assert desk.post(screen(model, "change", row.pk), {}).status_code == 403
    assert desk.post(screen(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_the_slug_of_a_tool_cannot_be_changed_and_readers_see_its_new_name(desk: Client) -> None:
    tool, epoch = builders.a_tool("ssh"), ContentEpoch.objects.current()
    desk.post(screen(Tool, "change", "ssh"), {"slug": "other", "name": "OpenSSH", "category": "Network"})
    assert [(tool.slug, tool.name) for tool in Tool.objects.all()] == [(tool.slug, "OpenSSH")]
    assert ContentEpoch.objects.current() == epoch + 1


def test_a_job_that_was_set_aside_can_be_run_again(desk: Client) -> None:
    a_row_of_everything()
    Job.objects.update(state=Job.State.SET_ASIDE, attempts=5)
    job = Job.objects.first()
    assert job
    act(desk, "run_again", job)
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED


def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    answer = client.get(screen(Page, "changelist"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("model", [Evidence, Source])
def test_an_older_version_can_be_looked_at_and_not_put_back(client: Client, model: type[models.Model]) -> None:
    a_row_of_everything()
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename=f"view_{model._meta.model_name}"))
    client.force_login(reader)
    row = model._default_manager.first()
    assert row
    before = model_to_dict(row)
    version = row.history.first()  # type: ignore[attr-defined]  # of simple-history
    address = screen(model, "simple_history", row.pk, version.history_id)
    assert client.get(address).status_code == 200
    changed = {name: value for name, value in before.items() if value is not None} | {"title": "x", "note": "x"}
    assert client.post(address, changed).status_code == 403
    row.refresh_from_db()
    assert model_to_dict(row) == before


def test_the_list_of_tables_shows_tables_alone_and_every_way_leads_back_to_the_desk(desk: Client) -> None:
    html = desk.get(reverse("admin:app_list", args=("kb",))).content.decode()
    assert reverse("admin:kb_job_changelist") in html
    assert "No text was pasted" not in html
    page = builders.a_published_page()
    for name, arguments in (("changelist", ()), ("change", (page.pk,)), ("history", (page.pk,))):
        html = desk.get(reverse(f"admin:kb_page_{name}", args=arguments)).content.decode()
        assert f'<a href="{reverse("admin:index")}">Desk</a> ›' in html, name
        assert ">Home<" not in html
