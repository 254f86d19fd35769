"""The JSON Schema of `page.yaml`, for editors: `python -m kb.content.schema > docs/page.schema.json`."""

from __future__ import annotations

import json
import sys

from kb.content.document import PageDoc


def page_schema() -> str:
    """The schema as a file, always the same bytes for the same model."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PageDoc.model_json_schema(by_alias=True),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page_schema())
