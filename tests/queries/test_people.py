from __future__ import annotations

import pytest

from kb.models import Scope, User
from kb.queries import people
from kb.services import roles, tokens
from tests import builders

pytestmark = pytest.mark.django_db


def test_who_may_come_in_is_listed_first_with_the_number_of_tokens_that_are_not_revoked() -> None:
    shut, ada = builders.a_user("a-shut"), builders.a_user("ada")
    User.objects.filter(pk=shut.pk).update(is_active=False)
    tokens.make(ada, "one", (Scope.READ,))
    tokens.revoke(tokens.make(ada, "two", (Scope.READ,)).token, ada)
    assert [(user.username, vars(user)["token_count"]) for user in people.everybody()] == [("ada", 1), ("a-shut", 0)]


@pytest.mark.parametrize("address", ["ADA@example.invalid", "ada@example.invalid"])
def test_an_account_is_found_by_its_address_however_it_is_spelt(address: str) -> None:
    ada = User.objects.create_user("ada", "ada@example.invalid")
    assert people.with_address(address) == ada
    User.objects.update(is_active=False)
    assert people.with_address(address) is None


def test_nobody_is_found_by_no_address() -> None:
    builders.a_user("without-address")
    assert people.with_address("") is None


def test_an_administrator_sees_the_tokens_of_all() -> None:
    ada, boss = builders.a_user("ada"), builders.a_user("boss")
    roles.give(boss, roles.ADMINISTRATOR)
    tokens.make(ada, "hers", (Scope.READ,))
    assert [token.name for token in people.tokens_seen_by(boss)] == ["hers"]
    assert not people.tokens_seen_by(builders.a_user("eve")).exists()
