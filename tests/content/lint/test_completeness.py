from __future__ import annotations

from typing import Any

import pytest

from kb.content.document import UNWRITTEN
from kb.content.files import files_of
from kb.content.lint import Level, lint
from kb.content.lint.corpus import Subject
from tests.content.builders import DOCS, HIT, NEAR, TRACKER, codes, corpus, folder, page_fields, reproduced

UNTOLD_CAUSE = [{"key": "unregistered", "title": "Nobody registered it"}]


def changed(part: str, **changes: Any) -> list[dict[str, Any]]:
    first, *rest = page_fields()[part]
    return [{**first, **changes}, *rest]


def test_a_file_out_of_canonical_form_is_reported_at_the_first_line_that_differs() -> None:
    files = files_of(folder())
    files["page.yaml"] = files["page.yaml"].replace(b"created: '2026-11-19'", b'created: "2026-11-19"')

    (problem,) = lint(Subject(folder(), "git/x", files), corpus(folder()), Level.SHIPPED)

    assert (problem.path, problem.code) == ("git/x/page.yaml", "KB030")
    assert files["page.yaml"].split(b"\n")[problem.line - 1] == b'created: "2026-11-19"'


@pytest.mark.parametrize(("texts", "expected"), [({"hit-plain.log": HIT, "near-happy.log": NEAR}, 1), ({}, 3)])
def test_a_page_needs_two_hits_and_a_near_miss(texts: dict[str, str], expected: int) -> None:
    found = codes(folder(texts=texts))

    assert found.count("KB031") + found.count("KB027") == expected


def test_a_cause_needs_a_way_to_tell_it() -> None:
    assert codes(folder(causes=UNTOLD_CAUSE)) == ["KB032"]


def test_a_cause_needs_evidence_on_every_level() -> None:
    evidence = changed("evidence", supports="page")

    assert codes(folder(evidence=evidence)) == ["KB033"]
    assert codes(folder(evidence=evidence), level=Level.SITE) == ["KB033"]


@pytest.mark.parametrize("state", ["proposed", "withdrawn"])
def test_only_accepted_evidence_counts(state: str) -> None:
    assert codes(folder(evidence=changed("evidence", state=state))) == ["KB033"]


def test_a_reproduction_stands_for_evidence() -> None:
    unproved = folder(evidence=changed("evidence", supports="page"))

    assert codes(reproduced(unproved), level=Level.SITE) == []


@pytest.mark.parametrize("change", [{"is_stale": True}, {"outcome": "failed"}, {"outcome": "not_reproduced"}])
def test_a_run_of_other_scripts_or_without_the_error_proves_nothing(change: dict[str, object]) -> None:
    unproved = folder(evidence=changed("evidence", supports="page"))

    assert codes(reproduced(unproved, **change), level=Level.SITE) == ["KB033"]


def test_a_fix_needs_a_way_to_see_that_it_worked() -> None:
    fixes = [{**page_fields()["fixes"][0], "verify": None}]

    assert codes(folder(fixes=fixes)) == ["KB034"]


def test_a_page_needs_two_sources() -> None:
    fields = page_fields()
    evidence = [one for one in fields["evidence"] if one["source"] == DOCS]

    assert codes(folder(sources=fields["sources"][:1], evidence=evidence)) == ["KB035"]


def test_a_source_that_shows_nothing_is_reported() -> None:
    evidence = [one for one in page_fields()["evidence"] if one["source"] != TRACKER]

    assert codes(folder(evidence=evidence)) == ["KB036"]


@pytest.mark.parametrize(
    "changes",
    [
        {"updated": "2026-11-21"},
        {"created": "2026-11-20", "updated": "2026-11-19"},
        {"sources": changed("sources", seen_on="2026-11-21")},
        {"sources": changed("sources", published="2026-11-20", seen_on="2026-11-19")},
        {"changes": [{"date": "2027-01-01", "text": "x"}]},
        {"evidence": changed("evidence", date="2027-01-01")},
    ],
)
def test_nothing_happens_in_the_future_or_before_it_began(changes: dict[str, Any]) -> None:
    assert codes(folder(**changes)) == ["KB037"]


def test_a_missing_section_is_named_with_what_belongs_there() -> None:
    one = folder(prevention=None)

    (problem,) = lint(Subject(one), corpus(one), Level.SHIPPED)

    assert problem.code == "KB038"
    assert problem.message == "the page has no `prevention`; write it: what keeps it from coming back. Markdown"


def test_a_symptom_needs_less() -> None:
    one = folder(role="symptom", quick_fix=None, why=None, prevention=None, faq=None)

    assert codes(one) == []


def test_a_team_s_own_page_need_not_be_complete() -> None:
    one = folder(
        quick_fix=None, prevention=None, steps=None, faq=None, causes=UNTOLD_CAUSE, texts={"hit-plain.log": HIT}
    )

    assert codes(one, level=Level.SITE) == []


def test_a_step_that_no_outcome_leads_to_is_reported() -> None:
    steps = page_fields()["steps"]
    alone = {"key": "alone", "title": "Is it alone?", "outcomes": [{"when": "yes", "go": steps[0]["key"]}]}

    assert codes(folder(steps=[*steps, alone])) == ["KB039"]


def test_a_step_that_an_earlier_outcome_leads_to_is_not() -> None:
    steps = page_fields()["steps"]
    first = {**steps[0], "outcomes": [*steps[0]["outcomes"], {"when": "else", "go": "next"}]}
    after = {"key": "next", "title": "Is it next?", "outcomes": [{"when": "yes", "go": steps[0]["key"]}]}

    assert codes(folder(steps=[first, *steps[1:], after])) == []


def test_a_first_version_after_the_last_is_reported() -> None:
    assert codes(folder(applies_to={"since": "10.6", "until": "10.5"})) == ["KB029"]
    assert codes(folder(applies_to={"since": "10.5.2", "until": "10.5"})) == []


def test_a_summary_that_nobody_wrote_is_reported() -> None:
    assert codes(folder(summary=f"Pasted 10 times. {UNWRITTEN}")) == ["KB044"]
