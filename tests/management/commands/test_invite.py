from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from kb.models import User
from kb.services import roles

pytestmark = pytest.mark.django_db
PASSWORD = "a long and winding road"


def test_the_first_administrator_is_invited_by_a_link() -> None:
    said = StringIO()
    call_command("invite", "boss", role="administrator", stdout=said)
    assert "boss is administrator." in said.getvalue()
    link, client = said.getvalue().split()[-1], Client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert client.get(reverse("admin:desk-people")).status_code == 200
    assert roles.role_of(User.objects.get()) == roles.ADMINISTRATOR


def test_a_name_that_is_taken_is_refused_in_words() -> None:
    call_command("invite", "eve", stdout=StringIO())
    with pytest.raises(CommandError, match="Somebody has this name already"):
        call_command("invite", "EVE", stdout=StringIO())
