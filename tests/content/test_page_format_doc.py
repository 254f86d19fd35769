"""The example in `docs/page-format.md` is true only as long as every piece of it stands in the page that it quotes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
REFERENCE = REPOSITORY / "docs" / "page-format.md"
FENCED = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = re.compile(r"\]\(\.\./(fixtures/pages/[^)]+/page\.yaml)\)")


def section() -> str:
    """The annotated page, from its heading to the next one."""
    return REFERENCE.read_text().partition("\n## A page from top to bottom\n")[2].partition("\n## ")[0]


def quoted_page() -> str:
    link = PAGE.search(section())
    assert link, "the section links to no page of fixtures/pages"
    return (REPOSITORY / link[1]).read_text()


@pytest.mark.parametrize("piece", FENCED.findall(section()), ids=lambda piece: piece.split("\n", 1)[0].strip())
def test_a_quoted_piece_still_stands_in_the_page(piece: str) -> None:
    assert f"\n{piece}" in f"\n{quoted_page()}"


def test_the_pieces_are_quoted_in_the_order_of_the_page() -> None:
    places = [quoted_page().find(piece) for piece in FENCED.findall(section())]

    assert places == sorted(places)


def test_the_example_shows_a_piece_of_each_part_that_proves_a_page() -> None:
    shown = "".join(FENCED.findall(section()))

    for field in ("signatures:", "origin:", "quick_fix:", "confirm:", "verify:", "outcomes:", "evidence:", "related:"):
        assert field in shown
