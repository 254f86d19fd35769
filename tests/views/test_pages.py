from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.content import document as doc
from kb.models import ContentEpoch, Listing, Source, SourceState
from kb.services import drafting, publishing, silence
from tests.builders import (
    MANUAL,
    TODAY,
    a_doc,
    a_full_doc,
    a_loaded_page,
    a_published_page,
    a_reproduction,
    a_user,
    folder_of,
)
from tests.hostile import HOSTILE, Reading, page_dangers

pytestmark = pytest.mark.django_db

SLUG = "ssh/permission-denied-publickey"
ADDRESS = f"/errors/{SLUG}/"
SOMETHING = (doc.Signature(key="x", text="something else went wrong"),)


def get(address: str = ADDRESS) -> HttpResponse:
    return Client().get(address)  # type: ignore[return-value]


def html_of(address: str = ADDRESS) -> str:
    response = get(address)
    assert response.status_code == 200
    return response.content.decode()


def a_full_page(**changes: Any) -> None:
    a_loaded_page(folder_of("ssh/permission-denied-publickey", a_full_doc(**changes)))


def test_everything_that_a_page_says_stands_on_it() -> None:
    a_full_page()
    content = a_full_doc()
    read = re.sub(r"\s+", " ", Reading(html_of()).text)
    said = (
        *(content.title, content.summary, content.why, content.prevention, content.fixed_in),
        *(content.applies_to.versions, *content.applies_to.systems, *content.applies_to.platforms),
        *(signature.text or signature.regex for signature in content.signatures),
        *(text for cause in content.causes for text in (cause.title, cause.confirm.run if cause.confirm else "")),
        *(
            text
            for fix in content.fixes
            for text in (fix.title, fix.platform, fix.versions, "A long script", "set -eu")
        ),
        *(text for step in content.steps for text in (step.title, step.text, step.run)),
        *(text for step in content.steps for out in step.outcomes for text in (out.when, out.note)),
        *(text for check in content.checks for text in (check.platform, check.text, check.run, check.expect)),
        *(text for item in content.avoid for text in (item.what, item.why)),
        *(text for item in content.faq for text in (item.question, item.answer)),
        *(text for source in content.sources for text in (source.title, source.publisher)),
        *(entry.tell for entry in content.related),
        *(change.text for change in content.changes),
        "The server said no.",
        "seen on 2026-11-20, not checked by this site yet",
    )
    assert [text for text in said if text not in read] == []


def test_every_entry_of_the_contents_leads_somewhere() -> None:
    a_full_page()
    html = html_of()
    ids = [value for name, value in Reading(html).attributes if name == "id"]
    targets = re.findall(r'href="#([^"]+)"', html)
    assert [target for target in targets if target not in ids] == []
    assert len(ids) == len(set(ids))
    assert {"causes", "fixes", "steps", "faq", "evidence"} <= set(targets)


def test_parts_have_addresses_made_of_their_keys() -> None:
    a_full_page()
    ids = {value for name, value in Reading(html_of()).attributes if name == "id"}
    assert {"cause-wrong-key", "fix-add-key", "step-look", "faq-why-now", "check-on-gitlab", "message-denied"} <= ids


def test_outcomes_of_a_step_lead_to_causes_and_fixes() -> None:
    a_full_page()
    html = html_of()
    assert '<a class="go" href="#cause-no-agent">No agent runs</a>' in html
    assert '<a class="go" href="#fix-add-key">Add the key</a>' in html


def test_an_outcome_leads_to_another_page_by_its_title() -> None:
    a_published_page(
        "ssh/other", title="Another one", signatures=(doc.Signature(key="x", text="connection was reset"),)
    )
    a_published_page(steps=(doc.Step(key="s", title="S", outcomes=(doc.Outcome(when="w", go="ssh/other"),)),))
    assert '<a class="go" href="/errors/ssh/other/">Another one</a>' in html_of()


def test_a_page_that_is_not_there_is_named_and_not_linked() -> None:
    a_full_page()  # names ssh/other and ssh/owner, which nobody wrote
    html = html_of()
    assert "<code>ssh/other</code> (no page yet)" in html
    assert "/errors/ssh/o" not in html


def test_a_cause_names_its_fixes_and_its_evidence() -> None:
    a_full_page()
    cause = html_of().split('id="cause-no-agent"')[1].split("</section>")[0]
    assert '<a href="#fix-add-key">Add the key</a>' in cause
    assert 'href="#source-2"' in cause


def test_a_risk_is_said_in_words() -> None:
    a_full_page()
    assert "careful: read it before you run it" in html_of()


def test_placeholders_are_readable_where_no_log_fills_them() -> None:
    a_full_page()
    html = html_of()
    assert "ssh-add <var>PATH</var>" in html
    assert "{{" not in html


def test_evidence_that_is_not_accepted_is_not_shown() -> None:
    content = a_doc()
    proposed = doc.Evidence(source=MANUAL, supports="page", note="Perhaps.", state=doc.EvidenceState.PROPOSED)
    a_published_page(evidence=(*content.evidence, proposed))
    assert "Perhaps." not in html_of()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (SourceState.ALIVE, "checked on 2026-11-21: it answers"),
        (SourceState.MOVED, "checked on 2026-11-21: it has moved"),
        (SourceState.CHANGED, "checked on 2026-11-21: it has changed since"),
        (SourceState.GONE, "checked on 2026-11-21: it is gone"),
    ],
)
def test_a_checked_source_says_what_the_check_found(state: SourceState, said: str) -> None:
    a_published_page()
    Source.objects.update(state=state, checked_on=dt.date(2026, 11, 21))
    assert said in html_of()


def test_a_reproduction_is_told_with_its_versions() -> None:
    page = a_published_page()
    assert "not by this site yet" in html_of()
    a_reproduction(page, fix_verified=True)
    assert "with git 2.39.5 on" in re.sub(r"\s+", " ", Reading(html_of()).text)
    assert "fix verified" in html_of()


def test_a_symptom_says_that_it_is_one() -> None:
    a_published_page(role=doc.Role.SYMPTOM)
    assert "This is a symptom." in html_of()


def test_many_wordings_are_folded_but_for_the_first() -> None:
    wordings = tuple(doc.Signature(key=f"w{number}", text=f"wording number {number} of many") for number in range(9))
    a_published_page(signatures=wordings)
    html = html_of()
    assert "6 more wordings" in html
    assert all(wording.text in html for wording in wordings)


@pytest.mark.parametrize(
    "text", [text for text in HOSTILE if "\x02" not in text]
)  # documents refuse control characters
def test_nothing_in_a_page_can_run(text: str) -> None:
    one_line = text.replace("\n", " ")
    probe = doc.Probe(run=text, expect=text)
    content = a_full_doc(
        title=one_line,
        summary=text,
        applies_to=doc.AppliesTo(versions=one_line, systems=(one_line,)),
        signatures=(doc.Signature(key="denied", text=text, prints=one_line),),
        quick_fix=doc.QuickFix(text=text, command=text),
        meaning=text,
        background=text,
        causes=(doc.Cause(key="wrong-key", title=one_line, detail=text, confirm=probe),),
        fixes=(doc.Fix(key="add-key", title=one_line, body=text, long=text, verify=probe, platform=one_line),),
        steps=(doc.Step(key="look", title=one_line, outcomes=(doc.Outcome(when=one_line, go="add-key"),)),),
        faq=(doc.Faq(key="why-now", question=one_line, answer=text),),
        related=(doc.Related(page="ssh/other", tell=one_line),),
        evidence=(doc.Evidence(source=MANUAL, supports="wrong-key", note=text),),
    )
    a_loaded_page(folder_of("ssh/permission-denied-publickey", content))
    html = html_of()
    assert page_dangers(html) == []


def test_a_page_is_the_same_for_everybody() -> None:
    a_full_page()
    response = get()
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "csrf" not in response.content.decode().lower()


def test_a_page_holds_no_inline_style_or_script() -> None:
    a_full_page()
    html = html_of()
    assert "style=" not in html
    assert "<style" not in html
    assert re.findall(r'<script(?![^>]* src=|\s+type="application/ld\+json")', html) == []


def test_an_old_address_leads_to_the_page_in_the_same_form() -> None:
    a_published_page(aliases=("ssh/old-name",))
    for ending, lands in (("/", "/"), (".md", ".md"), (".json", ".json")):
        response = get(f"/errors/ssh/old-name{ending}")
        assert response.status_code == 301
        assert response["Location"] == f"/errors/ssh/permission-denied-publickey{lands}"


@pytest.mark.parametrize("address", ["/errors/ssh/nothing/", "/errors/ssh/nothing.md", "/errors/ssh/nothing.json"])
def test_an_unknown_address_is_not_found_in_the_dress_of_the_site(address: str) -> None:
    response = get(address)
    assert response.status_code == 404
    assert "No page at this address" in response.content.decode()


def test_the_page_as_markdown() -> None:
    a_published_page()
    response = get(ADDRESS.rstrip("/") + ".md")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.content.decode().startswith("# Permission denied (publickey)\n")


def test_the_page_as_json_reads_back_as_the_same_document() -> None:
    a_full_page(aliases=())
    body = json.loads(get(ADDRESS.rstrip("/") + ".json").content)
    assert body.pop("slug") == "ssh/permission-denied-publickey"
    assert body.pop("url").endswith(ADDRESS)
    assert body.pop("freshness")["last_verified"] == "2026-11-20"
    again = doc.PageDoc.model_validate(body)
    assert again == a_full_doc(aliases=(), samples=again.samples).as_read()


def test_the_number_of_queries_does_not_grow_with_the_page(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    a_full_page(
        causes=tuple(doc.Cause(key=f"c{number}", title=f"Cause {number}") for number in range(30)),
        fixes=(),
        steps=(),
        sources=tuple(
            doc.Source(
                address=f"https://docs.example.invalid/{number}",
                kind=doc.SourceKind.DOCS,
                title="T",
                publisher="P",
                seen_on=TODAY,
            )
            for number in range(30)
        ),
        evidence=tuple(
            doc.Evidence(source=f"https://docs.example.invalid/{number}", supports=f"c{number}", note="N")
            for number in range(30)
        ),
    )
    with django_assert_max_num_queries(23):
        html_of()


def test_a_page_tells_of_how_many_healthy_logs_it_kept_quiet_in() -> None:
    page = a_published_page()
    assert "healthy logs" not in html_of()
    silence.check([b"all is well", b"done"])
    assert "found in none of 2 healthy logs" in html_of()
    publishing.publish(drafting.write_draft(page, a_user(), a_doc(title="Other")))
    assert "healthy logs" not in html_of()


def test_a_page_that_fired_on_a_healthy_log_claims_no_silence() -> None:
    a_published_page()
    silence.check([b"git@example.invalid: Permission denied (publickey)."])
    assert "healthy logs" not in html_of()


def test_a_page_was_verified_last_on_the_newest_day_that_anybody_looked() -> None:
    page = a_published_page()
    assert "<dt>Last verified</dt><dd><time>2026-11-20</time>" in html_of()
    a_reproduction(page, date=dt.date(2026, 11, 22))
    ContentEpoch.objects.bump()
    assert "<dt>Last verified</dt><dd><time>2026-11-22</time>" in html_of()


def fixes_with(*places: str) -> tuple[doc.Fix, ...]:
    return tuple(doc.Fix(key=f"fix-{n}", title=f"Do {n}", platform=place) for n, place in enumerate(places))


def test_fixes_for_one_place_are_folded_behind_those_for_everybody() -> None:
    a_published_page(fixes=fixes_with("GitLab CI", "", "Windows", "GitLab CI"))
    html = html_of()
    folded = html.split("<details>")
    assert 'id="fix-fix-1"' in folded[0]
    assert 'id="fix-fix-0"' in folded[1]
    assert 'id="fix-fix-3"' in folded[1]
    assert 'id="fix-fix-2"' in folded[2]
    assert 'id="fixes-1-gitlab-ci"' in html


def test_fixes_that_are_all_for_some_place_stand_open() -> None:
    a_published_page(fixes=fixes_with("GitLab CI", "Windows"))
    assert html_of().count("<details open>") == 2


def test_commands_carry_what_a_script_needs_to_fill_them_in() -> None:
    a_published_page(
        quick_fix=doc.QuickFix(text="Try.", command="ssh {{ host }}"),
        fixes=(
            doc.Fix(key="a", title="A", body="```sh\nnc {{ host }} {{ port }}\n```\n```yaml\nhost: {{ host }}\n```"),
            doc.Fix(key="b", title="B", body="```\nGet-Content {{ path }}\n```\nand `curl {{ url }}`"),
        ),
    )
    templates = [json.loads(value) for name, value in Reading(html_of()).attributes if name == "data-template"]
    assert [[piece if isinstance(piece, str) else piece["name"] for piece in template] for template in templates] == [
        ["ssh ", "host"],
        ["nc ", "host", " ", "port"],
    ]
    assert "{{" not in html_of()


def test_errors_before_and_after_this_one_are_named_at_the_foot() -> None:
    a_published_page("ssh/before", title="What came before", signatures=SOMETHING, leads_to=(SLUG,))
    a_published_page("ssh/after", title="What comes after", signatures=SOMETHING)
    a_published_page(leads_to=("ssh/after",))
    foot = html_of().split('id="neighbours"')[1]
    assert "Often caused by" in foot
    assert '<a href="/errors/ssh/before/">What came before</a>' in foot
    assert "Often followed by" in foot
    assert '<a href="/errors/ssh/after/">What comes after</a>' in foot
    assert "consequence of another error" in html_of()


def test_other_errors_of_the_tool_that_are_asked_for_are_named_once() -> None:
    a_published_page("ssh/asked", title="Much asked", signatures=SOMETHING)
    a_published_page("ssh/after", title="What comes after", signatures=SOMETHING)
    a_published_page(leads_to=("ssh/after",))
    Listing.objects.update(asked=5)
    ContentEpoch.objects.bump()
    foot = html_of().split('id="neighbours"')[1]
    assert foot.count("Much asked") == 1
    assert foot.count("What comes after") == 1


def test_many_look_alikes_and_sources_are_folded_but_for_the_first() -> None:
    related = tuple(doc.Related(page=f"ssh/other-{number}", tell=f"tell {number}") for number in range(7))
    sources = tuple(
        doc.Source(
            address=f"https://docs.example.invalid/{number}",
            kind=doc.SourceKind.DOCS,
            title="T",
            publisher="P",
            seen_on=TODAY,
        )
        for number in range(7)
    )
    evidence = (doc.Evidence(source=sources[0].address, supports="wrong-key", note="N"),)
    a_published_page(related=related, sources=sources, evidence=evidence)
    html = html_of()
    assert "3 more that look like it" in html
    assert "3 more sources" in html
    assert all(f'id="source-{number}"' in html for number in range(1, 8))
