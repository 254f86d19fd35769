"""One test of each kind for every page of this repository."""

from __future__ import annotations

import re

import pytest

from kb.content.files import FolderReading, files_of
from kb.content.lint import Level
from kb.content.lint.tree import check, lint_reading
from tests.content.builders import messages
from tests.corpus.shipped import FIXTURES, shipped, slugs


def reading(slug: str) -> FolderReading:
    return next(one for one in shipped().reading.readings if one.path == (FIXTURES / "pages" / slug).as_posix())


def sound(slug: str) -> FolderReading:
    one = reading(slug)
    if one.folder is None:
        pytest.fail(messages(one.problems))
    return one


_HOME = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+)/.*")
"""Somebody's own folder: that of who recorded, where a tool stands in it."""


def test_there_are_pages() -> None:
    assert slugs() != []


@pytest.mark.parametrize("slug", slugs())
def test_every_page_is_read_and_written_back_byte_for_byte(slug: str) -> None:
    one = sound(slug)

    assert one.folder
    written = files_of(one.folder)

    assert {name: one.files.get(name) for name in written} == written
    assert one.folder.full_slug == slug


@pytest.mark.parametrize("slug", slugs())
def test_every_hit_finds_its_page_first_and_no_near_miss_does(slug: str) -> None:
    corpus, one = shipped().corpus, sound(slug)

    proof = [
        problem for problem in lint_reading(one, corpus, Level.SITE) if problem.code in ("KB022", "KB023", "KB027")
    ]

    assert one.folder is not None
    assert one.folder.samples
    assert proof == [], messages(proof)


@pytest.mark.parametrize("slug", slugs())
def test_every_page_keeps_every_rule(slug: str) -> None:
    problems = check(shipped(), Level.SHIPPED, FIXTURES / "pages" / slug)

    assert problems == [], messages(problems)


def test_nothing_else_is_wrong_with_the_tree() -> None:
    of_pages = tuple(f"{one.path}/" for one in shipped().reading.readings)

    problems = [one for one in check(shipped(), Level.SITE) if not one.path.startswith(of_pages)]

    assert problems == [], messages(problems)


def test_recorded_transcripts_name_nobodys_home() -> None:
    logs = sorted(FIXTURES.glob("pages/*/*/reproduced.log"))
    named = {path.parent.name: _HOME.findall(path.read_text(encoding="utf-8")) for path in logs}

    assert logs
    assert {page: homes for page, homes in named.items() if homes} == {}
