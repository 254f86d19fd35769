"""Roles: what authors and reviewers may do. An administrator (`is_superuser`) may do everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

AUTHOR = "author"
REVIEWER = "reviewer"

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


def settle(**_signal: Any) -> None:
    """Make the groups as the table says; called after each migrate, so that an upgrade brings its permissions."""
    ours = Permission.objects.filter(content_type__app_label="kb")
    seen = ours.filter(Q(codename__startswith="view_")).exclude(codename__regex="user|apitoken")
    for role, codenames in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([*seen, *ours.filter(codename__in=codenames)])
