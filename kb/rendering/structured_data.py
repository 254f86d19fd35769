"""Structured data (schema.org, as JSON-LD): what search engines and assistants read of a page without guessing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from kb.content.document import Faq, PageFolder, Source, Step
from kb.rendering.placeholders import spelled_out
from kb.rendering.plain import cut, plain

CONTENT_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
HEADLINE_MAX = 110

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Publisher:
    """The site: who answers for its pages."""

    name: str
    url: str

    @property
    def website(self) -> str:
        """The identity of the site as a whole, which its pages are part of."""
        return f"{self.url}/#website"


def script_content(graph: object) -> SafeString:
    """JSON that can stand in a script element: no text in it can close the element or open a comment."""
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return mark_safe(text)  # noqa: S308 - nothing is left that HTML would read


def graph(*nodes: Node) -> Node:
    return {"@context": "https://schema.org", "@graph": list(nodes)}


def website(site: Publisher, description: str) -> Node:
    """The site, and how it is searched."""
    return {
        "@type": "WebSite",
        "@id": site.website,
        "url": f"{site.url}/",
        "name": site.name,
        "description": description,
        "inLanguage": "en",
        "publisher": _organization(site),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{site.url}/search?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(site: Publisher, trail: Sequence[tuple[str, str]]) -> Node:
    """The way to a page: (name, path) of each step, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": f"{site.url}{path}"}
            for position, (name, path) in enumerate(trail, start=1)
        ],
    }


def collection(site: Publisher, path: str, name: str, description: str, pages: Sequence[tuple[str, str]]) -> Node:
    """A list of pages: (title, path) of each, in the order shown."""
    return {
        "@type": "CollectionPage",
        "url": f"{site.url}{path}",
        "name": name,
        "description": description,
        "inLanguage": "en",
        "isPartOf": {"@id": site.website},
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": position, "name": title, "url": f"{site.url}{address}"}
                for position, (title, address) in enumerate(pages, start=1)
            ],
        },
    }


def error_page(folder: PageFolder, tool_name: str, site: Publisher, description: str) -> Iterator[Node]:
    """The article about one error; its steps and its questions, where it has some."""
    doc, url = folder.doc, f"{site.url}/errors/{folder.full_slug}/"
    yield {
        "@type": "TechArticle",
        "@id": f"{url}#article",
        "url": url,
        "mainEntityOfPage": url,
        "headline": cut(doc.title, HEADLINE_MAX),
        "description": description,
        "datePublished": doc.created.isoformat(),
        "dateModified": doc.updated.isoformat(),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "license": CONTENT_LICENCE,
        "author": _organization(site),
        "publisher": _organization(site),
        "isPartOf": {"@id": site.website},
        "about": {"@type": "SoftwareApplication", "name": tool_name},
        "citation": [_citation(source) for source in doc.sources],
    }
    if len(doc.steps) > 1:  # one step is no path
        yield {
            "@type": "HowTo",
            "@id": f"{url}#steps",
            "name": f"Find the cause: {cut(doc.title, HEADLINE_MAX)}",
            "tool": {"@type": "HowToTool", "name": tool_name},
            "step": [_step(position, step, url) for position, step in enumerate(doc.steps, start=1)],
        }
    if doc.faq:
        yield {"@type": "FAQPage", "@id": f"{url}#faq", "mainEntity": [_question(item, url) for item in doc.faq]}


def _organization(site: Publisher) -> Node:
    return {"@type": "Organization", "name": site.name, "url": f"{site.url}/"}


def _citation(source: Source) -> Node:
    return {
        "@type": "CreativeWork",
        "name": source.title,
        **({"url": source.address} if source.is_on_web else {}),
        "publisher": {"@type": "Organization", "name": source.publisher},
    }


def _step(position: int, step: Step, url: str) -> Node:
    text = " ".join(part for part in (plain(step.text), spelled_out(step.run)) if part)
    return {
        "@type": "HowToStep",
        "position": position,
        "name": plain(step.title),
        "text": text or plain(step.title),
        "url": f"{url}#step-{step.key}",
    }


def _question(item: Faq, url: str) -> Node:
    return {
        "@type": "Question",
        "name": plain(item.question),
        "url": f"{url}#faq-{item.key}",
        "acceptedAnswer": {"@type": "Answer", "text": plain(item.answer)},
    }
