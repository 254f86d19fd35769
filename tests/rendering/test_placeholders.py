from __future__ import annotations

import json
import re

import pytest

from kb.rendering.placeholders import command, fillable, printed, runnable, spelled_out
from tests.hostile import HOSTILE, dangers


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_command_or_message_can_run(text: str) -> None:
    assert dangers(command(text)) == []
    assert dangers(printed(text)) == []


def test_a_command_marks_what_is_to_be_replaced() -> None:
    assert command("ssh -p {{ port }} a@{{host_2}}") == "ssh -p <var>PORT</var> a@<var>HOST_2</var>"


def test_an_expression_of_a_workflow_is_no_placeholder() -> None:
    assert command("echo ${{ url }}") == "echo ${{ url }}"


def test_a_message_marks_the_parts_that_vary_and_no_other_angle_brackets() -> None:
    assert printed("no <host> in <stdin>") == "no <var>&lt;host&gt;</var> in &lt;stdin&gt;"


def test_plain_text_spells_placeholders_in_capitals() -> None:
    assert spelled_out("curl {{ url }}") == "curl URL"


def test_a_command_that_takes_values_says_which_and_where() -> None:
    first, slot, *_ = json.loads(fillable("ssh -T 'git@{{ host }}' now"))
    assert first == "ssh -T 'git@"
    assert (slot["name"], slot["shown"], slot["place"], slot["beginsWord"]) == ("host", "HOST", "uncertain", False)
    assert re.fullmatch(slot["shape"], "example.com")


@pytest.mark.parametrize("text", ["ls -l", "echo ${{ url }}", "Get-Content {{ path }}", ""])
def test_a_command_without_slots_or_for_windows_takes_none(text: str) -> None:
    assert fillable(text) == ""
    assert "data-template" not in runnable(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_command_that_takes_values_can_run(text: str) -> None:
    assert dangers(runnable(f"{text} {{{{ host }}}}")) == []
