from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from kb.content.schema import page_schema
from kb.content.yaml_writing import write_yaml
from tests.content.builders import page

PUBLISHED = Path(__file__).parents[2] / "docs" / "page.schema.json"


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text() == page_schema(), "run: python -m kb.content.schema > docs/page.schema.json"


def test_the_schema_takes_a_sound_page_as_an_ordinary_yaml_tool_reads_it() -> None:
    written = write_yaml(page(summary="A summary of one long line. " * 10, why="two\nlines"))

    jsonschema.validate(yaml.safe_load(written), json.loads(page_schema()))


def test_the_schema_refuses_an_unknown_field() -> None:
    with pytest.raises(jsonschema.ValidationError, match="sumary"):
        jsonschema.validate({**yaml.safe_load(write_yaml(page())), "sumary": "x"}, json.loads(page_schema()))


def test_every_field_is_described_for_editors() -> None:
    schema = json.loads(page_schema())
    parts = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]

    bare = [
        f"{part['title']}.{name}"
        for part in parts
        for name, field in part["properties"].items()
        if not field.get("description")
    ]

    assert bare == []


def test_the_text_of_code_files_is_no_field() -> None:
    assert "long" not in json.loads(page_schema())["$defs"]["Fix"]["properties"]


def test_every_field_of_the_schema_stands_in_the_reference() -> None:
    reference = (PUBLISHED.parent / "page-format.md").read_text()
    schema = json.loads(page_schema())
    parts = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]

    names = {name for part in parts for name in part["properties"]}

    assert {name for name in names if f"`{name}`" not in reference and f"**{name}**" not in reference} == set()
