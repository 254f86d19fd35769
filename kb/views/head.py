"""What the head of a public page tells machines: title, description, its one address, structured data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings

from kb.content.document import PageFolder
from kb.queries.browse import Card, ToolShelf
from kb.rendering import structured_data
from kb.rendering.plain import cut, plain
from kb.rendering.structured_data import Node, Publisher

TITLE_MAX = 70
"""Search engines cut titles at about 60 to 70 characters, and descriptions at about 160."""
DESCRIPTION_MAX = 160
DESCRIPTION_MIN = 50
PROMISE = "Paste an error message or a whole CI log: what it means, why it happens, how to fix it, on what evidence."


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same content in another form."""

    type: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Head:
    title: str
    description: str
    path: str
    """The one address of this page: whichever way it was reached, links and search engines should use this."""
    data: Node
    kind: str = "website"
    """`og:type`."""
    alternates: tuple[Alternate, ...] = ()

    @property
    def canonical(self) -> str:
        return f"{settings.SITE_URL}{self.path}"


def site() -> Publisher:
    return Publisher(settings.SITE_NAME, settings.SITE_URL)


def titled(title: str, *context: str) -> str:
    """The title with as much of its context as fits: `<error> – <tool> – <site>`, or without the tool, or alone."""
    told = [name for name in context if name.lower() not in title.lower()]
    for start in range(len(told)):
        full = " – ".join((title, *told[start:]))
        if len(full) <= TITLE_MAX:
            return full
    return cut(title, TITLE_MAX)


def described(*sentences: str) -> str:
    """A description of the first sentence, and of further ones as long as it is too short to be chosen."""
    text = ""
    for sentence in sentences:
        if len(text) < DESCRIPTION_MIN:
            text = f"{text} {sentence}".strip()
    return cut(text, DESCRIPTION_MAX)


def home_head() -> Head:
    data = structured_data.graph(structured_data.website(site(), PROMISE))
    return Head(titled("Paste an error, get its page", settings.SITE_NAME), PROMISE, "/", data)


def listing_head(
    name: str, about: str, path: str, trail: Sequence[tuple[str, str]], items: Sequence[tuple[str, str]]
) -> Head:
    """A list of pages; `trail` is the way to it from the top, `items` what it lists, each as (name, path)."""
    description = described(about, "What each one means, why it happens, how to fix it, on what evidence.")
    data = structured_data.graph(
        structured_data.collection(site(), path, name, description, items),
        structured_data.breadcrumbs(site(), trail),
    )
    return Head(titled(name, settings.SITE_NAME), description, path, data)


def index_head(tools: Sequence[ToolShelf], page_count: int) -> Head:
    about = f"{page_count} errors of {', '.join(tool.name for tool in tools) or 'no tool yet'}."
    items = [(tool.name, tool.url) for tool in tools]
    return listing_head("All errors by category and tool", about, "/errors/", [("All errors", "/errors/")], items)


def category_head(category: str, tools: Sequence[ToolShelf], number: int) -> Head:
    """One screen of the list of a category's pages."""
    query = urlencode({"category": category, **({"page": number} if number > 1 else {})})
    path, name = f"/errors/?{query}", f"{category} errors" if number == 1 else f"{category} errors, part {number}"
    about = f"{sum(tool.pages for tool in tools)} errors of {', '.join(tool.name for tool in tools)}."
    items = [(tool.name, tool.url) for tool in tools]
    trail = [("All errors", "/errors/"), (category, f"/errors/?{urlencode({'category': category})}")]
    return listing_head(name, about, path, trail, items)


def tool_head(tool: ToolShelf, cards: Sequence[Card], number: int) -> Head:
    """One screen of a tool's list; each has an address and a title of its own."""
    path = tool.url if number == 1 else f"{tool.url}?page={number}"
    name = f"{tool.name} errors" if number == 1 else f"{tool.name} errors, part {number}"
    items = [(card.title, card.url) for card in cards]
    about = f"{tool.pages} errors of {tool.name}, each with a page of its own."
    head = listing_head(name, about, path, [("All errors", "/errors/"), (tool.name, tool.url)], items)
    feed = Alternate("application/atom+xml", f"{tool.url}feed.atom", f"{tool.name} errors")
    return replace(head, alternates=(feed,))


def page_head(folder: PageFolder, tool_name: str) -> Head:
    """One error."""
    doc, path = folder.doc, f"/errors/{folder.full_slug}/"
    description = described(plain(doc.summary), f"{len(doc.causes)} causes, {len(doc.fixes)} fixes, with evidence.")
    trail = [("All errors", "/errors/"), (tool_name, f"/errors/{folder.tool}/"), (doc.title, path)]
    data = structured_data.graph(
        *structured_data.error_page(folder, tool_name, site(), description),
        structured_data.breadcrumbs(site(), trail),
    )
    alternates = (
        Alternate("text/markdown", f"{path.rstrip('/')}.md", "This page as Markdown"),
        Alternate("application/json", f"{path.rstrip('/')}.json", "This page as JSON"),
    )
    return Head(titled(doc.title, tool_name, settings.SITE_NAME), description, path, data, "article", alternates)
