from __future__ import annotations

import re
from pathlib import Path

from kb.content import lint

REPOSITORY = Path(__file__).parents[3]
CODE = re.compile(r"\bKB\d{3}\b")


def codes_in_the_source() -> set[str]:
    files = (REPOSITORY / "kb" / "content").rglob("*.py")
    return {code for path in files for code in re.findall(r'"(KB\d{3})"', path.read_text())}


def test_every_code_is_documented_and_every_documented_code_is_used() -> None:
    documented = re.findall(r"^\| (KB\d{3}) \|", (REPOSITORY / "docs" / "page-format.md").read_text(), re.MULTILINE)

    assert sorted(documented) == sorted(codes_in_the_source())


def test_every_rule_begins_its_description_with_its_code() -> None:
    described = [CODE.match(rule.__doc__ or "") for rule in lint.SHIPPED_RULES]

    assert all(described)
    assert len({found[0] for found in described if found}) == len(lint.SHIPPED_RULES)


def test_what_a_site_asks_is_part_of_what_shipped_pages_are_asked() -> None:
    assert set(lint.SITE_RULES) < set(lint.SHIPPED_RULES)
