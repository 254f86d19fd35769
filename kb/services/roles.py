"""Roles: what authors and reviewers may do. An administrator may do everything, a reader nothing but read, which is a
role of its own where reading needs an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from kb.models import User

READER = "reader"
AUTHOR = "author"
REVIEWER = "reviewer"
ADMINISTRATOR = "administrator"
ROLES = (READER, AUTHOR, REVIEWER, ADMINISTRATOR)
"""Each may what the one before it may."""

_AUTHOR = (
    "add_revision",  # begin, write and submit drafts
    "add_evidence",  # propose
    "add_source",
    "change_unknownerror",  # draft, attach, ignore
)
_REVIEWER = (
    *_AUTHOR,
    "publish_revision",  # publish, send back
    "change_evidence",  # accept, withdraw
    "change_source",  # describe, merge, check again
    "change_feedback",
    "change_job",
    "add_tool",
    "change_tool",
)
PERMISSIONS: Mapping[str, tuple[str, ...]] = {AUTHOR: _AUTHOR, REVIEWER: _REVIEWER}
"""Of each role, besides that it sees every row but accounts and tokens. An account gets a role by its group and
`is_staff`."""


def role_of(user: User) -> str:
    """The highest that the account has."""
    if user.is_superuser:
        return ADMINISTRATOR
    groups = {group.name for group in user.groups.all()} if user.is_staff else set()
    return next((role for role in (REVIEWER, AUTHOR) if role in groups), READER)


def give(user: User, role: str) -> None:
    """This role and no other."""
    user.is_superuser = role == ADMINISTRATOR
    user.is_staff = role != READER
    user.save(update_fields=["is_superuser", "is_staff"])
    user.groups.set(Group.objects.filter(name=role))
    user.user_permissions.clear()


def settle(**_signal: Any) -> None:
    """Make the groups as the table says; called after each migrate, so that an upgrade brings its permissions."""
    ours = Permission.objects.filter(content_type__app_label="kb")
    seen = ours.filter(Q(codename__startswith="view_")).exclude(codename__regex="user|apitoken")
    for role, codenames in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([*seen, *ours.filter(codename__in=codenames)])
