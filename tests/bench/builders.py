"""What the measurements work on, made small."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from bench.catalogue import CatalogueEntry


def an_entry(slug: str = "git/early-eof", *texts: str, **changes: Any) -> CatalogueEntry:
    told: dict[str, Any] = {
        "slug": slug,
        "tool": "Git",
        "title": "early EOF",
        "texts": texts or ("fatal: early EOF",),
        "fact": "The connection ended too early.",
    }
    return CatalogueEntry(**{**told, **changes})


def a_catalogue(folder: Path, *entries: CatalogueEntry) -> Path:
    """A folder with these entries in one file."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        {
            "slug": entry.slug,
            "tool": entry.tool,
            "title": entry.title,
            "signature": entry.texts[0],
            "variants": list(entry.texts[1:]),
            "fact": entry.fact,
            "sources": [],
        }
        for entry in entries
    ]
    (folder / "some.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


def some_messages(root: Path, domain: str, *messages: str) -> Path:
    """A gettext catalogue as packages install it: `<root>/de/LC_MESSAGES/<domain>.mo`."""
    path = root / "de" / "LC_MESSAGES" / f"{domain}.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_compiled({"": "Content-Type: text/plain; charset=UTF-8\n", **dict.fromkeys(messages, "x")}))
    return root


def _compiled(translations: dict[str, str]) -> bytes:
    """The format that `msgfmt` writes: tables of lengths and offsets, then the texts."""
    pairs = sorted((key.encode(), value.encode()) for key, value in translations.items())
    count = len(pairs)
    at, keys, values, texts = 28 + 16 * count, b"", b"", b""
    for side in (0, 1):
        for pair in pairs:
            place = struct.pack("<II", len(pair[side]), at + len(texts))
            keys, values = (keys + place, values) if side == 0 else (keys, values + place)
            texts += pair[side] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, at) + keys + values + texts


def a_case(text: str, slug: str | None, kind: str = "line", **changes: Any) -> dict[str, Any]:
    return {"id": "one", "slug": slug, "also": [], "kind": kind, "text": text, **changes}
