"""A page tried in an index answers as it would in a whole one."""

from __future__ import annotations

import pytest

from kb.matching.engine import search
from kb.matching.index import BrokenEntry, alone, build, with_entry
from kb.matching.records import Entry, Signature
from tests.matching.builders import entry

OWNER = entry("git/owner", "fatal: the frobnicator refused the widget of <host>", "the gizmo is on fire")
SHARER = entry(
    "git/sharer", Signature("s0", "fatal: the frobnicator refused the widget of <host>", "", "git/owner", ("at night",))
)
OTHER = entry("npm/other", "npm ERR! the widget of <name> went up in smoke")
PAGES = (OWNER, SHARER, OTHER)
TEXTS = (
    "fatal: the frobnicator refused the widget of db1",
    "at night\nfatal: the frobnicator refused the widget of db1\nthe gizmo is on fire\n",
    "fatal: the frobnicator refused widgets of\nnpm ERR! the widget of left-pad went up in smoke",
    "npm ERR! the widget of left-pad went up in flames and smoke",
    "everything is fine",
)


@pytest.mark.parametrize("tried", PAGES, ids=lambda page: page.slug)
@pytest.mark.parametrize("is_known", [False, True], ids=["new", "changed"])
def test_a_page_that_is_tried_answers_as_if_it_were_published(tried: Entry, *, is_known: bool) -> None:
    others = [page for page in PAGES if page is not tried]
    former = [entry(tried.slug, "the former text of this page, at night on fire")] if is_known else []
    trial = with_entry(build([*others, *former]), tried)
    whole = build(PAGES)
    for text in TEXTS:
        assert search(text, trial).matches == search(text, whole).matches


def test_what_the_page_said_before_is_not_found_any_more() -> None:
    trial = with_entry(build(PAGES), entry("git/owner", "quite another text is printed"))
    assert [match.slug for match in search("the gizmo is on fire", trial).matches] == []
    assert [match.slug for match in search("quite another text is printed", trial).matches] == ["git/owner"]


def test_the_index_itself_is_not_changed() -> None:
    index = build(PAGES)
    with_entry(index, entry("git/owner", "quite another text is printed"))
    assert search("quite another text is printed", index).matches == ()
    assert search("the gizmo is on fire", index).matches


def test_a_page_that_cannot_work_is_refused() -> None:
    with pytest.raises(BrokenEntry, match="git/owner, signature s0"):
        with_entry(build(PAGES), entry("git/owner", "<any>"))


def test_where_a_page_alone_finds_nothing_it_finds_nothing_among_others() -> None:
    index = build(PAGES)
    for page in PAGES:
        lone = alone(index, page)
        for text in TEXTS:
            among = {match.slug for match in search(text, index).matches}
            assert (page.slug not in among) or search(text, lone).matches
