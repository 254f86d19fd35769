from __future__ import annotations

from kb.content.entries import entry_of
from kb.matching.records import LookAlike, Role, Signature
from tests.content.builders import MESSAGE, folder


def test_the_engine_knows_a_page_by_its_signatures_look_alikes_and_words() -> None:
    one = folder(
        role="symptom",
        applies_to={"platforms": ["GitHub Actions"]},
        signatures=[{"key": "refused", "text": MESSAGE, "shared": "frob/owner", "with": ["nightly"]}],
        related=[{"page": "frob/other", "tell": "prints `accepted`"}],
    )

    entry = entry_of(one)

    assert (entry.slug, entry.title, entry.role) == ("frob/widget-refused", one.doc.title, Role.SYMPTOM)
    assert entry.signatures == (Signature("refused", MESSAGE, shared="frob/owner", with_=("nightly",)),)
    assert entry.look_alikes == (LookAlike("frob/other", "prints `accepted`"),)
    for word in ("Nobody registered it", "Does it survive the night?", "GitHub Actions"):
        assert word in entry.words


def test_a_regular_expression_reaches_the_engine() -> None:
    one = folder(signatures=[{"key": "a", "regex": "widget [0-9]+ refused"}])

    assert entry_of(one).signatures[0].regex == "widget [0-9]+ refused"
