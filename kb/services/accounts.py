"""Accounts: invited, given a role, shut and opened again. Whoever calls has made sure that the actor may do this."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from kb.jobs import MAIL_LINK
from kb.models import User
from kb.services import audit, jobs, roles, tokens


class Refused(ValueError):
    """This may not be done to this account; says why."""


@transaction.atomic
def invite(name: str, role: str, actor: User | None, email: str = "") -> User:
    """A new account that nobody can enter yet: the link lets its owner choose a password. It is mailed where there is
    an address and mail; `password_link` gives it in any case. Without an actor it was the command line."""
    user = User(username=name, email=email)
    user.set_unusable_password()
    user.save()
    roles.give(user, role)
    audit.note(actor or user, user, f"invited as {role}", audit.ADDED)
    if is_mailed(user):
        mail_password_link(user)
    return user


@transaction.atomic
def invite_again(user: User, actor: User) -> User:
    """Another link, for whoever lost the first or cannot be mailed to."""
    if not user.is_active:
        raise Refused("This account is deactivated: activate it first.")
    audit.note(actor, user, "given a link to choose a password")
    if is_mailed(user):
        mail_password_link(user)
    return user


def password_link(user: User) -> str:
    """Whoever opens it may choose the password of this account, until one is chosen or the link is too old."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    address = reverse("admin:password-set", args=(uid, default_token_generator.make_token(user)))
    return f"{settings.SITE_URL}{address}"


def is_mailed(user: User) -> bool:
    return bool(user.email and settings.MAIL_URL)


def mail_password_link(user: User | None) -> None:
    """Ask a worker to mail it; for nobody as well, so that it takes the same time whether an account is known."""
    jobs.enqueue(MAIL_LINK, user_id=user.pk if user else 0)


def send_password_link(user_id: int) -> bool:
    """Mail the link, outside of any transaction: the first half of the job."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not is_mailed(user):
        return False
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    text = (
        f"Choose a password for your account '{user.username}' at {settings.SITE_NAME} here:\n\n"
        f"{password_link(user)}\n\n"
        f"The link can be used once, within {days} days. If you did not ask for it, do nothing: nothing changes.\n"
    )
    send_mail(f"{settings.SITE_NAME}: choose your password", text, settings.DEFAULT_FROM_EMAIL, [user.email])
    return True


def note_password_link(was_sent: bool, user_id: int) -> str:
    """The second half of the job: what is told of it."""
    return "mailed" if was_sent else "nobody to mail to"


@transaction.atomic
def give_role(user: User, role: str, actor: User) -> None:
    if role not in roles.ROLES:
        raise Refused(f"There is no such role; there are {', '.join(roles.ROLES)}.")
    if role != roles.ADMINISTRATOR:
        _keep_an_administrator(user)
    before = roles.role_of(user)
    if role != before:
        roles.give(user, role)
        audit.note(actor, user, f"made {role}, was {before}")


@transaction.atomic
def deactivate(user: User, actor: User) -> None:
    """Nobody enters this account any more: its sessions end with its password, its tokens are revoked."""
    if user == actor:
        raise Refused("Another administrator has to deactivate your own account.")
    _keep_an_administrator(user)
    user.is_active = False
    user.set_unusable_password()
    user.save()
    tokens.revoke_all(user, actor)
    audit.note(actor, user, "deactivated")


@transaction.atomic
def activate(user: User, actor: User) -> None:
    """The account can be entered again, with a password that is chosen anew."""
    user.is_active = True
    user.save()
    audit.note(actor, user, "activated")


def forget_old_sessions() -> str:
    """Delete the rows of sessions that have ended."""
    forgotten, _ = Session.objects.filter(expire_date__lte=timezone.now()).delete()
    return f"{forgotten} forgotten"


def _keep_an_administrator(user: User) -> None:
    """Without one nobody could invite another."""
    administrators = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if user in (found := list(administrators)) and len(found) == 1:
        raise Refused("This is the only administrator: make somebody else one first.")
