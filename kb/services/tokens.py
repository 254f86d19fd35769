"""API tokens: made, found in a request, revoked.

A token is 256 random bits, so its plain SHA-256 is enough to keep: there is nothing to guess. A process remembers a
valid token for REMEMBERED_S, so that a match costs no query, and a revocation holds in every process after that time
(at once in the process that made it). While the database is away, when nothing can be revoked either, those that it has
met stay valid until their own end. When one was used is collected in the process and written by the recorder's thread,
at most once a minute a token.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from kb.models import ApiToken, Scope, User
from kb.services import audit
from kb.services.indexing import live

MARK = "kbt_"
"""Begins each token, so that one that leaked is recognized."""
SHOWN = len(MARK) + 6
REMEMBERED_S = 5.0
MOST_REMEMBERED = 1_000
USE_EVERY = dt.timedelta(minutes=1)
_READ = "kb.token"
"""Where a request carries what was read from it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: the text is shown to its owner now, and never again."""

    token: ApiToken
    text: str


@transaction.atomic
def make(owner: User, name: str, scopes: Collection[Scope], expires_at: dt.datetime | None = None) -> Made:
    text = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name,
        owner=owner,
        digest=_digest(text),
        prefix=text[:SHOWN],
        scopes=[scope.value for scope in Scope if scope in scopes],
        expires_at=expires_at,
    )
    audit.note(owner, token, f"made this token for: {', '.join(token.scopes)}", audit.ADDED)
    return Made(token, text)


def revoke(token: ApiToken, actor: User) -> None:
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk).revoke():
            audit.note(actor, token, "revoked this token")
    forget()


@transaction.atomic
def revoke_all(owner: User, actor: User) -> None:
    for token in ApiToken.objects.filter(owner=owner, revoked_at=None):
        revoke(token, actor)


def token_of(request: HttpRequest) -> ApiToken | None:
    """The valid token that this request carries as `Authorization: Bearer …`; none for a request without one, and for
    one whose token `is_bad`."""
    if _READ not in request.META:
        text = _bearer(request)
        request.META[_READ] = _find(text) if text else None
    token: ApiToken | None = request.META[_READ]
    return token


def is_bad(request: HttpRequest) -> bool:
    """Whether the request carries a token that is not valid: it is refused, never taken for a stranger's."""
    return _bearer(request) is not None and token_of(request) is None


def is_unheard_of(request: HttpRequest) -> bool:
    """Whether the request carries a token that only the database can tell about."""
    text = _bearer(request)
    return text is not None and _memory.recall(_digest(text), even_old=True) is None


def write_uses() -> None:
    """Write when tokens were used last; called by a thread that answers nobody."""
    for pk, used_at in _memory.take_uses().items():
        ApiToken.objects.filter(pk=pk).update(last_used_at=used_at)


def forget() -> None:
    """Ask the database again for every token."""
    _memory.forget()


def _bearer(request: HttpRequest) -> str | None:
    """The token as it was sent; an empty one was sent as well."""
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def _find(text: str) -> ApiToken | None:
    digest = _digest(text)
    token = _memory.recall(digest, even_old=not live.has_database)
    if token is None:
        token = ApiToken.objects.valid().filter(digest=digest).select_related("owner").first()
        if token is not None:
            _memory.remember(digest, token)
    now = timezone.now()
    if token is None or token.has_expired(now):
        return None
    _memory.note_use(token, now)
    return token


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


class _Memory:
    """The valid tokens that this process has met, each for a short time. Bad ones are not remembered: whoever sends
    many of them would push out the good ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[ApiToken, float]] = {}
        self._uses: dict[int, dt.datetime] = {}

    def recall(self, digest: str, *, even_old: bool) -> ApiToken | None:
        token, until = self._known.get(digest, (None, 0.0))
        return token if even_old or clock() < until else None

    def remember(self, digest: str, token: ApiToken) -> None:
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[digest] = (token, clock() + REMEMBERED_S)

    def note_use(self, token: ApiToken, now: dt.datetime) -> None:
        if token.last_used_at is None or now - token.last_used_at >= USE_EVERY:
            token.last_used_at = now  # of this process's copy: the next use within the minute needs no note
            with self._lock:
                self._uses[token.pk] = now

    def take_uses(self) -> dict[int, dt.datetime]:
        with self._lock:
            uses, self._uses = self._uses, {}
        return uses

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


_memory = _Memory()
clock = time.monotonic
