"""The content epoch and the match counters: numbers that only grow."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from kb.matching.records import Confidence
from kb.models import ContentEpoch, Counted, MatchCount
from tests import builders

pytestmark = pytest.mark.django_db


def test_the_epoch_begins_at_nought_and_grows_by_one() -> None:
    assert ContentEpoch.objects.current() == 0
    ContentEpoch.objects.bump()
    ContentEpoch.objects.bump()
    assert ContentEpoch.objects.current() == 2


def test_an_epoch_that_is_rolled_back_was_never_there() -> None:
    ContentEpoch.objects.bump()
    with transaction.atomic():
        ContentEpoch.objects.bump()
        transaction.set_rollback(True)
    assert ContentEpoch.objects.current() == 1


def test_there_is_one_epoch() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentEpoch.objects.create(pk=2)


def test_matches_are_counted_by_day_page_confidence_and_door() -> None:
    page = builders.a_published_page()
    web = Counted(builders.TODAY, page.pk, Confidence.EXACT, "web")
    api = web._replace(door="api")
    MatchCount.objects.add({web: 2, api: 1})
    MatchCount.objects.add({web: 3})
    assert dict(MatchCount.objects.values_list("door", "count")) == {"web": 5, "api": 1}
