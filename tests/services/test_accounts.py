from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from kb.models import ApiToken, Job, Scope, User
from kb.services import accounts, jobs, roles, tokens
from tests import builders

pytestmark = pytest.mark.django_db
PASSWORD = "a long and winding road"


def an_administrator(name: str = "boss") -> User:
    user = builders.a_user(name)
    roles.give(user, roles.ADMINISTRATOR)
    return user


def choose_password(link: str, client: Client | None = None) -> Any:
    """Open the link as a browser does, and choose a password."""
    client = client or Client()
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(address, {"new_password1": PASSWORD, "new_password2": PASSWORD})


@pytest.mark.parametrize("role", roles.ROLES)
def test_who_is_invited_has_the_role_and_no_password_until_it_is_chosen(role: str) -> None:
    user = accounts.invite("eve", role, an_administrator())
    assert roles.role_of(user) == role
    assert not user.has_usable_password()
    assert choose_password(accounts.password_link(user)).status_code == 302
    assert User.objects.get(username="eve").check_password(PASSWORD)


def test_a_link_works_once() -> None:
    user = accounts.invite("eve", roles.AUTHOR, an_administrator())
    link = accounts.password_link(user)
    choose_password(link)
    again = Client().get(link, follow=True)
    assert b"This link has been used" in again.content
    assert b"new_password1" not in again.content


def test_a_link_is_mailed_by_a_job_where_there_is_mail(settings: Settings) -> None:
    settings.MAIL_URL = "smtp://mail.invalid"
    accounts.invite("eve", roles.AUTHOR, an_administrator(), "eve@example.invalid")
    assert mail.outbox == []
    jobs.run(Job.objects.get().pk)
    assert [message.to for message in mail.outbox] == [["eve@example.invalid"]]
    found = re.search(rf"{settings.SITE_URL}(/\S+)", str(mail.outbox[0].body))
    assert found
    assert choose_password(found[1]).status_code == 302


def test_a_link_for_nobody_is_asked_for_like_any_other_and_mails_nothing(settings: Settings) -> None:
    settings.MAIL_URL = "smtp://mail.invalid"
    accounts.mail_password_link(None)
    jobs.run(Job.objects.get().pk)
    assert (Job.objects.get().state, Job.objects.get().outcome) == (Job.State.DONE, "nobody to mail to")
    assert mail.outbox == []


def test_without_mail_no_link_is_made_that_could_stand_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    user = accounts.invite("eve", roles.AUTHOR, an_administrator(), "eve@example.invalid")
    accounts.mail_password_link(user)
    with caplog.at_level("DEBUG"):
        jobs.run(Job.objects.get().pk)
    assert Job.objects.get().outcome == "nobody to mail to"
    assert "/password/set/" not in caplog.text


def test_the_rows_of_jobs_hold_no_link(settings: Settings) -> None:
    settings.MAIL_URL = "smtp://mail.invalid"
    user = accounts.invite("eve", roles.AUTHOR, an_administrator(), "eve@example.invalid")
    jobs.run(Job.objects.get().pk)
    assert Job.objects.get().arguments == {"user_id": user.pk}


def test_deactivation_ends_sessions_and_revokes_tokens_and_links(client: Client) -> None:
    boss, eve = an_administrator(), builders.a_user("eve")
    roles.give(eve, roles.AUTHOR)
    eve.set_password(PASSWORD)
    eve.save()
    client.force_login(eve)
    link = accounts.password_link(eve)
    tokens.make(eve, "CI", (Scope.READ,))
    assert client.get(reverse("admin:index")).status_code == 200
    accounts.deactivate(eve, boss)
    assert client.get(reverse("admin:index")).status_code == 302
    assert not ApiToken.objects.valid().exists()
    assert b"This link has been used" in Client().get(link, follow=True).content
    accounts.activate(eve, boss)
    assert client.get(reverse("admin:index")).status_code == 302
    assert not Client().login(username="eve", password=PASSWORD)


def test_nobody_deactivates_themselves_or_the_only_administrator() -> None:
    boss = an_administrator()
    with pytest.raises(accounts.Refused, match="Another administrator"):
        accounts.deactivate(boss, boss)
    with pytest.raises(accounts.Refused, match="only administrator"):
        accounts.give_role(boss, roles.AUTHOR, boss)
    other = an_administrator("other")
    accounts.give_role(boss, roles.AUTHOR, other)
    assert roles.role_of(User.objects.get(pk=boss.pk)) == roles.AUTHOR
    with pytest.raises(accounts.Refused, match="only administrator"):
        accounts.deactivate(other, boss)


def test_a_role_takes_away_what_the_one_before_gave() -> None:
    boss, eve = an_administrator(), builders.a_user("eve")
    accounts.give_role(eve, roles.REVIEWER, boss)
    assert User.objects.get(pk=eve.pk).has_perm("kb.publish_revision")
    accounts.give_role(eve, roles.AUTHOR, boss)
    assert not User.objects.get(pk=eve.pk).has_perm("kb.publish_revision")
    accounts.give_role(eve, roles.READER, boss)
    reader = User.objects.get(pk=eve.pk)
    assert (reader.is_staff, reader.get_all_permissions()) == (False, set())
    with pytest.raises(accounts.Refused, match="no such role"):
        accounts.give_role(eve, "emperor", boss)


def test_every_deed_stands_in_the_audit_trail() -> None:
    boss = an_administrator()
    eve = accounts.invite("eve", roles.AUTHOR, boss)
    accounts.give_role(eve, roles.REVIEWER, boss)
    accounts.invite_again(eve, boss)
    accounts.deactivate(eve, boss)
    accounts.activate(eve, boss)
    told = [entry.change_message for entry in LogEntry.objects.filter(user=boss).order_by("pk")]
    assert told == [
        "invited as author",
        "made reviewer, was author",
        "given a link to choose a password",
        "deactivated",
        "activated",
    ]


def test_old_sessions_are_forgotten(client: Client) -> None:
    client.force_login(builders.a_user("eve"))
    assert accounts.forget_old_sessions() == "0 forgotten"
    Session.objects.update(expire_date=timezone.now())
    assert accounts.forget_old_sessions() == "1 forgotten"
