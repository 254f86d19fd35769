"""The editor's form: what is shown of a wording comes back as the same wording, and every problem stands beside its
field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings

from kb.content.document import PageDoc
from kb.content.problems import Finding
from kb.content.trees import Branch, tree_of
from kb.content.validating import validate
from kb.forms.page_form import MOST_CHARACTERS, MOST_ROWS, Box, PageForm, TooMuch, read, rearranged, tidied, where
from tests.builders import a_full_doc
from tests.content.strategies import models
from tests.sent_form import SentForm


def shown(form: PageForm) -> str:
    fields = "".join(
        render_to_string(f"desk/_{kind}.html", {name: value})
        for kind, name, value in (
            ("boxes", "items", form.plain),
            *(("rows", "list", item) for item in form.lists),
        )
    )
    return f"<form data-editor>{fields}</form>"


def sent(form: PageForm) -> QueryDict:
    fields = SentForm(shown(form), "data-editor").fields
    return QueryDict(urlencode(fields, doseq=True))


def posted(fields: Mapping[str, Any]) -> QueryDict:
    return QueryDict(urlencode(fields, doseq=True))


def boxes(form: PageForm) -> Iterator[Box]:
    def within(items: Any) -> Iterator[Box]:
        for item in items:
            if isinstance(item, Box):
                yield item
            else:
                yield from within(item.rows if item.kind == "rows" else item.items)

    return within(form.items)


def box(form: PageForm, name: str) -> Box:
    return next(one for one in boxes(form) if one.name == name)


# --- there and back ---------------------------------------------------------------------------------------------------


def test_a_full_page_goes_into_the_form_and_comes_out_as_it_was() -> None:
    wording = tree_of(a_full_doc())
    assert tidied(read(sent(PageForm(wording)))) == wording


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=40)
@given(models(PageDoc))
def test_so_does_any_page(content: PageDoc) -> None:
    wording: Any = tree_of(content)
    for signature in wording["signatures"]:  # a text that says nothing is no row
        signature["with"] = [text for text in signature["with"] if text]
    back = validate(PageDoc, tidied(read(sent(PageForm(wording)))))[0]
    assert back == validate(PageDoc, wording)[0]


def test_what_is_unfinished_comes_back_as_it_was_typed() -> None:
    wording: Branch = {"title": "", "causes": [{"key": "Not a key", "title": "<b>&amp;\"'"}], "leads_to": ["no slug"]}
    back = tidied(read(sent(PageForm(wording))))
    assert {name: back[name] for name in ("title", "leads_to")} == {"title": "", "leads_to": ["no slug"]}
    assert back["causes"] == [{"key": "Not a key", "title": "<b>&amp;\"'", "detail": ""}]


def test_rows_are_kept_in_the_order_in_which_they_stand_whatever_they_are_called() -> None:
    wording = read(posted({"causes.7.key": "b", "causes.new1.key": "a", "causes.0.key": "c", "causes.7.title": "B"}))
    causes: Any = wording["causes"]
    assert [(cause["key"], cause["title"]) for cause in causes] == [("b", "B"), ("a", ""), ("c", "")]


def test_rows_in_which_nothing_stands_are_kept_while_editing_and_dropped_on_saving() -> None:
    typed = read(posted({"fixes.0.title": "", "fixes.0.risk": "careful", "fixes.1.title": "T", "changes.0.text": " "}))
    assert len(typed["fixes"]) == 2
    whole: Any = tidied(typed)
    assert [fix["title"] for fix in whole["fixes"]] == ["T"]
    assert [change["text"] for change in whole["changes"]] == [" "]


def test_a_probe_without_any_text_is_none() -> None:
    whole: Any = tidied(read(posted({"causes.0.title": "T", "causes.0.confirm.run": "", "causes.1.confirm.run": "id"})))
    assert ["confirm" in cause for cause in whole["causes"]] == [False, True]


def test_a_part_without_a_key_gets_one_of_its_own() -> None:
    typed = {
        "causes.0.title": "The token has expired",
        "causes.1.title": "The token has expired!",
        "faq.0.question": "?",
    }
    whole: Any = tidied(read(posted(typed)))
    assert [cause["key"] for cause in whole["causes"]] == ["the-token-has-expired", "the-token-has-expired-2"]
    assert whole["faq"][0]["key"] == ""


# --- what nobody's browser sends --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"causes": "x", "causes.0": "y", "causes.0.title.x": "z"},
        {"title.x": "z", "applies_to": "x", "csrfmiddlewaretoken": "t", "samples.0.file": "hit-x.log"},
        {"x." * 10_000: "", "causes." * 500: ""},
        {".": "", "..": "", "": "", "causes..key": "k", "signatures.0.with.0.x": "y"},
    ],
)
def test_names_that_no_field_has_are_left_aside(fields: Mapping[str, str]) -> None:
    wording = read(posted(fields))
    assert set(wording) <= {name for name, info in PageDoc.model_fields.items()}
    assert "samples" not in wording
    assert wording["title"] == ""


def test_more_rows_than_a_page_can_have_are_refused_with_words() -> None:
    rows = {f"faq.{number}.question": "?" for number in range(MOST_ROWS + 1)}
    with pytest.raises(TooMuch, match=r"Questions has 201 rows, and at most 200"):
        read(posted(rows))


def test_more_text_than_a_page_can_hold_is_refused_with_words() -> None:
    with pytest.raises(TooMuch, match="a page at most"):
        read(posted({"background": "x" * (MOST_CHARACTERS + 1)}))


def test_no_nul_reaches_the_database() -> None:
    assert read(posted({"title": "a\0b"}))["title"] == "a␀b"


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_every_problem_stands_beside_its_field_and_in_the_summary() -> None:
    wording: Any = tree_of(a_full_doc())
    wording["title"] = ""
    wording["causes"][1]["key"] = "No Key"
    wording["fixes"][0]["for"] = ["wrong-key", "Bad Key"]
    wording["steps"][0]["outcomes"][1]["when"] = ""
    wording["fixes"][0]["verify"] = {"run": "id"}
    wording["created"] = "yesterday"
    content, findings = validate(PageDoc, wording)
    form = PageForm(wording, findings)
    assert content is None
    for name in ("title", "causes.1.key", "fixes.0.for", "steps.0.outcomes.1.when", "created"):
        assert len(box(form, name).problems) == 1, name
        assert box(form, name).id in {problem.id for problem in form.told}
    assert len(form.told) == len(findings)
    assert all(problem.id for problem in form.told)


def test_a_problem_of_nothing_in_the_form_is_in_the_summary() -> None:
    form = PageForm(tree_of(a_full_doc()), [Finding("KB027", "no hit proves it", ("samples",))])
    assert [(problem.text, problem.id) for problem in form.told] == [("no hit proves it", "")]


def test_a_row_with_a_problem_is_open() -> None:
    wording = tree_of(a_full_doc())
    form = PageForm(wording, [Finding("KB016", "leads nowhere", ("steps", 0, "outcomes", 1, "go"))])
    (steps,) = (item for item in form.lists if item.name == "steps")
    assert steps.kind == "rows"
    assert [row.is_open for row in steps.rows] == [True]  # type: ignore[union-attr]


def test_a_key_that_readers_hold_on_to_is_shown_and_not_typed_over() -> None:
    form = PageForm(tree_of(a_full_doc()), kept_keys={"causes": {"wrong-key"}})
    assert (box(form, "causes.0.key").is_kept, box(form, "causes.1.key").is_kept) == (True, False)
    html = shown(form)
    assert re.findall(r'name="(causes\.\d\.key)"[^>]*readonly', html) == ["causes.0.key"]


def test_a_fix_offers_the_causes_of_the_page_and_keeps_what_is_chosen_already() -> None:
    wording: Any = tree_of(a_full_doc())
    wording["fixes"][0]["for"] = ["gone"]
    assert list(box(PageForm(wording), "fixes.0.for").causes) == ["wrong-key", "no-agent", "gone"]


def test_a_step_may_lead_to_causes_fixes_and_steps() -> None:
    assert PageForm(tree_of(a_full_doc())).part_keys == ["wrong-key", "no-agent", "add-key", "look"]


def test_what_was_typed_is_text_and_never_markup() -> None:
    evil = "</textarea><script>alert(1)</script>\"'><img src=x>"
    html = shown(PageForm(tidied(read(posted(dict.fromkeys(("title", "why", "faq.0.key", "faq.0.answer"), evil))))))
    assert "<script>" not in html
    assert "<img" not in html


# --- rows without JavaScript ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "name", "at", "keys"),
    [
        ("up", "causes.1", "causes.0", ["b", "a", "c"]),
        ("down", "causes.1", "causes.2", ["a", "c", "b"]),
        ("up", "causes.0", "causes.0", ["a", "b", "c"]),
        ("down", "causes.2", "causes.2", ["a", "b", "c"]),
        ("remove", "causes.2", "causes.1", ["a", "b"]),
        ("add", "causes", "causes.3", ["a", "b", "c", None]),
        ("remove", "causes.9", "", ["a", "b", "c"]),
        ("remove", "causes.x", "", ["a", "b", "c"]),
        ("remove", f"causes.{'9' * 5000}", "", ["a", "b", "c"]),
        ("add", f"causes.{'9' * 5000}.x", "", ["a", "b", "c"]),
        ("up", "title", "", ["a", "b", "c"]),
        ("add", "title.0", "", ["a", "b", "c"]),
        ("add", "no.such.thing", "", ["a", "b", "c"]),
    ],
)
def test_a_button_rearranges_rows(deed: str, name: str, at: str, keys: list[str | None]) -> None:
    tree: Any = {"title": "T", "causes": [{"key": key} for key in "abc"]}
    assert rearranged(tree, deed, name) == at
    assert [cause.get("key") for cause in tree["causes"]] == keys


def test_rows_within_rows_are_rearranged_too() -> None:
    tree: Any = tree_of(a_full_doc())
    assert rearranged(tree, "down", "steps.0.outcomes.0") == "steps.0.outcomes.1"
    assert [outcome["when"] for outcome in tree["steps"][0]["outcomes"]] == ["some", "none"]
    assert rearranged(tree, "add", "signatures.1.with") == "signatures.1.with.2"
    assert tree["signatures"][1]["with"] == ["  indented", "beside it", ""]


def test_the_row_that_was_added_is_open_and_has_the_focus() -> None:
    tree: Any = tree_of(a_full_doc())
    html = shown(PageForm(tree, at=rearranged(tree, "add", "steps.0.outcomes")))
    assert html.count("autofocus") == 1
    assert re.search(r'id="f-steps-0-outcomes-2"[^§]*?<details open>\s*<summary autofocus>', html)


# --- what the gate says -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (("title",), ("title",)),
        (("signatures", "by-pattern", "text"), ("signatures", 1, "text")),
        (("steps", "look", "outcomes", "1", "go"), ("steps", 0, "outcomes", 1, "go")),
        (("related", "ssh/other", "page"), ("related", 0, "page")),
        (("leads_to", "0"), ("leads_to", 0)),
        (("samples", "hit-plain.log"), ()),
        (("causes", "gone", "title"), ("causes",)),
        ((), ()),
    ],
)
def test_a_place_by_keys_is_found_in_the_form(place: tuple[str, ...], found: tuple[object, ...]) -> None:
    assert where(place, tree_of(a_full_doc())) == found
