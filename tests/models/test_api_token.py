from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kb.models import ApiToken, Scope
from kb.services import tokens
from tests import builders

pytestmark = pytest.mark.django_db
NOW = timezone.now()
AN_HOUR = dt.timedelta(hours=1)


def a_token(expires_at: dt.datetime | None = None) -> ApiToken:
    return tokens.make(builders.a_user(), "CI", (Scope.READ,), expires_at).token


@pytest.mark.parametrize(
    ("expires_at", "state"), [(None, "valid"), (NOW + AN_HOUR, "valid"), (NOW - AN_HOUR, "expired")]
)
def test_a_token_is_valid_until_it_expires(expires_at: dt.datetime | None, state: str) -> None:
    token = a_token(expires_at)
    assert token.state == state
    assert ApiToken.objects.valid().exists() == (state == "valid")


def test_a_revoked_token_stays_revoked_since_the_first_time() -> None:
    a_token()
    assert ApiToken.objects.revoke() == 1
    since = ApiToken.objects.get().revoked_at
    assert ApiToken.objects.revoke() == 0
    assert (ApiToken.objects.get().revoked_at, ApiToken.objects.get().state) == (since, "revoked")
