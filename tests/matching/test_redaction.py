from __future__ import annotations

import time

import pytest

from bench.redaction import is_readable, missed, overdone
from kb.matching.redaction import MASK, Secret, redact, secrets_in

from .secret_cases import Case, harmless_lines, kinds, secret_cases

_RECALL = 0.99
_OVERDONE = 0.01


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_secrets_of_this_kind_are_masked(kind: str) -> None:
    cases = [case for case in secret_cases() if case.kind == kind]
    assert cases
    assert [case.line for case in cases if is_readable(case.secret, redact(case.line)[0])] == []


@pytest.mark.parametrize("line", harmless_lines())
def test_what_only_looks_like_a_secret_stays(line: str) -> None:
    assert redact(line) == (line, [])


def test_hardly_a_secret_is_missed_and_hardly_a_look_alike_is_masked() -> None:
    assert len(kinds()) >= 60
    assert len(missed()) <= (1 - _RECALL) * len(secret_cases())
    assert len(overdone()) <= _OVERDONE * len(harmless_lines())


@pytest.mark.parametrize(
    "case", [case for case in secret_cases()[::25] if case.kind != "private key"], ids=lambda case: case.kind
)
def test_what_stands_around_a_secret_stays(case: Case) -> None:
    before, _, after = case.line.partition(case.secret)
    shown = redact(case.line)[0]
    assert MASK in shown
    assert shown.startswith(before)
    assert shown.endswith(after)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("fatal: unable to access 'https://jane:hunter22@git.example/a.git/'", "'https://jane:[redacted]@git.example/a.git/'"),
        ("Authorization: Bearer abcdef123456789", "Authorization: Bearer [redacted]"),
        ('"client_secret": "abc123def456", "x": 1', '"client_secret": "[redacted]", "x": 1'),
        ("PASSWORD=correct-horse ./run", "PASSWORD=[redacted] ./run"),
        ("a?token=abc123def456&page=2", "a?token=[redacted]&page=2"),
    ],
)  # fmt: skip
def test_only_the_secret_itself_is_masked(line: str, shown: str) -> None:
    assert redact(line)[0].endswith(shown)


def test_places_are_those_of_the_text_as_given_whatever_its_script() -> None:
    text = "пароль ключ → password=hunter22 ← 🔑"
    (secret,) = secrets_in(text)
    assert text[secret.start : secret.end] == "hunter22"
    assert redact(text)[0] == "пароль ключ → password=[redacted] ← 🔑"


def test_a_secret_that_two_rules_know_is_counted_once() -> None:
    text, secrets = redact("Authorization: Bearer ghp_" + "a1B2" * 9)
    assert text == "Authorization: Bearer [redacted]"
    assert len(secrets) == 1


def test_several_secrets_of_a_line_are_masked_each() -> None:
    text, secrets = redact("password=hunter22 token=abc123def456 jane@example.com")
    assert text == "password=[redacted] token=[redacted] [redacted]"
    assert [secret.kind for secret in secrets] == ["assignment", "assignment", "email"]


def test_what_was_masked_is_not_masked_again() -> None:
    once, _ = redact("password=hunter22 https://jane:hunter22@git.example/ Authorization: Bearer abcdef123456789")
    assert redact(once) == (once, [])


def test_a_password_outside_ascii_is_masked_whole() -> None:
    assert redact("password=pässwört ok") == ("password=[redacted] ok", [Secret(9, 17, "assignment")])


def test_an_empty_text_holds_no_secret() -> None:
    assert redact("") == ("", [])


@pytest.mark.parametrize(
    "nasty",
    [
        "a@",
        "a@b.",
        "://a:",
        "://a:b@",
        "password=",
        "password: '",
        "token token ",
        "Authorization: ",
        "-----BEGIN RSA PRIVATE KEY-----",
        "eyJaaaaaaaa.eyJ",
        "mysql -p ",
        "curl -u ",
        "login a password ",
        "password=/a.a",
        "A1b/",
        "AKIA",
        "sk-",
        "1234567890:AA",
        "$2b$",
    ],
)
def test_time_grows_with_the_length_of_the_text_alone(nasty: str) -> None:
    text = nasty * (100_000 // len(nasty))
    half = _least_seconds(text[: len(text) // 2])
    whole = _least_seconds(text)
    # Four times would be quadratic; the constant keeps very short times from being compared.
    assert whole < 3 * half + 0.05


def _least_seconds(text: str) -> float:
    spent = []
    for _ in range(3):
        started = time.process_time()
        secrets_in(text)
        spent.append(time.process_time() - started)
    return min(spent)
