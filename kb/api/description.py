"""What the API says of itself beyond what its types say: errors, examples, the page document."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from ninja import NinjaAPI

from kb.content.document import PageDoc
from kb.refusals import PROBLEM
from kb.services.reading import Standing

Json = dict[str, Any]

DESCRIPTION = """\
Send an error message or a whole log, get the pages about it: which line gave it away, what it means, how to fix it.

No token is needed, unless this site is for those with an account only; one that is sent has to be valid. Who asks too
much within a minute is told 429 and when to come again. Nothing of a text is kept but what `/privacy` says. Errors are
problem documents (RFC 9457), or a line of text for who sends `Accept: text/plain`.
Fields may be added; none is renamed or removed within version 1.
"""
LICENCE: Json = {"name": "Page texts: CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
PROBLEM_SCHEMA: Json = {
    "title": "Problem",
    "description": "What is wrong, and how to mend it (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The name of the status"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people"},
    },
}
A_PAGE: Json = {
    "slug": "git/not-a-git-repository",
    "title": "fatal: not a git repository (or any of the parent directories): .git",
    "tool": "Git",
    "role": "cause",
    "summary": "git looked for a folder `.git` here and above and found none. Go into the clone, or make one.",
    "url": f"{settings.SITE_URL}/errors/git/not-a-git-repository/",
    "updated": "2026-11-20",
}
AN_ANSWER: Json = {
    "index": {"version": "5c0e6b1f", "pages": 90, "signatures": 512},
    "text": {"bytes": 70, "lines": 1, "redacted": 0, "truncated": False, "timed_out": False},
    "matches": [
        {
            **{key: A_PAGE[key] for key in ("slug", "title", "url", "tool", "role")},
            "confidence": "exact",
            "score": 1.0,
            "quick_fix": {"text": "Go into the folder of the clone.", "command": "cd PATH", "filled": False},
            "lines": [
                {
                    "number": 1,
                    "text": A_PAGE["title"],
                    "signature": "parents",
                    "captures": {},
                    "spans": [[0, len(A_PAGE["title"])]],
                }
            ],
            "reasons": [{"code": "exact", "text": "The line holds the whole message."}],
            "look_alikes": [],
        }
    ],
    "suggestions": [],
    "unmatched": [],
    "environment": [],
}
A_LINE = "fatal: not a git repository (or any of the parent directories): .git"


BAD_ONE = "This token is not valid: it is mistyped, revoked or expired. Make another one, or send none."
NOT_FOR_THIS = "This token is not for this: it lacks 'match'."
TOO_MANY = "Too many requests: texts to match here are limited to 60 each minute. Try again in 42 seconds."


def refusals(told: Mapping[int, str]) -> Json:
    """The responses other than success; `told` gives an example of what each says."""
    told = {**told, 401: BAD_ONE, 403: NOT_FOR_THIS, 429: TOO_MANY}
    answers: Json = {str(status): _refusal(status, detail) for status, detail in sorted(told.items())}
    answers["429"]["headers"] = {
        "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds after which to try again"}
    }
    answers["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "`Bearer …`"}}
    return answers


def _refusal(status: int, detail: str) -> Json:
    name = HTTPStatus(status).phrase
    example = {"type": "about:blank", "title": name, "status": status, "detail": detail}
    return {
        "description": name,
        "content": {
            PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example},
            "text/plain": {"schema": {"type": "string"}, "example": f"{detail}\n"},
        },
    }


MATCH: Json = {
    "parameters": [
        {
            "name": "X-KB-Store",
            "in": "header",
            "required": False,
            "schema": {
                "type": "string",
                "enum": ["no"],
                "description": "`no`: nothing of this text is kept, neither its error lines, masked, nor a count.",
            },
        }
    ],
    "requestBody": {
        "required": True,
        "description": "An error message or a whole log, up to 10 MiB of decoded text; gzip is accepted.",
        "content": {
            "text/plain": {"schema": {"type": "string"}, "example": A_LINE},
            "application/json": {
                "schema": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
                "example": {"text": A_LINE},
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}, "text": {"type": "string"}},
                    "anyOf": [{"required": ["file"]}, {"required": ["text"]}],
                }
            },
        },
    },
    "responses": {
        200: {
            "description": "The pages, best first; none, where no page is about the text",
            "content": {
                "application/json": {"example": AN_ANSWER},
                "text/plain": {"schema": {"type": "string", "description": "The same for a terminal"}},
            },
        },
        **refusals(
            {
                400: 'The JSON holds no text. Send {"text": "…"}.',
                413: "The text is larger than 10 MiB (10,485,760 bytes). Send the part around the failure.",
                408: "This came too slowly and was not read to its end. Send less, the part around the failure, or "
                "compress it.",
                415: "'image/png' is not read here: send text/plain, application/json or multipart/form-data",
            }
        ),
    },
}
LIST: Json = {
    "responses": {
        200: {
            "description": "A portion of the list; `next` is the address of the next one, or null",
            "content": {"application/json": {"example": {"items": [A_PAGE], "count": 1, "next": None}}},
        },
        **refusals({400: "limit: Input should be greater than or equal to 1"}),
    }
}
PAGE: Json = {
    "responses": {
        200: {
            "description": "The page",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}},
        },
        **refusals({404: "No page is at git/nothing. GET /api/v1/pages lists them."}),
    }
}
_ARCHIVE: Json = {"schema": {"type": "string", "format": "binary"}}
EXPORT: Json = {
    "responses": {
        200: {"description": "The archive", "content": {"application/zip": _ARCHIVE, "application/gzip": _ARCHIVE}},
        **refusals({400: "kind: Input should be 'zip' or 'tar.gz'"}),
    }
}
IMPORT: Json = {
    "requestBody": {
        "required": True,
        "description": "A .zip or .tar.gz of folders `<tool>/<slug>/`",
        "content": {"application/zip": _ARCHIVE, "application/gzip": _ARCHIVE},
    },
    "responses": {
        200: {"description": "What became of each page; of a dry run, what would become of it"},
        **refusals({400: "It is neither a zip archive nor a tar.gz one; pack the folders as one of these."}),
    },
}


class DescribedAPI(NinjaAPI):
    """An API whose description also holds the parts of the page document, which no view returns as a model."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        described = super().get_openapi_schema(**kwargs)
        described["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        described["security"] = [{"token": []}] if settings.ACCESS == "login" else [{}, {"token": []}]
        described["components"]["schemas"] |= {"Problem": PROBLEM_SCHEMA, **_page_schemas()}
        return described


def _page_schemas() -> Json:
    """The page document as the API gives it: with its address, and with the long texts of its fixes."""
    template = "#/components/schemas/Page{model}"
    schema = PageDoc.model_json_schema(by_alias=True, ref_template=template, mode="serialization")
    parts: Json = {f"Page{name}": part for name, part in schema.pop("$defs").items()}
    parts["PageFix"]["properties"]["long"] = {"type": "string", "description": "More of the fix. Markdown."}
    schema["properties"] = {
        "slug": {"type": "string", "description": "`<tool>/<slug>`"},
        "url": {"type": "string", "format": "uri"},
        **schema["properties"],
        "freshness": {"$ref": template.format(model="Freshness")},
    }
    schema["required"] = ["slug", "url", *schema["required"], "freshness"]
    schema["title"] = "Page"
    standing = Standing.model_json_schema(ref_template=template, mode="serialization")
    parts |= {f"Page{name}": part for name, part in standing.pop("$defs").items()}
    return {"Page": schema, "PageFreshness": standing, **parts}
