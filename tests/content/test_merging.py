from __future__ import annotations

from typing import Any

from hypothesis import given

from kb.content import document as doc
from kb.content.document import PageDoc
from kb.content.merging import Conflict, Side, merge
from kb.content.trees import Branch, tree_of
from kb.content.validating import validate
from tests.builders import a_full_doc
from tests.content.strategies import models

A, B, C = ({"key": key, "title": key.upper()} for key in "abc")


def causes(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"title": "T", "causes": list(parts)}


def keys(tree: dict[str, Any]) -> list[str]:
    return [part["key"] for part in tree["causes"]]


def test_what_only_one_side_changed_is_taken_from_it() -> None:
    ours = causes({**A, "title": "ours"}, B)
    theirs = causes(A, {**B, "detail": "theirs"}) | {"title": "Theirs"}
    merged = merge(causes(A, B), ours, theirs)
    assert merged.tree == {
        "title": "Theirs",
        "causes": [{"key": "a", "title": "ours"}, {**B, "detail": "theirs"}],
    }
    assert merged.conflicts == []


def test_what_both_changed_differently_is_a_conflict_and_stays_ours_until_somebody_chooses() -> None:
    base, ours, theirs = causes(A), causes({**A, "title": "ours"}), causes({**A, "title": "theirs"})
    merged = merge(base, ours, theirs)
    assert merged.conflicts == [Conflict("causes.a.title", "A", "ours", "theirs")]
    assert merged.tree == ours
    chosen = merge(base, ours, theirs, {"causes.a.title": Side.THEIRS})
    assert chosen.tree["causes"] == [{"key": "a", "title": "theirs"}]
    assert chosen.conflicts == merged.conflicts


def test_what_both_changed_alike_is_no_conflict() -> None:
    both = causes({**A, "title": "both"})
    assert merge(causes(A), both, both).conflicts == []


def test_a_part_that_one_side_removed_is_gone_unless_the_other_changed_it() -> None:
    assert keys(merge(causes(A, B), causes(B), causes(A, B)).tree) == ["b"]
    merged = merge(causes(A, B), causes(B), causes({**A, "title": "theirs"}, B))
    assert [(one.name, one.ours, one.theirs) for one in merged.conflicts] == [
        ("causes.a", None, "key: a\ntitle: theirs")
    ]
    assert keys(merged.tree) == ["b"]


def test_what_either_side_added_is_there() -> None:
    assert keys(merge(causes(A), causes(A, B), causes(C, A)).tree) == ["c", "a", "b"]


def test_of_two_orders_the_one_that_somebody_chose_holds() -> None:
    assert keys(merge(causes(A, B, C), causes(A, B, C), causes(C, B, A)).tree) == ["c", "b", "a"]
    assert keys(merge(causes(A, B, C), causes(B, A, C), causes(C, B, A)).tree) == ["b", "a", "c"]


def test_lists_of_words_are_merged_word_by_word() -> None:
    base: Branch = {"leads_to": ["a/1", "a/2"]}
    merged = merge(base, {"leads_to": ["a/2", "a/3"]}, {"leads_to": ["a/1", "a/2", "a/4"]})
    assert merged.tree == {"leads_to": ["a/2", "a/3", "a/4"]}
    assert merged.conflicts == []


def test_a_list_whose_records_cannot_be_told_apart_is_one_value() -> None:
    base: Branch = {"changes": [{"when": "x"}, {"when": "x"}]}
    merged = merge(base, {"changes": [{"when": "y"}]}, {"changes": [{"when": "z"}]})
    assert [one.name for one in merged.conflicts] == ["changes"]


def test_two_edits_of_a_full_page_make_a_page() -> None:
    base = a_full_doc()
    ours = a_full_doc(steps=(), title="Ours")
    theirs = a_full_doc(avoid=(), related=(doc.Related(page="ssh/new", tell="x"), *base.related))
    merged = merge(tree_of(base), tree_of(ours), tree_of(theirs))
    content, findings = validate(PageDoc, merged.tree)
    assert (merged.conflicts, findings) == ([], [])
    assert content
    assert (content.title, content.steps, content.avoid, content.related) == ("Ours", (), (), theirs.related)


@given(models(PageDoc), models(PageDoc))
def test_a_side_that_changed_nothing_leaves_all_to_the_other(base: PageDoc, other: PageDoc) -> None:
    untouched, changed = tree_of(base), tree_of(other)
    for merged in (merge(untouched, untouched, changed), merge(untouched, changed, untouched)):
        assert merged.conflicts == []
        assert validate(PageDoc, merged.tree)[0] == validate(PageDoc, changed)[0]
