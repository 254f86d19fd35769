from __future__ import annotations

import pytest

from kb.matching.records import Fact, FactName
from kb.matching.verbosity import ways_to_learn_more


def programs(*lines: str, environment: tuple[Fact, ...] = ()) -> list[str]:
    return [way.program for way in ways_to_learn_more(environment, lines)]


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("fatal: the harbour is closed", "Git"),
        ("fatal: [web1]: FAILED! => {}", "Ansible"),
        ("npm error code ETIDE", "npm"),
        ("curl: (35) no luck", "curl"),
        ("make[2]: *** [all] Error 2", "Make"),
    ],
)
def test_a_program_is_known_by_how_its_lines_begin(line: str, program: str) -> None:
    assert programs(line) == [program]


def test_what_spoke_comes_before_what_is_only_installed() -> None:
    facts = (Fact(FactName.CI, "GitHub Actions", "", 1), Fact(FactName.TOOL, "terraform", "1.9", 2))
    assert programs("npm error code ETIDE", environment=facts) == ["npm", "GitHub Actions", "Terraform"]


def test_of_a_text_that_names_no_program_nothing_is_known() -> None:
    assert programs("it broke", environment=(Fact(FactName.SYSTEM, "Ubuntu", "24.04", 1),)) == []


def test_what_may_print_secrets_says_so() -> None:
    (way,) = ways_to_learn_more((Fact(FactName.TOOL, "terraform", "1.9", 2),), ())
    assert way.tells_secrets
