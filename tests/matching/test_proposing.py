"""The signature proposed for a line finds it again, and nothing that its masked form would not cover."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.matching.ink import ink_of
from kb.matching.masking import mask
from kb.matching.proposing import NoProposalError, finds, propose
from kb.matching.signature import PLACEHOLDERS

PLACEHOLDER = re.compile("|".join(PLACEHOLDERS))


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("fatal: the flux capacitor ran dry", "fatal: the flux capacitor ran dry"),
        ("2026-11-20T10:00:00Z Error: no module 'foo/bar'", "Error: no module '<name>'"),
        ("flux 17 of /home/ada/x.c:12:5 refused [redacted]", "flux <num> of <path>:<num>:<num> refused <name>"),
        ("connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED <host>:<port>"),
        ("cannot get https://example.com/a from db.example.com", "cannot get <url> from <host>"),
        ("capacitor v1.2.0-rc1 is not 1.2", "capacitor <version> is not <num>"),
        ('{"level":"error","msg":"cannot open /etc/x: dry"}', '{"level":"error","msg":"cannot open <path>: dry"}'),
    ],
)
def test_what_changes_from_run_to_run_becomes_the_narrowest_placeholder(line: str, proposed: str) -> None:
    assert propose(line) == proposed


def test_what_only_looks_like_a_placeholder_does_not_become_one() -> None:
    assert propose("flux capacitor <any> is <path> dry") == "flux capacitor any is path dry"


@pytest.mark.parametrize("line", ["", "ERROR", "fatal error: 12 34", "/a/b/c 17", "***", "€"])
def test_a_line_that_says_nothing_is_refused_with_words(line: str) -> None:
    with pytest.raises(NoProposalError, match="line"):
        propose(line)


def test_the_proposal_finds_the_same_error_of_another_day_and_no_other() -> None:
    proposed = propose("flux capacitor 17 of /home/ada/x.c is dry")
    assert finds(proposed, "3: flux capacitor 4 of /srv/y.c is dry")
    assert not finds(proposed, "flux capacitor 17 of /home/ada/x.c is wet")


words = st.sampled_from(["flux", "capacitor", "dry", "refused", "cannot", "open", "Größe", "E0308", "<any>", "x=y"])
tokens = st.sampled_from(
    ["17", "3.2.1", "/etc/passwd", "'a b'", '"x"', "https://a.example/b?c", "10.0.0.7:80", "[redacted]", "12ms", "4 KB"]
)
lines = st.lists(words | tokens | st.text(max_size=5), min_size=1, max_size=12).map(" ".join)


@given(lines)
def test_a_proposal_finds_its_line_and_keeps_every_word_that_the_mask_leaves(line: str) -> None:
    try:
        proposed = propose(line)
    except NoProposalError:
        return
    assert finds(proposed, line)
    literals = b"".join(ink_of(text) for text in PLACEHOLDER.split(proposed))
    told = re.findall(r"\b(?:flux|capacitor|refused|cannot|dry)\b", mask(line))
    assert all(word.encode() in literals for word in told)
