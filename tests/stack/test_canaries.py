"""Secrets that are planted, and looked for wherever something is written when all goes wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.site import ROOT, Site

PASTED = "ghp_" + "x7KqPz3mWc9LtR5vYb2NdF8hJs6GkQ4uTa1E"
CANARIES = {
    "pasted": PASTED,
    "typed": "canary-in-the-address",
    "password": "canary-as-a-password",
    "cookie": "canary-in-a-cookie",
    "header": "canary-in-a-header",
    "token": "kbt_canary-as-a-token",
    "key": "canary-as-the-secret-key-0123456789-0123456789-0123456789",
}
PROGRAM = """
import json, sys
import django
django.setup()
from unittest import mock
from django.core.management import call_command
from django.test import Client
from kb import static_files
static_files.collect()
call_command("migrate", verbosity=0)
from kb.services.recording import recorder
from kb.urls import urlpatterns

canaries = json.loads(sys.stdin.read())
headers = {"Host": "127.0.0.1", "X-Canary": canaries["header"], "Referer": "http://127.0.0.1/?q=" + canaries["header"],
           "User-Agent": canaries["header"], "Cookie": "kb_session=" + canaries["cookie"],
           "X-Request-Id": canaries["header"] + "!"}
log = "error: cannot push with " + canaries["pasted"] + "\\nerror: " + canaries["pasted"] + " is refused\\n"

def fail(given, *args, **kwargs):
    secret = given
    raise RuntimeError(f"it failed on {given!r} and {kwargs!r}")

def answers(**more):
    client = Client(raise_request_exception=False, headers={**headers, **more})
    yield client.post("/match", {"text": log})
    yield client.post("/match/preview", {"text": log})
    yield client.post("/api/v1/match", log, content_type="text/plain")
    yield client.get("/search", {"q": canaries["typed"]})
    yield client.get("/search/hints", {"q": canaries["typed"]})
    yield client.post("/admin/login/", {"username": "ada", "password": canaries["password"]})

borders = ["kb.views.match.look_up", "kb.views.match.look_up_uncounted", "kb.api.routes.look_up_document",
           "kb.views.search.find", "django.contrib.auth.authenticate", "django.contrib.auth.forms.authenticate"]
told = []
for accept in ("text/html", "text/plain", "application/json"):
    patches = [mock.patch(border, fail) for border in borders]
    for patch in patches:
        patch.start()
    told += [(answer.status_code, answer.content.decode()) for answer in answers(Accept=accept)]
    mock.patch.stopall()
for answer in answers():  # and now all goes well, so that something is kept
    assert answer.status_code < 500 or answer.status_code == 503, answer
recorder.write()
# An address that nobody made, with a token that is none.
stranger = Client(raise_request_exception=False, headers={**headers, "Authorization": "Bearer " + canaries["token"]})
for address in ("/api/v1/pages", "/metrics"):
    answer = stranger.get(address)
    told.append((answer.status_code, answer.content.decode()))
print(json.dumps(told))
"""


@pytest.mark.parametrize("log", ["text", "json"])
def test_no_secret_reaches_a_log_an_error_page_or_the_database(tmp_path: Path, log: str) -> None:
    site = Site(tmp_path / "data", extra={"KB_LOG": log, "KB_SECRET_KEY": CANARIES["key"]})
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=site.environment,
        input=json.dumps(CANARIES),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    failed = [answer for status, answer in told if status == 500]
    assert len(failed) == 18
    assert done.stderr.count("RuntimeError") >= 18, "the failures are logged, by their type"
    for name, canary in CANARIES.items():
        assert not any(canary in answer for answer in failed), f"{name} on an error page"
        assert canary not in done.stderr, f"{name} in the log"
    kept = b"".join(file.read_bytes() for file in sorted(site.data.rglob("*")) if file.is_file())
    assert b"cannot push with" in kept, "what is unknown is kept, masked"
    for name, canary in CANARIES.items():
        assert canary.encode() not in kept, f"{name} on the disk"
