"""`check_sources` at the command line."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from pytest_django import Settings

from kb.models import Source
from tests import builders
from tests.checking.local_site import LOOPBACK, local_site, says

pytestmark = pytest.mark.django_db


def check(*arguments: str) -> str:
    output = StringIO()
    call_command("check_sources", *arguments, stdout=output)
    return output.getvalue()


def test_each_address_gets_a_line_that_says_what_became_of_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SOURCE_CHECKS_ALLOW = LOOPBACK
    monkeypatch.setattr("kb.checking.visiting.PAUSE", dt.timedelta(milliseconds=10))
    cache.clear()
    with local_site() as site:
        site.pages["/a"] = says(b"Hello")
        alive, gone = site.address("/a"), site.address("/b")
        for address in (alive, gone):
            Source.objects.create(address=address, kind="docs", seen_on=builders.TODAY)
        assert check("--due") == f"{alive}  alive: HTTP 200\n{gone}  gone: HTTP 404\n"
        assert check("--due") == ""
        assert check(gone, gone) == f"{gone}  gone: HTTP 404\n"


def test_an_address_that_no_page_cites_is_refused_by_name() -> None:
    with pytest.raises(CommandError, match=r"no page cites https://a\.invalid/$"):
        check("https://a.invalid/")


@pytest.mark.parametrize("arguments", [(), ("--due", "https://a.invalid/")])
def test_it_wants_addresses_or_what_is_due(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="either addresses or --due"):
        check(*arguments)
