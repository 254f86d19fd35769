from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "KB_SITE_URL": "https://errors.example.org",
    "KB_HOST": "0.0.0.0",
    "KB_TRUSTED_PROXIES": "10.0.0.0/8",
    "KB_SECRET_KEY": "a long and secret key for tests, with 50 or more characters in it: 0123456789",
}


def check(data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "KB_DATA": str(data), **variables}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_django_finds_nothing_in_the_settings_of_a_public_site(tmp_path: Path) -> None:
    checked = check(tmp_path, **PRODUCTION)
    assert checked.returncode == 0, checked.stderr
    assert "no issues (3 silenced)" in checked.stdout


def test_a_public_site_that_believes_itself_alone_is_told_so(tmp_path: Path) -> None:
    checked = check(tmp_path, **{**PRODUCTION, "KB_HOST": "127.0.0.1", "KB_TRUSTED_PROXIES": ""})
    assert checked.returncode == 1
    assert "(kb.W001) errors.example.org listens on loopback and trusts no proxy" in checked.stderr


def test_a_site_for_one_machine_may_be_alone(tmp_path: Path) -> None:
    assert "kb.W001" not in check(tmp_path).stderr
