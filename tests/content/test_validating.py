from __future__ import annotations

from typing import Any

import pytest

from kb.content.document import PageDoc, Source
from kb.content.validating import validate
from kb.content.yaml_reading import Tree
from tests.content.builders import page_fields


def findings(**changes: Any) -> list[tuple[str, str]]:
    document, found = validate(PageDoc, page_fields(**changes))
    assert (document is None) == bool(found)
    return [(finding.code, finding.message) for finding in found]


def test_a_sound_page_has_no_findings() -> None:
    assert findings() == []


def test_an_unknown_field_names_the_nearest_known_one() -> None:
    assert findings(sumary="x") == [("KB007", "`sumary` is not a field of the page format; did you mean `summary`?")]


def test_an_unknown_field_that_resembles_nothing_lists_what_is_known_there() -> None:
    ((_, message),) = findings(quick_fix={"text": "x", "zzz": "y"})

    assert message == "`quick_fix.zzz` is not a field of the page format; known here: text, command"


def test_python_names_of_fields_are_not_yaml_names() -> None:
    ((code, message),) = findings(fixes=[{"key": "a", "title": "x", "for_": ["unregistered"]}])

    assert code == "KB007"
    assert message.endswith("did you mean `for`?")


def test_a_missing_field_is_named_with_the_part_that_lacks_it() -> None:
    assert findings(causes=[{"key": "a"}]) == [("KB008", "`causes[1]` lacks `title`; add it")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"related": "git/x"}, "`related` is a text and not a list; begin each item on a line of its own with `- `"),
        ({"faq": ""}, "`faq` is empty and not a list"),
        ({"title": ["a"]}, "`title` is a list and not a text"),
        ({"quick_fix": "x"}, "`quick_fix` is a text and not a mapping; write its fields below it"),
        ({"causes": ["x"]}, "`causes[1]` is a text and not a mapping"),
    ],
)
def test_a_wrong_type_is_said_in_words_of_the_file(changes: dict[str, Any], said: str) -> None:
    ((code, message),) = findings(**changes)

    assert code == "KB009"
    assert message.startswith(said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"created": "20.11.2026"}, "`created` '20.11.2026' is not a date; write it like 2026-11-20"),
        ({"created": "20261120"}, "`created` '20261120' is not a date; write it like 2026-11-20"),
        ({"created": "2026-02-30"}, "`created` '2026-02-30' is not a day of the calendar; write it like 2026-11-20"),
        ({"role": "bug"}, "`role` is 'bug'; it must be 'cause' or 'symptom'"),
        ({"title": " \n"}, "`title` is empty; write it"),
        ({"title": "a\nb"}, "`title` is 'a\\nb'; it must be one line"),
        ({"aliases": ["Git/Old"]}, "`aliases[1]` is 'Git/Old'; it must be `<tool>/<error>` in lower case"),
        ({"signatures": [{"key": "A b", "text": "x"}]}, "`signatures[1].key` is 'A b'; it must be lower-case letters"),
        ({"signatures": [{"key": "a", "shared": "b"}]}, "`signatures[1].shared` is 'b'; it must be `<tool>/<error>`"),
        ({"signatures": []}, "`signatures` is empty; write it"),
        ({"why": "a\x1b[0m"}, "`why` holds the control character U+001B; remove it"),
        ({"why": "rm \u202efr"}, "`why` holds the control character U+202E; remove it"),
    ],
)
def test_a_value_of_the_wrong_form_is_said_with_the_right_one(changes: dict[str, Any], said: str) -> None:
    ((code, message),) = findings(**changes)

    assert code == "KB010"
    assert message.startswith(said)


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = findings(title=None, sumary="x", role="bug", causes=[{"key": "a"}], faq="none")

    assert sorted(code for code, _ in found) == ["KB007", "KB008", "KB008", "KB009", "KB010"]


@pytest.mark.parametrize(
    ("address", "kind", "message"),
    [
        ("observation:disk-full", "observation", ""),
        ("observation:disk-full", "docs", "the document is of kind docs"),
        ("observation:<script>", "observation", "it must be an address"),
        ("javascript:alert(1)", "observation", "it must be an address"),
        ("data:text/html,x", "article", "it must be an address"),
        ("ftp://example.invalid/x", "docs", "it must be an address"),
    ],
)
def test_only_an_own_observation_may_have_a_name_in_place_of_an_address(address: str, kind: str, message: str) -> None:
    tree: Tree = {"address": address, "kind": kind, "title": "x", "publisher": "y", "seen_on": "2026-11-20"}
    found = [finding.message for finding in validate(Source, tree)[1]]
    assert bool(found) == bool(message)
    assert all(message in text for text in found)
