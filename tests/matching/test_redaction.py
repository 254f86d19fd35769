from __future__ import annotations

import pytest

from kb.matching.redaction import MASK, redact

# Put together at run time, so that no scanner takes this file for a leak.
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_" + LETTERS[:36],
        "github_pat_" + LETTERS[:50],
        "glpat-" + LETTERS[:20],
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "xoxb-" + "123456789012-" + LETTERS[:12],
        "AIza" + LETTERS[:35],
        "sk-proj-" + LETTERS[:40],
        "npm_" + LETTERS[:36],
        "pypi-" + LETTERS[:40],
        "hf_" + LETTERS[:34],
        "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeKKF2Q",
        "hvs." + LETTERS[:24],
    ],
)
def test_a_token_is_masked_wherever_it_stands(secret: str) -> None:
    text, secrets = redact(f"error: bad token '{secret}' for x")
    assert secret not in text
    assert len(secrets) == 1
    assert text.startswith("error: bad token '")


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("fatal: unable to access 'https://user:hunter22@git.example/a.git/'", "@git.example/a.git/'"),
        ("PASSWORD=correct-horse ./run", "PASSWORD="),
        ('"client_secret": "abc123def456"', '"client_secret": "'),
        ("Authorization: Bearer abcdef123456789", "Authorization: "),
        ("mail to jane.doe@example.com failed", "mail to "),
    ],
)
def test_a_secret_is_masked_and_its_surroundings_stay(line: str, kept: str) -> None:
    text, secrets = redact(line)
    assert secrets
    assert MASK in text
    assert kept in text


@pytest.mark.parametrize(
    "line",
    [
        "git@github.com: Permission denied (publickey).",
        "fatal: repository 'git@gitlab.com:group/project.git' not found",
        "user@build-7:~/app$ make",
        "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "550e8400-e29b-41d4-a716-446655440000",
        "npm error 404  '@types/node@^20.1.0' is not in this registry.",
        "password: <hidden>",
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "Set the token: see the docs",
        "https://example.com:8443/path",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
)
def test_what_only_looks_like_a_secret_stays(line: str) -> None:
    assert redact(line) == (line, [])
