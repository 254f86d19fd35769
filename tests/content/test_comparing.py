from __future__ import annotations

from kb.content import document as doc
from kb.content.comparing import Difference, differences
from tests.builders import a_doc, a_full_doc, some_evidence


def test_the_same_wording_has_no_differences() -> None:
    assert differences(a_full_doc(), a_full_doc()) == []


def test_what_hangs_on_the_page_is_not_compared() -> None:
    assert differences(a_doc(), a_doc(evidence=(some_evidence(note="Another."),), aliases=("ssh/old",))) == []


def test_a_changed_field_is_named_with_both_texts() -> None:
    found = differences(a_doc(), a_doc(title="Other", applies_to=doc.AppliesTo(systems=("Linux", "macOS"))))
    assert Difference("", "title", "Permission denied (publickey)", "Other") in found
    assert Difference("", "applies to: systems", "", "Linux\nmacOS") in found
    assert len(found) == 2


def test_parts_are_compared_by_their_keys_wherever_they_stand() -> None:
    one, two = doc.Cause(key="one", title="One"), doc.Cause(key="two", title="Two")
    evidence = (some_evidence("one"), some_evidence("two"))
    before = a_doc(causes=(one, two), evidence=evidence)
    after = a_doc(causes=(two.model_copy(update={"title": "2"}), one), evidence=evidence)
    assert differences(before, after) == [Difference("Cause two", "title", "Two", "2")]


def test_a_part_that_came_or_went_is_shown_whole() -> None:
    probe = doc.Probe(run="id", expect="root")
    after = a_doc(causes=(doc.Cause(key="new", title="New", confirm=probe),))
    assert differences(a_doc(), after) == [
        Difference("Cause new", "title", "", "New"),
        Difference("Cause new", "confirm: run", "", "id"),
        Difference("Cause new", "confirm: expect", "", "root"),
        Difference("Cause wrong-key", "title", "The server does not know the key", ""),
    ]


def test_long_code_of_a_fix_is_compared_too() -> None:
    fix = a_full_doc().fixes[0]
    after = a_full_doc(fixes=(fix.model_copy(update={"long": "another script"}),))
    assert [(one.part, one.field, one.after) for one in differences(a_full_doc(), after)] == [
        ("Fix add-key", "long", "another script")
    ]
