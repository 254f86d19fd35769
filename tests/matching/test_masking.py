from __future__ import annotations

import pytest

from kb.matching.masking import VERSION, fingerprint, mask


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("open /srv/a/b.txt: no such file", "open /home/x/y.log: no such file"),
        ("job 17 took 3.5s and failed", "job 9 took 120s and failed"),
        ("commit 9fceb02d0ae5 is broken", "commit 12ab34cd56ef is broken"),
        ("connect 10.0.0.7:5432 refused", "connect 192.168.1.9:6543 refused"),
        ("no module named 'requests'", "no module named 'flask'"),
        ("2026-11-20T10:11:12Z crash", "2025-01-02T03:04:05Z crash"),
        ("get https://a.example/x?y failed", "get http://b.example:80/ failed"),
    ],
)
def test_lines_that_differ_in_what_changes_from_run_to_run_have_one_fingerprint(one: str, other: str) -> None:
    assert fingerprint(mask(one)) == fingerprint(mask(other))


def test_different_messages_have_different_fingerprints() -> None:
    assert fingerprint(mask("disk full on '/dev/sda'")) != fingerprint(mask("disk missing on '/dev/sda'"))


def test_equal_tokens_stay_equal_in_the_template() -> None:
    assert mask("'a' is not 'b' but 'a'") == "<quoted> is not <quoted_2> but <quoted>"


def test_a_fingerprint_names_the_version_of_its_mask() -> None:
    assert fingerprint("x").startswith(f"{VERSION}-")
