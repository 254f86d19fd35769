"""The evidence desk over HTTP: who may do what, bad input beside its field, queries that do not grow with the rows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kb.content import document as doc
from kb.jobs import CHECK_SOURCE
from kb.models import Citation, Evidence, EvidenceState, Job, Page, Source, SourceAlias, SourceState
from kb.services import evidence as deeds
from kb.services import page_files
from kb.services.roles import AUTHOR, REVIEWER
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "ssh/permission-denied-publickey"
ARTICLE = "https://blog.example.invalid/keys"
LIST = "/admin/desk/evidence/"
DUE = "/admin/desk/due/"
ON_PAGE = f"/admin/desk/pages/{SLUG}/evidence"
PROPOSAL = {
    "supports": "wrong-key",
    "address": ARTICLE,
    "note": "It says so.",
    "kind": "article",
    "title": "Keys",
    "publisher": "A blog",
}


def desk(role: str = REVIEWER) -> Client:
    client = Client()
    client.force_login(builders.a_curator(f"the-{role}", role))
    return client


def html(answer: Any) -> str:
    assert isinstance(answer, HttpResponse)
    return " ".join(answer.content.decode().split())


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html(answer)).split())


def propose(page: Page, address: str = ARTICLE) -> Evidence:
    cited = builders.a_source(address, kind=doc.SourceKind.ARTICLE)
    return deeds.propose(page, builders.a_user(), cited, "wrong-key", "It says so.")


def at(source: Source) -> str:
    return reverse("admin:desk-source", args=(source.pk,))


# --- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [LIST, DUE, ON_PAGE])
def test_a_stranger_is_asked_to_log_in(client: Client, address: str) -> None:
    builders.a_published_page(SLUG)
    answer = client.get(address)
    assert answer.status_code == 302
    assert "/admin/login/" in answer.headers["Location"]


@pytest.mark.parametrize("address", [LIST, DUE, ON_PAGE])
def test_an_author_may_look(address: str) -> None:
    builders.a_published_page(SLUG)
    assert desk(AUTHOR).get(address).status_code == 200


def test_an_author_proposes_and_neither_accepts_nor_checks_nor_merges() -> None:
    page = builders.a_published_page(SLUG)
    author = desk(AUTHOR)
    assert author.post(ON_PAGE, PROPOSAL | {"add": "proposed"}).status_code == 302
    piece = Evidence.objects.get(source__address=ARTICLE)
    assert (piece.page, piece.state, piece.author) == (page, EvidenceState.PROPOSED, "the-author")
    ticked = {"evidence": [piece.pk], "source": [piece.source_id]}
    for deed in ("accept", "withdraw", "check"):
        assert author.post(LIST, ticked | {"deed": deed, "reason": "x"}).status_code == 403
    assert author.post(ON_PAGE, PROPOSAL | {"add": "accepted"}).status_code == 403
    for change in ("check", "text", "describe", "merge"):
        assert author.post(at(piece.source), {"change": change}).status_code == 403
    assert author.get(reverse("admin:desk-evidence-edit", args=(piece.pk,))).status_code == 403
    assert Evidence.objects.get(pk=piece.pk).state == EvidenceState.PROPOSED
    assert not Job.objects.filter(name=CHECK_SOURCE).exists()


# --- the list -------------------------------------------------------------------------------------------------------


@pytest.fixture
def some_sources() -> dict[str, Source]:
    """The manual supports two pages, the issue is gone, the article is only proposed, the idle one supports nothing."""
    page = builders.a_published_page(SLUG)
    cites = {"sources": (builders.a_source(), builders.a_source(builders.ISSUE, kind=doc.SourceKind.ISSUE))}
    builders.a_published_page(
        "git/other", evidence=(builders.some_evidence(), builders.some_evidence("page", builders.ISSUE)), **cites
    )
    builders.make_dead(builders.ISSUE)
    propose(page)
    builders.withdraw(propose(page, "https://idle.example.invalid/"))
    return {source.address: source for source in Source.objects.all()}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {builders.MANUAL, builders.ISSUE, ARTICLE, "https://idle.example.invalid/"}),
        ("state=dead", {builders.ISSUE}),
        ("state=gone", {builders.ISSUE}),
        ("state=unchecked", {builders.MANUAL, ARTICLE, "https://idle.example.invalid/"}),
        ("kind=issue", {builders.ISSUE}),
        ("tool=git", {builders.MANUAL, builders.ISSUE}),
        ("host=BLOG.example.invalid", {ARTICLE}),
        ("evidence=proposed", {ARTICLE}),
        ("idle=on", {"https://idle.example.invalid/"}),
        ("q=forge+issues", {builders.ISSUE}),
        ("q=the+MANUAL&tool=ssh", {builders.MANUAL, ARTICLE, "https://idle.example.invalid/"}),
        ("q=http%3A%2F%2Fformer.example.invalid%2F", {builders.MANUAL}),
        ("tool=git&state=dead&kind=docs", set()),
    ],
)
def test_the_list_is_narrowed(some_sources: dict[str, Source], query: str, found: set[str]) -> None:
    manual = some_sources[builders.MANUAL]
    SourceAlias.objects.create(address="http://former.example.invalid/", source=manual, since=builders.TODAY)
    rows = desk().get(f"{LIST}?{query}").context["rows"]
    assert {row.source.address for row in rows} == found


def test_what_cannot_be_read_narrows_nothing_and_says_so_beside_its_field(some_sources: dict[str, Source]) -> None:
    answer = desk().get(LIST, {"state": "rotten"})
    assert len(answer.context["rows"]) == len(some_sources)
    assert 'id="id_state_error"' in html(answer)


@pytest.mark.parametrize("address", [LIST, DUE])
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(address: str) -> None:
    client, taken = desk(), []
    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            source = f"https://docs.example.invalid/{number}"
            builders.a_published_page(
                f"ssh/p{number}",
                sources=(builders.a_source(source),),
                evidence=(builders.some_evidence(source=source),),
            )
            builders.make_dead(source)
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(address).context["rows"]) == numbers.stop
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_a_source_and_a_page_take_as_many_queries_for_much_evidence_as_for_little() -> None:
    page, client = builders.a_published_page(SLUG), desk()
    taken = []
    for more in (3, 27):
        for number in range(more):
            propose(page, f"https://blog.example.invalid/{Source.objects.count()}-{number}")
            propose(page, builders.MANUAL)
        counts = []
        for address in (ON_PAGE, at(Source.objects.get(address=builders.MANUAL))):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
        taken.append(counts)
    assert taken[0] == taken[1]


def test_ticked_sources_are_checked_again(some_sources: dict[str, Source]) -> None:
    chosen = [some_sources[builders.MANUAL].pk, some_sources[ARTICLE].pk]
    answer = desk().post(f"{LIST}?kind=docs", {"deed": "check", "source": chosen})
    assert answer.headers["Location"] == f"{LIST}?kind=docs"
    assert {job.arguments["source_id"] for job in Job.objects.filter(name=CHECK_SOURCE)} == set(chosen)


def test_ticked_evidence_is_accepted_and_withdrawn_with_a_reason(some_sources: dict[str, Source]) -> None:
    client, piece = desk(), Evidence.objects.get(source=some_sources[ARTICLE])
    client.post(LIST, {"deed": "accept", "evidence": [piece.pk]})
    assert Evidence.objects.get(pk=piece.pk).state == EvidenceState.ACCEPTED
    client.post(LIST, {"deed": "withdraw", "evidence": [piece.pk], "reason": "About another tool."})
    now = Evidence.objects.get(pk=piece.pk)
    assert (now.state, now.reason) == (EvidenceState.WITHDRAWN, "About another tool.")
    assert now.history.first().history_user.username == "the-reviewer"


@pytest.mark.parametrize("reason", ["", "   ", "turned \u202e round"])
def test_without_a_sound_reason_nothing_is_withdrawn_and_the_ticks_stay(
    some_sources: dict[str, Source], reason: str
) -> None:
    piece = Evidence.objects.get(source=some_sources[ARTICLE])
    answer = desk().post(LIST, {"deed": "withdraw", "evidence": [piece.pk], "reason": reason})
    assert answer.status_code == 400
    assert 'id="id_reason_error"' in html(answer)
    assert f'name="evidence" value="{piece.pk}" checked' in html(answer)
    assert Evidence.objects.get(pk=piece.pk).state == EvidenceState.PROPOSED


@pytest.mark.parametrize(
    "posted", [{"deed": "accept"}, {"deed": "check"}, {"deed": "accept", "evidence": ["x"]}, {"deed": "burn"}]
)
def test_a_deed_without_anything_ticked_is_told_so(some_sources: dict[str, Source], posted: dict[str, Any]) -> None:
    answer = desk().post(LIST, posted)
    assert answer.status_code == 400
    assert answer.context["chosen"].errors


def test_what_is_no_longer_there_is_told_so(some_sources: dict[str, Source]) -> None:
    answer = desk().post(LIST, {"deed": "accept", "evidence": [10**6]})
    assert answer.status_code == 400
    assert "1000000 is not one of the available choices" in html(answer)


@pytest.mark.parametrize("named", [SLUG, f"/errors/{SLUG}/"])
def test_the_list_leads_to_the_page_that_is_named(named: str) -> None:
    builders.a_published_page(SLUG)
    assert desk().get(LIST, {"to": named}).headers["Location"] == ON_PAGE


@pytest.mark.parametrize("named", ["", "no/such", "x" * 300, "<b>"])
def test_a_page_that_is_not_there_is_told_beside_its_field(named: str) -> None:
    answer = desk().get(LIST, {"to": named})
    assert answer.status_code == 200
    assert 'id="id_to_error"' in html(answer)


def test_a_screen_that_took_nothing_says_so_at_its_top(some_sources: dict[str, Source]) -> None:
    client, source = desk(), at(some_sources[builders.MANUAL])
    stopped = 'Nothing was changed. <a href="#{}">'
    for address, posted, place in (
        (LIST, {"deed": "accept"}, "ticked"),
        (source, {"deed": "accept"}, "ticked"),
        (source, {"change": "describe"}, "describe"),
        (source, {"change": "merge"}, "merge"),
        (ON_PAGE, {"deed": "accept"}, "ticked"),
        (ON_PAGE, {"add": "proposed"}, "add"),
    ):
        assert "Nothing was changed." not in html(client.get(address))
        told = html(client.post(address, posted))
        assert told.count("Nothing was changed.") == 1
        assert stopped.format(place) in told
        assert f'id="{place}"' in told


# --- one source -----------------------------------------------------------------------------------------------------


def test_a_source_shows_what_it_supports_and_its_history(some_sources: dict[str, Source]) -> None:
    client = desk()
    told = html(client.get(at(some_sources[builders.MANUAL])))
    assert "cause: The server does not know the key" in told
    assert SLUG in told
    assert "git/other" in told
    assert "Evidence for wrong-key added" in told


def test_describing_a_source_changes_what_pages_say_of_it(some_sources: dict[str, Source]) -> None:
    source, client = some_sources[builders.MANUAL], desk()
    described = {"kind": "docs", "title": "The new manual", "publisher": "The makers", "seen_on": "2026-11-21"}
    posted = {f"described-{name}": value for name, value in described.items()} | {"change": "describe"}
    assert client.post(at(source), posted).status_code == 302
    assert {citation.title for citation in Citation.objects.filter(source=source)} == {"The new manual"}
    told = text(client.get(at(source)))
    assert "the-reviewer The source changed" in told
    assert "The manual → The new manual" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", ""), ("title", "a\u202eb"), ("kind", "rumour"), ("seen_on", "soon"), ("published", "x")],
)
def test_a_bad_description_is_told_beside_its_field_and_nothing_typed_is_lost(
    some_sources: dict[str, Source], name: str, value: str
) -> None:
    source = some_sources[builders.MANUAL]
    described = {"kind": "docs", "title": "Typed", "publisher": "Typed too", "seen_on": "2026-11-21", name: value}
    answer = desk().post(
        at(source), {f"described-{field}": told for field, told in described.items()} | {"change": "describe"}
    )
    assert answer.status_code == 400
    assert f'id="id_described-{name}_error"' in html(answer)
    assert 'value="Typed too"' in html(answer)
    assert Source.objects.get(pk=source.pk).title == "The manual"


@pytest.mark.parametrize("keep", ["this", "other"])
@pytest.mark.parametrize("other", [ARTICLE, "https://new.example.invalid/manual"])
def test_two_addresses_are_merged(some_sources: dict[str, Source], keep: str, other: str) -> None:
    source = some_sources[builders.MANUAL]
    answer = desk().post(at(source), {"merged-address": other, "merged-keep": keep, "change": "merge"})
    kept, former = (builders.MANUAL, other) if keep == "this" else (other, builders.MANUAL)
    assert answer.headers["Location"] == at(Source.objects.get(address=kept))
    assert SourceAlias.objects.get().address == former
    assert not Source.objects.filter(address=former).exists()


@pytest.mark.parametrize(
    "other", ["", builders.MANUAL, "javascript:alert(1)", "no address", "https://u:p@example.invalid/"]
)
def test_a_bad_other_address_is_told_beside_its_field(some_sources: dict[str, Source], other: str) -> None:
    source = some_sources[builders.MANUAL]
    answer = desk().post(at(source), {"merged-address": other, "merged-keep": "this", "change": "merge"})
    assert answer.status_code == 400
    assert 'id="id_merged-address_error"' in html(answer)
    assert not SourceAlias.objects.exists()


def test_a_merge_of_contrary_evidence_is_refused_in_words(some_sources: dict[str, Source]) -> None:
    piece = Evidence.objects.get(source=some_sources[ARTICLE])
    builders.withdraw(piece)
    source = some_sources[builders.MANUAL]
    answer = desk().post(at(source), {"merged-address": ARTICLE, "merged-keep": "this", "change": "merge"})
    assert f"{SLUG}: the evidence for `wrong-key` is accepted from one of the two addresses" in html(answer)


def test_a_source_is_checked_again_and_its_text_accepted(some_sources: dict[str, Source]) -> None:
    source, client = some_sources[builders.MANUAL], desk()
    client.post(at(source), {"change": "check"})
    assert Job.objects.get(name=CHECK_SOURCE).arguments == {"source_id": source.pk}
    builders.make_dead(state=SourceState.CHANGED)
    client.post(at(source), {"change": "text"})
    assert Source.objects.get(pk=source.pk).state == SourceState.ALIVE


# --- the evidence of a page -----------------------------------------------------------------------------------------


def test_a_page_shows_its_evidence_part_by_part(some_sources: dict[str, Source]) -> None:
    builders.make_dead()
    answer = desk().get(ON_PAGE)
    titles = [group.title for group in answer.context["groups"]]
    assert titles == ["The page as a whole", "Causes", "Fixes", "Signatures"]
    assert "no evidence for it stands" in html(answer)
    assert "Due for review:" in html(answer)


def test_evidence_can_be_given_for_a_part_that_only_a_draft_has() -> None:
    page = builders.an_empty_page(SLUG)
    builders.a_draft(page, causes=(doc.Cause(key="new-cause", title="A new cause"),))
    client = desk()
    assert "A new cause" in html(client.get(ON_PAGE))
    client.post(ON_PAGE, PROPOSAL | {"supports": "new-cause", "add": "accepted"})
    assert [(piece.supports, piece.state) for piece in page.evidence.all()] == [("new-cause", "accepted")]


def test_a_known_address_asks_for_nothing_more() -> None:
    builders.a_published_page(SLUG)
    told = {"supports": "page", "address": f" {builders.MANUAL} ", "note": "More.", "add": "proposed"}
    assert desk().post(ON_PAGE, told).status_code == 302
    assert Source.objects.count() == 1
    assert Evidence.objects.get(supports="page").source.address == builders.MANUAL


def test_an_own_observation_needs_no_address_and_survives_page_files() -> None:
    page = builders.a_published_page(SLUG)
    told = PROPOSAL | {
        "address": "",
        "kind": "observation",
        "title": "Our runner's log, née Ω",
        "seen_on": "2026-11-19",
    }
    client = desk()
    for _ in range(2):
        assert client.post(ON_PAGE, told | {"add": "accepted"}).status_code == 302
    seen = [source.address for source in page_files.folder_of(page).doc.sources[1:]]
    assert seen == ["observation:2026-11-19-our-runners-log-nee", "observation:2026-11-19-our-runners-log-nee-2"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "javascript:alert(1)"}, "address"),
        ({"address": "data:text/html,<script>"}, "address"),
        ({"address": "file:///etc/passwd"}, "address"),
        ({"address": "https://user:secret@example.invalid/"}, "address"),
        ({"address": "https://example.invalid/ x"}, "address"),
        ({"address": "https://example.invalid/" + "x" * 2000}, "address"),
        ({"address": ""}, "address"),
        ({"address": "observation:mine"}, "address"),
        ({"kind": ""}, "kind"),
        ({"kind": "rumour"}, "kind"),
        ({"title": ""}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"publisher": ""}, "publisher"),
        ({"published": "2026-13-01"}, "published"),
        ({"seen_on": "yesterday"}, "seen_on"),
        ({"note": ""}, "note"),
        ({"note": "a\u2066b"}, "note"),
        ({"supports": "no-such-part"}, "supports"),
    ],
)
def test_bad_evidence_is_told_beside_its_field_and_nothing_typed_is_lost(changes: dict[str, str], field: str) -> None:
    builders.a_published_page(SLUG)
    typed = PROPOSAL | {"note": "What I typed.", "title": "A typed title"} | changes
    answer = desk().post(ON_PAGE, typed | {"add": "proposed"})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert f'id="id_{field}_error"' in html(answer)
    assert ("What I typed." in html(answer)) == ("note" not in changes)
    assert Evidence.objects.count() == 1
    assert Source.objects.count() == 1


def test_hostile_words_are_shown_as_words() -> None:
    builders.a_published_page(SLUG)
    hostile = "<img src=x onerror=alert(1)>"
    client = desk()
    client.post(ON_PAGE, PROPOSAL | {"note": hostile, "title": hostile, "publisher": hostile, "add": "accepted"})
    piece = Evidence.objects.get(source__address=ARTICLE)
    client.post(ON_PAGE, {"deed": "withdraw", "evidence": [piece.pk], "reason": hostile})
    assert Evidence.objects.get(pk=piece.pk).reason == hostile
    for address in (ON_PAGE, LIST, at(piece.source), reverse("admin:desk-evidence-edit", args=(piece.pk,))):
        assert "<img src=x" not in html(client.get(address))
        assert "&lt;img src=x" in html(client.get(address))


def test_evidence_is_edited_and_the_change_is_remembered() -> None:
    builders.a_published_page(SLUG)
    piece, client = Evidence.objects.get(), desk()
    address = reverse("admin:desk-evidence-edit", args=(piece.pk,))
    assert "The manual says so." in html(client.get(address))
    assert client.post(address, {"supports": "wrong-key", "note": ""}).status_code == 400
    assert client.post(address, {"supports": "add-key", "note": "Better said."}).status_code == 302
    told = text(client.get(ON_PAGE))
    assert "The manual says so. → Better said." in told
    assert "the-reviewer Evidence for add-key changed" in told


def test_no_page_no_source_no_evidence_is_a_404() -> None:
    client = desk()
    for address in ("/admin/desk/pages/ssh/none/evidence", "/admin/desk/sources/99/", "/admin/desk/evidence/99/"):
        assert client.get(address).status_code == 404


# --- what is due ----------------------------------------------------------------------------------------------------


def test_what_is_due_stands_there_with_its_reasons(some_sources: dict[str, Source]) -> None:
    answer = desk().get(DUE)
    assert [(page.full_slug, [rule.code for rule in fresh.reasons]) for page, fresh in answer.context["rows"]] == [
        ("git/other", ["source-dead"])
    ]
    assert "a source is gone, or has changed since it was cited" in html(answer)
    assert not desk_rows({"rule": "unverified"})
    assert not desk_rows({"tool": "ssh"})
    assert desk_rows({"tool": "git", "rule": "source-dead"})


def desk_rows(query: dict[str, str]) -> Any:
    client = Client()
    client.force_login(builders.a_user("the-reviewer"))
    return client.get(DUE, query).context["rows"]
