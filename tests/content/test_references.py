from __future__ import annotations

from typing import Any

from kb.content.references import findings_between_pages, findings_on_the_page, page_references
from tests.content.builders import DOCS, HIT, MESSAGE, folder


def on_the_page(**changes: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in findings_on_the_page(folder(**changes))]


def between(*folders: Any, known_elsewhere: tuple[str, ...] = ()) -> list[str]:
    return [finding.message for _, finding in findings_between_pages(folders, known_elsewhere)]


def outcome(go: str) -> list[dict[str, Any]]:
    return [{"key": "look", "title": "Look", "outcomes": [{"when": "x", "go": go}]}]


def test_a_sound_page_has_no_findings() -> None:
    assert on_the_page() == []


def test_a_key_is_unique_over_all_parts_of_a_page() -> None:
    found = on_the_page(faq=[{"key": "register", "question": "x", "answer": "y"}])

    assert found == [("KB015", "the key `register` is taken under `fixes`; keys are unique on a page")]


def test_the_key_page_is_kept_for_the_page_itself() -> None:
    found = on_the_page(avoid=[{"key": "page", "what": "x", "why": "y"}])

    assert found == [("KB015", "`page` means the page as a whole; give this part another key")]


def test_a_fix_for_an_unknown_cause_names_the_nearest_one() -> None:
    found = on_the_page(fixes=[{"key": "register", "title": "x", "for": ["unregisterd"]}])

    assert found == [("KB016", "there is no cause `unregisterd` on this page; did you mean `unregistered`?")]


def test_an_outcome_may_lead_to_a_cause_a_fix_or_a_step_but_not_to_a_question() -> None:
    for go in ("unregistered", "register", "look", ""):
        assert on_the_page(steps=outcome(go)) == []

    assert [code for code, _ in on_the_page(steps=outcome("nightly"))] == ["KB016"]


def test_evidence_supports_a_part_by_a_source_of_the_page() -> None:
    elsewhere = "https://elsewhere.example.invalid/"
    found = on_the_page(evidence=[{"source": elsewhere, "supports": "nothing", "note": "x"}])

    assert [code for code, _ in found] == ["KB016", "KB016"]
    assert "nothing on this page has the key `nothing`" in found[0][1]
    assert found[1][1] == f"{elsewhere} is not among the sources of this page; add it to `sources`"


def test_a_source_stands_once() -> None:
    source = {"address": DOCS, "kind": "docs", "title": "x", "publisher": "y", "seen_on": "2026-11-20"}

    assert [code for code, _ in on_the_page(sources=[source, source], evidence=[])] == ["KB015"]


def test_samples_and_notes_belong_together() -> None:
    note = {"file": "hit-noted.log", "origin": "composed", "note": "x"}
    one = folder(texts={"near-file.log": HIT}, samples=[note, note])

    found = [(finding.file, finding.message) for finding in findings_on_the_page(one)]

    assert found == [
        ("page.yaml", "there is no file hit-noted.log in the folder; add it, or remove its note"),
        ("page.yaml", "`hit-noted.log` has two notes; keep one"),
        ("near-file.log", "has no note; add it to `samples` with its origin and how it was made"),
    ]


def test_every_way_of_naming_another_page_is_looked_up() -> None:
    one = folder(
        signatures=[{"key": "refused", "text": MESSAGE, "shared": "frob/a"}],
        related=[{"page": "frob/b", "tell": "x"}],
        steps=outcome("frob/c"),
    )

    assert [slug for _, slug in page_references(one)] == ["frob/a", "frob/b", "frob/c"]
    assert len(between(one)) == 3
    assert between(one, known_elsewhere=("frob/a", "frob/b", "frob/c")) == []


def test_a_page_does_not_refer_to_itself() -> None:
    one = folder(related=[{"page": "frob/widget-refused", "tell": "x"}])

    assert between(one) == ["`frob/widget-refused` is this page itself; name another page"]


def test_an_alias_is_claimed_once_and_is_no_page() -> None:
    one, other = folder(aliases=["frob/old", "frob/other"]), folder("frob/other", aliases=["frob/old"])

    assert between(one, other) == [
        "another page has the alias `frob/old` too; keep it on one of them",
        "`frob/other` is the address of a page; aliases are addresses that no page has",
        "another page has the alias `frob/old` too; keep it on one of them",
    ]
