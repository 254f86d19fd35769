"""A host's turn is had by one at a time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kb.models import SourceHost

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def test_a_turn_is_given_once_until_it_is_over() -> None:
    now = timezone.now()
    assert SourceHost.objects.take_turn("a.invalid", now, now + MINUTE)
    assert not SourceHost.objects.take_turn("a.invalid", now, now + MINUTE)
    assert SourceHost.objects.take_turn("b.invalid", now, now + MINUTE)
    assert SourceHost.objects.take_turn("a.invalid", now + MINUTE, now + 2 * MINUTE)
