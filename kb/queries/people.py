"""Accounts and tokens, as the desk lists them."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.db.models import Count, Q, QuerySet

from kb.models import ApiToken, User

DEEDS_SHOWN = 20


def everybody() -> QuerySet[User]:
    """With the number of valid tokens; who may come in first, each by name."""
    valid = Count("api_tokens", filter=Q(api_tokens__revoked_at=None))
    return User.objects.prefetch_related("groups").annotate(token_count=valid).order_by("-is_active", "username")


def with_address(email: str) -> User | None:
    """Whoever may come in and has this mail address."""
    return User.objects.filter(email__iexact=email, is_active=True).exclude(email="").order_by("pk").first()


def newest_deeds(user: User) -> QuerySet[LogEntry]:
    """What this person did lately, from the audit trail."""
    return LogEntry.objects.filter(user=user).select_related("content_type")[:DEEDS_SHOWN]


def tokens_seen_by(user: User) -> QuerySet[ApiToken]:
    """One's own; an administrator sees all."""
    seen = ApiToken.objects.select_related("owner")
    return seen if user.is_superuser else seen.filter(owner=user)
