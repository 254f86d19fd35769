"""Roles have their permissions after every migrate."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from kb.models import User
from kb.services import roles
from tests import builders

pytestmark = pytest.mark.django_db


def a_curator(role: str) -> User:
    user = builders.a_user(role)
    user.groups.add(Group.objects.get(name=role))
    return user


def test_an_author_writes_and_a_reviewer_publishes() -> None:
    author, reviewer = a_curator(roles.AUTHOR), a_curator(roles.REVIEWER)
    assert author.has_perms(["kb.add_revision", "kb.view_page"])
    assert not author.has_perm("kb.publish_revision")
    assert reviewer.has_perms(["kb.add_revision", "kb.publish_revision"])


@pytest.mark.parametrize("role", roles.PERMISSIONS)
def test_a_role_sees_no_accounts_and_no_tokens(role: str) -> None:
    curator = a_curator(role)
    assert not curator.has_perm("kb.view_user")
    assert not curator.has_perm("kb.view_apitoken")


def test_migrating_again_brings_a_role_back_to_the_table() -> None:
    Group.objects.get(name=roles.AUTHOR).permissions.clear()
    call_command("migrate", verbosity=0)
    assert a_curator(roles.AUTHOR).has_perm("kb.add_revision")


def test_every_permission_of_the_table_exists() -> None:
    for role, codenames in roles.PERMISSIONS.items():
        assert set(codenames) <= {given.codename for given in Group.objects.get(name=role).permissions.all()}
