from __future__ import annotations

import pytest

from kb.matching.filling import fill, slots


def test_a_value_with_a_blank_is_not_filled_into_a_path() -> None:
    filled = fill("rm {{ path }}", {"path": "/tmp/a b;c"})
    assert filled.text == "rm PATH"


def test_values_are_quoted_for_a_shell() -> None:
    assert fill("ls {{ path }}", {"path": "/tmp/$HOME;x"}).text == "ls '/tmp/$HOME;x'"


def test_a_plain_value_makes_a_command_that_can_be_pasted() -> None:
    filled = fill("ssh -T git@{{ host }} -p {{port}}", {"host": "git.example", "port": "2222"})
    assert filled.text == "ssh -T git@git.example -p 2222"
    assert filled.filled


@pytest.mark.parametrize("value", ["", "a'b", "a`id`", "a\nb", "a\x1b[2J", "[redacted]", "x" * 500, "a;b"])
def test_a_value_that_is_not_safe_leaves_the_slot_readable(value: str) -> None:
    filled = fill("nc {{ host }} 22", {"host": value})
    assert filled.text == "nc HOST 22"
    assert not filled.filled


def test_a_command_without_slots_is_as_it_was() -> None:
    assert fill("git push ${{ github.ref }}", {}).text == "git push ${{ github.ref }}"


def test_slots_are_named_once_each() -> None:
    assert slots("a {{ name }} {{ name_2 }} {{name}}") == ("name", "name_2")
