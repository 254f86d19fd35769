"""What schema.org's types need before anybody can use them, and where that is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

REQUIRED: dict[str, tuple[str, ...]] = {
    # https://developers.google.com/search/docs/appearance/structured-data/article (all of them recommended)
    "TechArticle": ("headline", "datePublished", "dateModified", "author", "publisher", "url", "description"),
    # https://schema.org/HowTo and https://schema.org/HowToStep
    "HowTo": ("name", "step"),
    "HowToStep": ("position", "name", "text", "url"),
    "HowToTool": ("name",),
    # https://developers.google.com/search/docs/appearance/structured-data/faqpage
    "FAQPage": ("mainEntity",),
    "Question": ("name", "acceptedAnswer"),
    "Answer": ("text",),
    # https://developers.google.com/search/docs/appearance/structured-data/breadcrumb
    "BreadcrumbList": ("itemListElement",),
    "ListItem": ("position",),
    # https://developers.google.com/search/docs/appearance/site-names
    "WebSite": ("name", "url"),
    # https://schema.org/SearchAction and https://schema.org/potentialAction
    "SearchAction": ("target", "query-input"),
    "EntryPoint": ("urlTemplate",),
    # https://schema.org/CollectionPage and https://schema.org/ItemList
    "CollectionPage": ("name", "url", "mainEntity"),
    "ItemList": ("itemListElement",),
    # https://schema.org: a thing is named, and found at its address
    "Organization": ("name",),
    "CreativeWork": ("name", "url"),
    "SoftwareApplication": ("name",),
}

_BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def structured(html: str) -> dict[str, Any]:
    """The one block of structured data in this page."""
    (block,) = _BLOCK.findall(html)
    found: dict[str, Any] = json.loads(block)
    assert found["@context"] == "https://schema.org"
    return found


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Every typed node, however deep."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def gaps(html: str) -> list[str]:
    """What is missing or empty in the structured data of this page; a type that is not listed is a gap too."""
    return [
        f"{node['@type']}: {name}"
        for node in nodes(structured(html))
        for name in REQUIRED.get(node["@type"], ("(unknown type)",))
        if not node.get(name)
    ]


def of_type(html: str, kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes(structured(html)) if node["@type"] == kind]
