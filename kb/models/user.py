"""People with an account: curators and administrators. Readers need none."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """An own model from the first migration on, because swapping it in later is dear."""
