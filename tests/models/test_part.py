"""Parts freeze with their revision and keep their keys apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kb.models import (
    Avoid,
    Cause,
    Faq,
    Fix,
    LookAlike,
    Page,
    PlatformCheck,
    Revision,
    RevisionFrozenError,
    Signature,
    Step,
)
from kb.services.drafting import PARTS
from tests import builders

pytestmark = pytest.mark.django_db

EVERY_PART = (Avoid, Cause, Faq, Fix, LookAlike, PlatformCheck, Signature, Step)


def a_full_page() -> Page:
    folder = builders.folder_of("ssh/full", builders.a_full_doc())
    return builders.a_loaded_page(folder)


def the_part(model: Any, page: Page) -> Any:
    return model.objects.filter(revision=page.live_revision).first()


def test_every_kind_of_part_is_known_to_drafting() -> None:
    assert set(PARTS) == set(EVERY_PART)


@pytest.mark.parametrize("model", EVERY_PART)
def test_a_published_part_can_neither_be_saved_nor_deleted(model: Any) -> None:
    part = the_part(model, a_full_page())
    with pytest.raises(RevisionFrozenError):
        part.save()
    with pytest.raises(RevisionFrozenError):
        part.delete()


@pytest.mark.parametrize("model", EVERY_PART)
def test_published_parts_cannot_be_changed_in_bulk(model: Any) -> None:
    page = a_full_page()
    part = the_part(model, page)
    with pytest.raises(RevisionFrozenError):
        model.objects.filter(pk=part.pk).update(position=9)
    with pytest.raises(RevisionFrozenError):
        model.objects.all().delete()
    with pytest.raises(RevisionFrozenError):
        model.objects.bulk_create([model(revision=page.live_revision, position=9)])
    part.position = 9
    with pytest.raises(RevisionFrozenError), transaction.atomic():
        model.objects.bulk_update([part], ["position"])
    part.refresh_from_db()
    assert part.position != 9


def test_a_part_of_a_draft_can_be_changed() -> None:
    draft = builders.a_draft(a_full_page())
    cause = Cause.objects.filter(revision=draft)[0]
    cause.title = "Better said"
    cause.save()
    assert Cause.objects.get(pk=cause.pk).title == "Better said"


def test_two_parts_of_one_kind_cannot_have_one_key() -> None:
    draft = builders.a_draft(builders.an_empty_page())
    with pytest.raises(IntegrityError), transaction.atomic():
        Cause.objects.create(revision=draft, key="wrong-key", title="Again", position=1)


def test_a_part_can_have_the_same_key_in_every_revision() -> None:
    page = builders.a_published_page()
    builders.a_draft(page)
    assert [cause.key for cause in Cause.objects.order_by("pk")] == ["wrong-key", "wrong-key"]
    assert Revision.objects.count() == 2
