"""Samples and old addresses, which take effect at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kb.content.files import MAX_SAMPLE_BYTES
from kb.models import ContentEpoch, Page, Sample, User
from kb.services.roles import REVIEWER
from tests import builders

pytestmark = pytest.mark.django_db

SAMPLE = {"file": "hit-new.log", "origin": "produced", "note": "ssh 9.2, 2026-11-20", "text": "it broke\r\n"}


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(builders.a_curator("grace", REVIEWER))
    return client


@pytest.fixture
def page() -> Page:
    return builders.a_published_page("ssh/denied")


def address(name: str, *args: object) -> str:
    return reverse(f"admin:desk-{name}", args=args)


def add(desk: Client, **changes: Any) -> Any:
    return desk.post(address("new-sample", "ssh", "denied"), SAMPLE | changes)


def test_a_sample_is_added_at_the_end_at_once(desk: Client, page: Page) -> None:
    epoch = ContentEpoch.objects.current()
    assert add(desk).headers["Location"] == address("page", "ssh", "denied")
    last = Sample.objects.filter(page=page).last()
    assert last
    assert (last.file, last.text, last.origin) == ("hit-new.log", "it broke\n", "produced")
    assert ContentEpoch.objects.current() == epoch + 1
    assert LogEntry.objects.get().change_message == "Added the sample hit-new.log."


def test_the_bytes_of_a_file_are_kept_as_they_are(desk: Client, page: Page) -> None:
    add(desk, upload=SimpleUploadedFile("x.log", b"\x1b[31mred\x1b[0m\r\nnext\r\n\r\n"), text="not this")
    assert Sample.objects.get(file="hit-new.log").text == "\x1b[31mred\x1b[0m\r\nnext\r\n\r\n"


def test_saving_a_sample_unchanged_leaves_its_line_ends(desk: Client, page: Page) -> None:
    sample = Sample.objects.get(page=page, file="hit-clone.log")
    before = sample.text
    assert "\r\n" in before
    told = {"file": sample.file, "origin": sample.origin, "note": "Another note", "text": before}
    desk.post(address("sample", sample.pk), told)
    sample.refresh_from_db()
    assert (sample.text, sample.note) == (before, "Another note")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"file": "log.txt"}, "Use a name like hit-plain.log"),
        ({"file": "hit-clone.log"}, "has a sample hit-clone.log already"),
        ({"note": ""}, "This field is required"),
        ({"text": " \n"}, "Paste the output, or choose a file"),
        ({"text": "x" * (MAX_SAMPLE_BYTES + 1)}, "A sample holds at most 1024 KiB"),
        ({"upload": SimpleUploadedFile("x.png", b"\x89PNG\r\n")}, "This is a picture"),
        ({"origin": "invented"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    desk: Client, page: Page, changes: dict[str, Any], told: str
) -> None:
    answer = add(desk, **changes)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert told in html
    assert "ssh 9.2, 2026-11-20" in html or "note" in changes
    assert not Sample.objects.filter(file="hit-new.log").exists()


def test_a_sample_is_removed(desk: Client, page: Page) -> None:
    sample = Sample.objects.get(page=page, file="near-password.log")
    desk.post(address("sample", sample.pk), {"do": "remove"})
    assert not Sample.objects.filter(pk=sample.pk).exists()
    assert LogEntry.objects.get().change_message == "Removed the sample near-password.log."


def test_old_addresses_lead_to_the_page_at_once(desk: Client, page: Page) -> None:
    desk.post(address("aliases", "ssh", "denied"), {"addresses": "ssh/old\n\n scp/older \nssh/old"})
    assert list(page.aliases.values_list("address", flat=True)) == ["ssh/old", "scp/older"]
    assert desk.get("/errors/ssh/old/").status_code == 301
    assert LogEntry.objects.get().change_message == "Old addresses: ssh/old, scp/older; before: none."


def test_an_address_that_is_none_or_taken_is_refused_with_all_that_was_typed(desk: Client, page: Page) -> None:
    other = builders.a_published_page("ssh/other")
    other.aliases.create(address="ssh/gone", position=0)
    typed = "No Address\nssh/other\nssh/gone\nssh/fine"
    answer = desk.post(address("aliases", "ssh", "denied"), {"addresses": typed})
    html = answer.content.decode()
    assert answer.status_code == 400
    for told in ("“No Address” is no address", "ssh/other is the address of a page", "ssh/gone leads to ssh/other"):
        assert told in html
    assert typed in html
    assert not page.aliases.exists()


def test_an_account_without_a_role_changes_nothing(client: Client, page: Page) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    sample = page.samples.first()
    assert sample
    for place in (
        address("new-sample", "ssh", "denied"),
        address("sample", sample.pk),
        address("aliases", "ssh", "denied"),
    ):
        assert client.post(place, {"do": "remove"}).status_code == 403
    assert page.samples.count() == 2


def test_of_a_public_page_an_author_adds_samples_and_changes_nothing(client: Client, page: Page) -> None:
    client.force_login(builders.a_curator("ada"))
    assert add(client).status_code == 302
    sample = page.samples.first()
    assert sample
    for place in (address("sample", sample.pk), address("aliases", "ssh", "denied")):
        assert client.get(place).status_code == 403
        assert client.post(place, {"do": "remove", "addresses": "ssh/x"}).status_code == 403
    html = client.get(address("page", "ssh", "denied")).content.decode()
    assert address("new-sample", "ssh", "denied") in html
    assert address("sample", sample.pk) not in html
    assert page.samples.count() == 3


def test_of_a_page_that_is_not_public_yet_an_author_changes_samples_too(client: Client) -> None:
    client.force_login(builders.a_curator("ada"))
    builders.an_empty_page("ssh/denied")
    add(client)
    client.post(address("sample", Sample.objects.get().pk), {"do": "remove"})
    assert not Sample.objects.exists()
