from __future__ import annotations

from kb.content.prose import code_blocks, links, passages, sentences, without_code, words
from tests.content.builders import page

MARKDOWN = "Run this:\n\n```bash\ngit push # [no](link)\n```\n\nThen [look](/errors/git/x/). It works."


def test_fenced_blocks_are_code_and_the_rest_is_not() -> None:
    assert code_blocks(MARKDOWN) == ["git push # [no](link)\n"]
    assert "git push" not in without_code(MARKDOWN)


def test_a_fence_may_hold_shorter_fences_and_may_stay_open() -> None:
    assert code_blocks("````\n```\nx\n```\n````\n") == ["```\nx\n```\n"]
    assert code_blocks("text\n~~~\nopen") == ["open"]


def test_links_in_code_are_not_links() -> None:
    assert list(links(MARKDOWN)) == ["/errors/git/x/"]


def test_sentences_end_at_marks_paragraphs_and_list_items() -> None:
    assert list(sentences("One is here. Two\nis here!\n\nThree\n- four\n- five")) == [
        "One is here.",
        "Two is here!",
        "Three",
        "four",
        "five",
    ]


def test_words_are_compared_without_marks_and_case() -> None:
    assert words("The `Widget` isn't there!") == ["the", "widget", "isn't", "there"]


def test_passages_are_what_somebody_wrote_with_their_places() -> None:
    found = dict(passages(page()))

    assert found["causes", 0, "confirm", "expect"] == "-"
    assert found["faq", 0, "answer"] == "No."
    assert found["fixes", 0, "body"].startswith("```")
    assert not any(where[0] in ("signatures", "sources", "samples") for where in found)
    assert not any(where[-1] in ("key", "run", "command", "address") for where in found)
