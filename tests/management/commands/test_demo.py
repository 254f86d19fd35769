from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kb.models import User
from kb.services import demo
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def passwords(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is put there is tested of the service; loading all pages takes too long here."""
    made = {"author": "one", "reviewer": "two"}
    monkeypatch.setattr(demo, "furnish", lambda: made)
    monkeypatch.setattr("kb.management.commands.demo.call_command", lambda *args, **options: None)
    return made


def said(*arguments: str) -> str:
    output = StringIO()
    call_command("demo", *arguments, stdout=output)
    return output.getvalue()


def test_the_passwords_are_said() -> None:
    assert "author         one" in said()


def test_a_site_with_people_is_left_alone_unless_told() -> None:
    builders.a_user()
    with pytest.raises(CommandError, match="There are people on this site"):
        said()
    assert "two" in said("--beside-others")


def test_started_again_nothing_is_made_anew() -> None:
    builders.a_user()
    assert "is there already" in said("--once")


def test_nobody_of_the_same_name_gets_another_password() -> None:
    User.objects.create_user("author")
    with pytest.raises(CommandError, match="somebody of this name already: author"):
        said("--beside-others")
