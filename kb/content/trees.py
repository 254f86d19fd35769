"""What a page says as a tree of texts: the form in which a wording is edited, compared and merged, also unfinished."""

from __future__ import annotations

from kb.content.document import PageDoc
from kb.content.yaml_reading import Tree

HANGS_ON_PAGE = ("aliases", "samples", "sources", "evidence")
"""Fields that a page has beside its wordings: they are the same in all of them."""

Branch = dict[str, Tree]


def tree_of(content: PageDoc) -> Branch:
    """The wording of this document; what is read from it is the same document again, but for what hangs on the page."""
    tree: Branch = content.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=set(HANGS_ON_PAGE))
    for fix, dumped in zip(content.fixes, branches(tree.get("fixes")), strict=True):
        dumped["long"] = fix.long
    return tree


def branches(tree: Tree | None) -> list[Branch]:
    """The records of a list; nothing where there is no such list."""
    return [item for item in tree if isinstance(item, dict)] if isinstance(tree, list) else []
