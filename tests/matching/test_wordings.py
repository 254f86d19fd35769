from __future__ import annotations

import pytest

from kb.matching.records import Entry, Role, Signature
from kb.matching.wordings import Wordings


def an_entry(slug: str, title: str, *messages: str) -> Entry:
    signatures = tuple(Signature(key=f"s{number}", text=text) for number, text in enumerate(messages))
    return Entry(slug=slug, title=title, role=Role.CAUSE, signatures=signatures)


ENTRIES = (
    an_entry("cpp/alloc", "Out of memory in C++", "terminate called after std::bad_alloc", "what():  std::bad_alloc"),
    an_entry("node/ssl", 'The "digital envelope" error', "ERR_OSSL_EVP_UNSUPPORTED"),
    an_entry("pnpm/lock", "Lockfile is old", "ERR_PNPM_OUTDATED_LOCKFILE  Cannot install", "größer\nals zuvor"),
)


@pytest.mark.parametrize(
    ("piece", "entries"),
    [
        ("std::bad_alloc", [0]),
        ("STD::BAD", [0]),
        ('"digital envelope"', [1]),
        ("err_", [1, 2]),
        ("ERR_PNPM_OUTDATED_LOCKFILE Cannot", [2]),
        ("größer als", [2]),
        ("unsupported lockfile", []),
        ("", []),
        ("   ", []),
    ],
)
def test_pages_are_found_by_what_stands_in_them(piece: str, entries: list[int]) -> None:
    assert [wording.entry for wording in Wordings(ENTRIES).holding(piece)] == entries


def test_the_first_text_that_holds_it_is_named_as_it_is_written() -> None:
    (found,) = Wordings(ENTRIES).holding("bad_alloc")
    assert found.text == "terminate called after std::bad_alloc"
    assert not found.is_title
    (titled,) = Wordings(ENTRIES).holding("out of memory")
    assert titled.is_title


def test_a_piece_never_runs_from_one_text_into_the_next() -> None:
    assert list(Wordings(ENTRIES).holding("bad_alloc what")) == []


def test_nothing_is_found_among_nothing() -> None:
    assert list(Wordings(()).holding("x")) == []
