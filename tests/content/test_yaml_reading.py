from __future__ import annotations

import pytest

from kb.content.yaml_reading import MAX_BYTES, comment_findings, read_yaml


def codes(text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in read_yaml(text.encode()).findings]


def test_every_scalar_is_the_text_that_stands_there() -> None:
    reading = read_yaml(b"version: 3.10\nanswer: no\nday: 2026-11-20\nnothing: ~\nempty:\nhex: 0x1F\n")

    assert reading.tree == {
        "version": "3.10",
        "answer": "no",
        "day": "2026-11-20",
        "nothing": "~",
        "empty": "",
        "hex": "0x1F",
    }


def test_the_line_of_every_part_is_known() -> None:
    reading = read_yaml(b"title: x\ncauses:\n  - key: a\n    title: y\n  - key: b\n")

    assert reading.lines[("causes",)] == 2
    assert reading.lines[("causes", 0, "title")] == 4
    assert reading.lines[("causes", 1)] == 5


def test_a_key_that_stands_twice_is_reported_at_the_second_place() -> None:
    assert codes("a: 1\nb: 2\na: 3\n") == [(3, "KB004")]


@pytest.mark.parametrize("text", ["a: &x 1\n", "a: !!int 1\n", "a: !tag x\n", "%YAML 1.1\n---\na: b\n", "? [a]\n: b\n"])
def test_what_only_experts_know_of_yaml_is_refused(text: str) -> None:
    assert [code for _, code in codes(text)] == ["KB003"]


def test_an_alias_is_refused_before_it_can_multiply() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

    assert (2, "KB003") in codes(bomb)
    assert read_yaml(bomb.encode()).tree is None


def test_a_second_document_is_refused() -> None:
    assert codes("a: b\n---\nc: d\n") == [(2, "KB003")]


def test_deep_nesting_is_refused_without_exhausting_the_stack() -> None:
    assert codes("[" * 100_000) == [(1, "KB002")]


def test_a_large_file_is_refused_unread() -> None:
    assert codes("a: " + "x" * MAX_BYTES) == [(1, "KB002")]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a comment\n"])
def test_an_empty_file_is_said_to_be_empty(text: str) -> None:
    assert "is empty" in read_yaml(text.encode()).findings[0].message


def test_a_syntax_error_names_its_line_and_a_mend() -> None:
    finding = read_yaml(b"title: x\nsummary: it says: no\n").findings[0]

    assert (finding.line, finding.code) == (2, "KB001")
    assert "quotes around the text" in finding.message


def test_bytes_that_are_not_utf_8_are_reported_with_their_line() -> None:
    finding = read_yaml(b"a: b\nc: \xff\n").findings[0]

    assert (finding.line, finding.code) == (2, "KB006")
    assert "0xff" in finding.message


def test_a_control_character_is_reported_with_its_line() -> None:
    finding = read_yaml(b"a: b\nc: \x1b[31m\n").findings[0]

    assert (finding.line, finding.code) == (2, "KB006")
    assert "U+001B" in finding.message


def test_comments_are_found_wherever_they_stand() -> None:
    text = "# top\na: |\n  ##[error] no comment\n# after a block\nb: c # behind\nd: > # at a header\n  x\n"

    assert [finding.line for finding in comment_findings(text)] == [1, 4, 5, 6]


@pytest.mark.parametrize("text", ["a: x#y\n", "a: 'x # y'\n", 'a: "x # y"\n', "a: |\n  # y\n", "a: >-\n  x\n  # y\n"])
def test_a_hash_within_a_text_is_no_comment(text: str) -> None:
    assert comment_findings(text) == []
