from __future__ import annotations

import yaml
from hypothesis import given, settings

from kb.content.document import PageDoc
from kb.content.validating import validate
from kb.content.yaml_reading import read_yaml
from kb.content.yaml_writing import WIDTH, write_yaml, write_yaml_list
from tests.content.builders import page
from tests.content.strategies import models


@settings(max_examples=150)
@given(models(PageDoc))
def test_any_page_is_read_back_as_it_was_written_also_by_ordinary_tools(doc: PageDoc) -> None:
    written = write_yaml(doc)

    read, findings = validate(PageDoc, read_yaml(written.encode()).tree or {})

    assert findings == []
    assert read == doc
    assert write_yaml(doc) == written
    assert yaml.safe_load(written) == yaml.load(written, yaml.BaseLoader) == read_yaml(written.encode()).tree


def test_fields_stand_in_the_order_of_the_model() -> None:
    fields = list(PageDoc.model_fields)

    keys = [line.partition(":")[0] for line in write_yaml(page()).splitlines() if line[:1].isalpha()]

    assert keys == sorted(keys, key=fields.index)


def test_what_says_nothing_but_its_default_is_left_out() -> None:
    written = write_yaml(page(role="cause", related=[], background=""))

    assert "role" not in written
    assert "related" not in written
    assert "background" not in written
    assert "risk" not in written


def test_what_yaml_would_take_for_something_else_is_quoted() -> None:
    written = write_yaml(
        page(title="no", fixed_in="3.10", applies_to={"versions": "0o17", "systems": ["1e3", "y", "Linux"]})
    )

    assert "title: 'no'\n" in written
    assert "fixed_in: '3.10'\n" in written
    assert "versions: '0o17'\n" in written
    assert "systems: ['1e3', 'y', Linux]\n" in written
    assert "created: '2026-11-19'\n" in written


def test_long_prose_is_folded() -> None:
    written = write_yaml(page(summary="A sentence that goes on. " * 20))

    assert "summary: >-\n  A sentence" in written
    assert max(map(len, written.splitlines())) <= WIDTH


def test_messages_commands_and_addresses_are_never_wrapped() -> None:
    long = "error: the frobnicator says that " + "it does not know this widget " * 10 + "again"
    written = write_yaml(
        page(signatures=[{"key": "long", "text": long, "with": [long]}], quick_fix={"text": "x", "command": long})
    )

    assert f"    text: '{long}'\n" in written
    assert f"      - '{long}'\n" in written
    assert f"  command: '{long}'\n" in written


def test_texts_of_several_lines_are_literal_blocks() -> None:
    assert "why: |-\n  one\n\n    two\n" in write_yaml(page(why="one\n\n  two"))


def test_a_block_that_begins_with_a_blank_says_how_far_it_is_indented() -> None:
    assert "    text: |2-\n        one\n      two\n" in write_yaml(
        page(signatures=[{"key": "a", "text": "  one\ntwo"}])
    )


def test_both_kinds_of_quotes_in_one_line_make_a_block_instead_of_escapes() -> None:
    assert 'title: |-\n  it\'s: "both"\n' in write_yaml(page(title='it\'s: "both"'))


def test_a_tab_is_shown_as_an_escape_because_nobody_sees_it() -> None:
    assert r'text: "!\t<name>"' in write_yaml(page(signatures=[{"key": "a", "text": "!\t<name>"}]))


def test_an_empty_list_of_records_is_still_a_list() -> None:
    assert yaml.safe_load(write_yaml_list([])) == []
