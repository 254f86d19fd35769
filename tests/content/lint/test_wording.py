from __future__ import annotations

import pytest

from kb.content.lint import Level, lint
from kb.content.lint.corpus import Subject
from tests.content.builders import codes, corpus, folder

COMMON = "The widget is refused whenever the register was emptied in between."
GIZMO = [{"key": "gizmo", "text": "the gizmo went up in smoke at <host>"}]
GADGET = [{"key": "gadget", "text": "no gadget is left on the shelf of <host>"}]


@pytest.mark.parametrize(
    "sentence",
    ["First confirm the exact error matches.", "Check your configuration and retry.", "Please note the register."],
)
def test_filler_is_reported_where_it_stands(sentence: str) -> None:
    one = folder(why=sentence)

    (problem,) = lint(Subject(one), corpus(one), Level.SHIPPED)

    assert problem.code == "KB040"
    assert problem.line == Subject(one).lines[("why",)]


def test_filler_in_a_code_file_is_reported_there() -> None:
    one = folder()
    fixes = (one.doc.fixes[0].model_copy(update={"long": "Try again later."}),)
    one = one.model_copy(update={"doc": one.doc.model_copy(update={"fixes": fixes})})

    (problem,) = lint(Subject(one), corpus(one), Level.SHIPPED)

    assert (problem.path, problem.line) == ("frob/widget-refused/fix-register.md", 1)


def test_filler_within_code_is_somebody_else_s() -> None:
    assert codes(folder(why="It says:\n\n```\nsomething went wrong\n```\n")) == []


def test_a_sentence_on_three_pages_is_reported_wherever_it_stands() -> None:
    pages = (
        folder(why=COMMON),
        folder("frob/gizmo", why=COMMON.upper(), signatures=GIZMO),
        folder("frob/gadget", background=f"Well. {COMMON}", signatures=GADGET),
    )

    for page in pages:
        found = [one.message for one in lint(Subject(page), corpus(*pages), Level.SHIPPED) if one.code == "KB041"]
        assert any(message.startswith("'the widget is refused whenever the register was") for message in found)


def test_a_sentence_on_two_pages_is_no_problem() -> None:
    pages = (folder(why=COMMON), folder("frob/gizmo", why=COMMON, signatures=GIZMO))

    assert codes(*pages) == []


def test_a_question_that_only_asks_for_the_page_is_reported() -> None:
    faq = [{"key": "nightly", "question": 'What does "The frobnicator refused the widget" mean?', "answer": "x"}]

    assert codes(folder(faq=faq)) == ["KB042"]


@pytest.mark.parametrize(
    "target", ["/errors/frob/nothing/", "#fix-nothing", "git/x", "page.yaml", "/errors/frob/widget-refused"]
)
def test_a_link_within_the_site_that_leads_nowhere_is_reported(target: str) -> None:
    assert codes(folder(background=f"See [there]({target}).")) == ["KB043"]


@pytest.mark.parametrize(
    "target",
    [
        "/errors/frob/widget-refused/",
        "/errors/frob/widget-refused/#fix-register",
        "/errors/frob/old/",
        "#fix-register",
        "#cause-unregistered",
        "#faq-nightly",
        "#sources",
        "https://docs.example.invalid/x",
    ],
)
def test_a_link_to_a_page_a_part_or_another_site_is_fine(target: str) -> None:
    assert codes(folder(background=f"See [there]({target}).", aliases=["frob/old"])) == []
