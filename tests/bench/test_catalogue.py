from __future__ import annotations

from pathlib import Path

import pytest

from bench.catalogue import BadCatalogueError, pages_of, read_catalogue, tools_of
from kb.content.document import PageFolder, Role
from kb.content.tools import Tool
from tests.bench.builders import a_catalogue, an_entry


def shared(pages: tuple[PageFolder, ...]) -> dict[str, list[str]]:
    """Whose the texts of each page are, where they are not its own."""
    return {page.full_slug: [sign.shared for sign in page.doc.signatures if sign.shared] for page in pages}


def test_an_entry_becomes_a_page_of_its_title_texts_and_fact(tmp_path: Path) -> None:
    folder = a_catalogue(tmp_path, an_entry("git/early-eof", "fatal: early EOF", "fetch-pack: invalid index-pack"))
    (page,) = pages_of(read_catalogue([folder])).pages
    assert (page.full_slug, page.doc.title, page.doc.summary) == (
        "git/early-eof",
        "early EOF",
        "The connection ended too early.",
    )
    assert [sign.text for sign in page.doc.signatures] == ["fatal: early EOF", "fetch-pack: invalid index-pack"]
    assert page.doc.role is Role.CAUSE


def test_a_text_belongs_to_the_entry_whose_main_text_it_is() -> None:
    variant = an_entry("git/rpc-failed", "error: RPC failed", "fatal: early EOF")
    main = an_entry("git/early-eof", "fatal: early EOF")
    assert shared(pages_of([variant, main]).pages) == {"git/rpc-failed": ["git/early-eof"], "git/early-eof": []}


def test_a_wrapper_owns_its_text_before_a_cause_whose_main_text_it_is() -> None:
    cause = an_entry("github-actions/runner-gone", "##[error]The operation was canceled.")
    wrapper = an_entry("github-actions/the-operation-was-canceled", "The operation was canceled.")
    pages = pages_of([cause, wrapper]).pages
    assert shared(pages)["github-actions/runner-gone"] == [wrapper.slug]
    assert [page.doc.role for page in pages] == [Role.CAUSE, Role.SYMPTOM]


def test_a_real_page_stands_in_for_its_entry_and_owns_its_texts() -> None:
    (real,) = pages_of([an_entry("git/early-eof", "fatal: early EOF", title="Written by hand")]).pages
    made = pages_of([an_entry("git/early-eof"), an_entry("git/other", "fatal: early EOF")], [real])
    assert [page.doc.title for page in made.pages] == ["Written by hand", "early EOF"]
    assert shared(made.pages)["git/other"] == ["git/early-eof"]


def test_a_text_that_the_engine_refuses_is_named_and_left_out() -> None:
    made = pages_of([an_entry("git/early-eof", "fatal: early EOF", "<name><path>")])
    assert [sign.key for sign in made.pages[0].doc.signatures] == ["main"]
    assert made.refused[0].startswith("git/early-eof, text 2: ")


def test_tools_are_those_known_and_else_what_the_catalogue_says() -> None:
    known = Tool(slug="git", name="git", category="Version control")
    tools = tools_of([an_entry("git/early-eof"), an_entry("hg/abort", tool="Mercurial")], [known])
    assert [(tool.slug, tool.name) for tool in tools] == [("git", "git"), ("hg", "Mercurial")]


def test_a_line_that_is_no_entry_is_named_with_its_file_and_number(tmp_path: Path) -> None:
    path = a_catalogue(tmp_path, an_entry()) / "some.jsonl"
    path.write_text(path.read_text() + '{"slug": "git/x"}\n')
    with pytest.raises(BadCatalogueError, match=r"some\.jsonl:2: .*one JSON object a line"):
        read_catalogue([tmp_path])


def test_a_folder_without_catalogue_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogueError, match=r"holds no \.jsonl file"):
        read_catalogue([tmp_path])
