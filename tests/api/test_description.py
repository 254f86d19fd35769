from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.test import Client
from openapi_spec_validator import validate

from kb.content import document as doc
from kb.refusals import PROBLEM
from tests.builders import a_full_doc, a_loaded_page, folder_of

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def described(client: Client) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return document


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def check(value: object, schema: dict[str, Any], described: dict[str, Any]) -> None:
    """That this value is what the schema says, with the references followed into the description."""
    jsonschema.validate(value, {**schema, "components": described["components"]})


def test_the_description_is_valid_openapi(described: dict[str, Any]) -> None:
    validate(described)


def test_every_operation_says_what_it_does_and_what_can_go_wrong(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["operationId"].isalpha(), name
        refused = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert refused, name
        for answer in refused.values():
            assert set(answer["content"]) == {PROBLEM, "text/plain"}
        for parameter in operation["parameters"]:
            assert parameter["in"] == "path" or parameter["schema"]["description"], name


def test_every_example_is_what_its_schema_says(described: dict[str, Any]) -> None:
    seen = 0
    for _, operation in operations(described):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (content for body in bodies for content in body.get("content", {}).values()):
            if "example" in content:
                check(content["example"], content["schema"], described)
                seen += 1
    assert seen >= 10


def test_answers_are_what_the_description_says(client: Client, described: dict[str, Any]) -> None:
    denied = doc.Signature(key="denied", text="<name>@<host>: Permission denied (publickey).")
    a_loaded_page(folder_of("ssh/permission-denied-publickey", a_full_doc(signatures=(denied,))))

    def schema(path: str, method: str, status: str, kind: str = JSON) -> dict[str, Any]:
        found: dict[str, Any] = described["paths"][path][method]["responses"][status]["content"][kind]["schema"]
        return found

    text = "git@example.invalid: Permission denied (publickey)."
    matched = client.post("/api/v1/match", text, content_type="text/plain")
    check(matched.json(), schema("/api/v1/match", "post", "200"), described)
    assert matched.json()["matches"]
    refused = client.post("/api/v1/match", "{}", content_type=JSON)
    check(json.loads(refused.content), schema("/api/v1/match", "post", "400", PROBLEM), described)
    check(client.get("/api/v1/pages").json(), schema("/api/v1/pages", "get", "200"), described)
    page = "/api/v1/pages/{tool}/{slug}"
    whole = client.get("/api/v1/pages/ssh/permission-denied-publickey").json()
    check(whole, schema(page, "get", "200"), described)
    assert whole["fixes"][0]["long"]
    missing = client.get("/api/v1/pages/ssh/nothing")
    check(json.loads(missing.content), schema(page, "get", "404", PROBLEM), described)


def test_a_field_that_the_description_does_not_know_would_be_noticed(described: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check({"slug": "a/b", "unheard": 1}, described["components"]["schemas"]["Page"], described)
