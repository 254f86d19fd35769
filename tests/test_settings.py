"""Settings are read strictly, and say what is wrong with them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kb.settings import Environment, database, kept_secret, mail_server, private_directory

ROOT = Path(__file__).resolve().parents[1]


SAY = "from kb import settings; print(settings.ALLOWED_HOSTS, settings.IS_HTTPS)"
ASK = """
import kb.asgi
from django.test import Client
print(Client(headers={"Host": "127.0.0.1"}).get("/healthz").status_code)
"""


def start_with(data: Path, program: str = SAY, /, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "KB_DATA": str(data), **variables}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_an_unknown_variable_stops_the_start_and_is_named(tmp_path: Path) -> None:
    refused = start_with(tmp_path, KB_DEBUGG="1")
    assert refused.returncode == 1
    assert "KB_DEBUGG: no such setting; the settings are KB_ACCESS, KB_CONTACT, KB_CRAWLERS, " in refused.stderr


def test_the_address_of_the_site_decides_who_may_ask(tmp_path: Path) -> None:
    started = start_with(tmp_path, KB_SITE_URL="https://errors.example.org/")
    assert started.stdout == "['127.0.0.1', 'localhost', '[::1]', 'errors.example.org'] True\n", started.stderr


def test_readers_are_answered_while_redis_is_away(tmp_path: Path) -> None:
    asked = start_with(tmp_path, ASK, KB_REDIS_URL="redis://127.0.0.1:1/0")
    assert asked.stdout == "200\n", asked.stderr


@pytest.mark.parametrize(("value", "is_set"), [("1", True), ("0", False), ("", False)])
def test_a_flag_is_one_or_zero(value: str, is_set: bool) -> None:
    assert Environment({"KB_DEBUG": value}).flag("KB_DEBUG") is is_set


def test_any_other_flag_is_refused_with_its_mend() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^KB_DEBUG is 'yes'; use 0 or 1$"):
        Environment({"KB_DEBUG": "yes"}).flag("KB_DEBUG")


@pytest.mark.parametrize(
    ("value", "contact"),
    [
        ("", ""),
        ("ada@example.org", "mailto:ada@example.org"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
        ("https://example.org/contact?to=us", "https://example.org/contact?to=us"),
    ],
)
def test_a_contact_is_a_uri(value: str, contact: str) -> None:
    assert Environment({"KB_CONTACT": value}).contact("KB_CONTACT") == contact


@pytest.mark.parametrize("value", ["ada", "http://example.org", "javascript:alert(1)", "https://", "a@b c@d", "a@b\nc"])
def test_any_other_contact_is_refused_with_its_mend(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="use a mail address or an address that begins with https://"):
        Environment({"KB_CONTACT": value}).contact("KB_CONTACT")


@pytest.mark.parametrize("value", ["x" * 41, "two\nlines"])
def test_a_name_is_one_short_line(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="use one line of at most 40 characters"):
        Environment({"KB_SITE_NAME": value}).line("KB_SITE_NAME", "Fixpoint", 40)


def test_networks_are_given_in_cidr_form() -> None:
    networks = Environment({"KB_SOURCE_CHECKS_ALLOW": " 10.1.0.0/16, fd00::/8,127.0.0.1 "})
    told = [str(network) for network in networks.networks("KB_SOURCE_CHECKS_ALLOW")]
    assert told == ["10.1.0.0/16", "fd00::/8", "127.0.0.1/32"]


@pytest.mark.parametrize("value", ["intranet", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/8 fd00::/8"])
def test_what_is_no_network_is_refused_with_its_mend(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^KB_SOURCE_CHECKS_ALLOW: .*; use networks like 10\.0\.0\.0/8, "):
        Environment({"KB_SOURCE_CHECKS_ALLOW": value}).networks("KB_SOURCE_CHECKS_ALLOW")


def test_nobody_is_visited_on_a_timetable_without_a_name_to_complain_to(tmp_path: Path) -> None:
    assert "KB_SOURCE_CHECKS is 1 without KB_CONTACT" in start_with(tmp_path, KB_SOURCE_CHECKS="1").stderr
    assert start_with(tmp_path, KB_SOURCE_CHECKS="1", KB_CONTACT="ada@example.org").returncode == 0


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8.0", "eight", "²"])
def test_a_number_outside_its_range_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="use a whole number from 1 to 65535"):
        Environment({"KB_PORT": value}).number("KB_PORT", 8000, 1, 65535)


@pytest.mark.parametrize(
    "value",
    [
        *("errors.example.org", "ftp://errors.example.org", "https://", "https://errors.example.org/fix"),
        *("https://[", "https://me@errors.example.org", "https://errors.example.org:http"),
    ],
)
def test_the_address_of_a_site_is_scheme_and_host_alone(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="use scheme and host without a path"):
        Environment({"KB_SITE_URL": value}).origin("KB_SITE_URL")


def test_a_refused_address_is_not_repeated_for_it_may_hold_a_password() -> None:
    env = Environment({"KB_DATABASE_URL": "mysql://me:hunter2@localhost/errors"})
    with pytest.raises(ImproperlyConfigured, match="begins with postgresql") as refusal:
        env.address("KB_DATABASE_URL", ("postgresql",), "postgresql://…")
    assert "hunter2" not in str(refusal.value)


def test_a_secret_can_be_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sesame\n", encoding="utf-8")
    assert Environment({"KB_SECRET_KEY_FILE": str(tmp_path / "key")}).secret("KB_SECRET_KEY") == "sesame"


def test_a_secret_given_twice_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="both set; keep one of them"):
        Environment({"KB_SECRET_KEY": "a", "KB_SECRET_KEY_FILE": "b"}).secret("KB_SECRET_KEY")


def test_a_secret_file_that_is_missing_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="KB_SECRET_KEY_FILE is '/nowhere/key', which cannot be read"):
        Environment({"KB_SECRET_KEY_FILE": "/nowhere/key"}).secret("KB_SECRET_KEY")


def test_the_secret_key_is_made_once_however_many_processes_start(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    with ThreadPoolExecutor(8) as starts:
        keys = set(starts.map(lambda _: kept_secret(path), range(32)))
    assert len(keys) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_spoilt_secret_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("short", encoding="ascii")
    with pytest.raises(ImproperlyConfigured, match="delete the file"):
        kept_secret(tmp_path / "secret-key")


def test_the_data_folder_becomes_private(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    folder.mkdir(parents=True, mode=0o755)
    assert stat.S_IMODE(private_directory(folder).stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match=r"KB_DATA is '.*/file/data', which cannot be made or written"):
        private_directory(tmp_path / "file" / "data")


def test_sqlite_begins_every_transaction_as_a_writer() -> None:
    options = database("")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20


def test_a_connection_to_postgresql_that_broke_is_found_before_it_is_used() -> None:
    assert database("postgresql://me:secret@db.example.org/errors")["CONN_HEALTH_CHECKS"] is True


def test_postgresql_is_asked_through_a_pool() -> None:
    settings = database("postgresql://me:secret@db.example.org:6432/errors")
    assert (settings["ENGINE"], settings["HOST"], settings["PORT"]) == (
        "django.db.backends.postgresql",
        "db.example.org",
        6432,
    )
    assert settings["OPTIONS"]["pool"]["max_size"] >= 8


LIMITED = "from kb import settings; print(settings.LIMITED)"


@pytest.mark.parametrize(
    ("variables", "is_limited"),
    [
        ({}, False),
        ({"KB_HOST": "localhost"}, False),
        ({"KB_HOST": "::1"}, False),
        ({"KB_HOST": "127.0.0.2"}, False),
        ({"KB_HOST": "0.0.0.0"}, True),
        ({"KB_HOST": "::"}, True),
        ({"KB_HOST": "errors.example.org"}, True),
        ({"KB_TRUSTED_PROXIES": "127.0.0.1"}, True),
    ],
)
def test_only_a_site_that_nobody_else_reaches_has_no_limits(
    tmp_path: Path, variables: dict[str, str], is_limited: bool
) -> None:
    assert start_with(tmp_path, LIMITED, **variables).stdout == f"{is_limited}\n"


DEFAULTS = {"match": (60, 60), "bytes": (1000, 3600)}


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        ("", DEFAULTS),
        ("match=120/minute", {**DEFAULTS, "match": (120, 60)}),
        (" match = 5/day ,bytes=9/hour,", {"match": (5, 86400), "bytes": (9, 3600)}),
    ],
)
def test_limits_are_numbers_for_a_time(value: str, limits: dict[str, tuple[int, int]]) -> None:
    assert Environment({"KB_LIMITS": value}).limits("KB_LIMITS", DEFAULTS) == limits


@pytest.mark.parametrize(
    "value", ["match", "match=0/minute", "match=5", "match=-1/day", "match=5/week", "mach=5/day", "="]
)
def test_what_is_no_limit_is_refused_with_its_mend(value: str) -> None:
    with pytest.raises(
        ImproperlyConfigured, match=f"^KB_LIMITS: '{value}' is no limit; use match, bytes with a number"
    ):
        Environment({"KB_LIMITS": value}).limits("KB_LIMITS", DEFAULTS)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", ("localhost", 25, "", "", False, False)),
        ("smtps://ada:p%40ss@mail.example.org", ("mail.example.org", 465, "ada", "p@ss", True, False)),
        ("smtp+starttls://ada:x@mail.example.org:2587", ("mail.example.org", 2587, "ada", "x", False, True)),
    ],
)
def test_the_address_of_a_mail_server_says_how_it_is_spoken_to(url: str, server: tuple[object, ...]) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize("url", ["mail.example.org", "https://mail.example.org", "smtps://h:99999", "smtps://:s3cret@"])
def test_an_address_that_is_no_mail_server_stops_the_start_without_its_password(tmp_path: Path, url: str) -> None:
    refused = start_with(tmp_path, KB_MAIL_URL=url)
    assert refused.returncode == 1
    assert "use smtps://user:password@mail.example.org" in refused.stderr
    assert "s3cret" not in refused.stderr


def test_a_secret_key_that_cannot_be_read_is_said_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "a-folder").mkdir()
    (tmp_path / "not-text").write_bytes(b"\xff" * 64)
    for name in ("a-folder", "not-text"):
        with pytest.raises(ImproperlyConfigured, match=r"the secret key, cannot be read: .*delete it"):
            kept_secret(tmp_path / name)
