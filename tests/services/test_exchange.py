"""Pages go out as an archive and come in as drafts, after somebody has seen what would change."""

from __future__ import annotations

import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from pytest_django import Settings

from kb.content import document as doc
from kb.content.archives import Archive, Kind, read_archive
from kb.content.files import files_of
from kb.content.tools import write_tools
from kb.models import EvidenceState, Page, Revision, RevisionState, Sample, Tool, User
from kb.services import drafting, exchange, page_files, roles
from kb.services.exchange import Change, Plan
from tests import builders

pytestmark = pytest.mark.django_db

NONE: Mapping[str, bytes] = MappingProxyType({})
SLUG = "ssh/permission-denied-publickey"


def archive_of(*folders: doc.PageFolder, more: Mapping[str, bytes] = NONE) -> Archive:
    entries = [builders.a_tool_entry(slug) for slug in {folder.tool for folder in folders}]
    files = {folder.full_slug: {**files_of(folder), **more} for folder in folders}
    return Archive(files, write_tools(entries))


def a_reviewer(username: str = "rita") -> User:
    return User.objects.filter(username=username).first() or builders.a_curator(username, roles.REVIEWER)


def changes(plan: Plan) -> dict[str, str]:
    return {page.slug: page.change.value for page in plan.pages}


def notes_of(plan: Plan, slug: str = SLUG) -> str:
    return "\n".join(next(page.notes for page in plan.pages if page.slug == slug))


def taken(archive: Archive, actor: User | None = None, **how: Any) -> Plan:
    return exchange.carry_out(exchange.plan(archive), actor or a_reviewer(), **how)


# --- both ways --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_what_goes_out_comes_in_unchanged(kind: Kind) -> None:
    builders.a_loaded_page(builders.a_reproduced_folder())
    builders.a_published_page("git/other", related=(doc.Related(page=SLUG, tell="x"),), aliases=("git/old",))
    archive = read_archive(io.BytesIO(b"".join(exchange.export(kind))))
    assert set(changes(exchange.plan(archive)).values()) == {"unchanged"}
    one = read_archive(io.BytesIO(b"".join(exchange.export(kind, [SLUG]))))
    assert list(one.folders) == [SLUG]


def test_a_page_that_is_not_public_cannot_be_named_for_export() -> None:
    builders.an_empty_page()
    with pytest.raises(page_files.UnknownPagesError):
        b"".join(exchange.export(Kind.ZIP, [SLUG]))


# --- the dry run ------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_change_and_writes_nothing() -> None:
    builders.a_published_page()
    builders.a_published_page("ssh/same")
    before = Revision.objects.count(), Page.objects.count(), Tool.objects.count()
    changed = builders.a_folder(SLUG, title="Another title", sources=(builders.a_source(title="Manual 2"),))
    same = page_files.folder_of(Page.objects.get(slug="same"))
    broken = builders.a_folder("car/broken")
    archive = archive_of(changed, same, builders.a_folder("car/new"))
    archive.folders["car/broken"] = {**files_of(broken), "page.yaml": b"title: &a x\nsummary: *a\n"}  # type: ignore[index]
    plan = exchange.plan(archive)
    assert changes(plan) == {"car/broken": "refused", "car/new": "created", SLUG: "updated", "ssh/same": "unchanged"}
    updated = next(page for page in plan.pages if page.slug == SLUG)
    told = {(it.part, it.field): it.after for it in updated.differences}
    assert told["", "title"] == "Another title"
    assert "Manual 2" in told["Source", builders.MANUAL]
    assert "alias" in notes_of(plan, "car/broken")
    assert [tool.slug for tool in plan.new_tools] == ["car"]
    assert before == (Revision.objects.count(), Page.objects.count(), Tool.objects.count())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"evil.exe": b"MZ"}, "evil.exe:1 does not belong into a page folder"),
        ({"inner/page.yaml": b""}, "does not belong into a page folder"),
        ({"hit-x.log": b"x"}, "hit-x.log"),
        ({"near-password.log": b"\xff"}, "is not UTF-8"),
        ({"near-password.log": b"a\0b"}, "NUL"),
        ({"near-password.log": b"x" * 1_100_000}, "larger than 1024 KiB"),
        ({"page.yaml": b"a: &a [x,x]\nb: &b [*a,*a]\n"}, "alias"),
        ({"page.yaml": b"[" * 100_000}, "nested more than 12"),
        ({f"hit-{number}.log": b"" for number in range(300)}, "more than 200"),
    ],
)
def test_a_page_with_a_fault_is_refused_with_words(more: dict[str, bytes], words: str) -> None:
    plan = exchange.plan(archive_of(builders.a_folder(), more=more))
    assert changes(plan) == {SLUG: "refused"}
    assert words in notes_of(plan)
    assert not exchange.carry_out(plan, a_reviewer()).changing
    assert not Page.objects.exists()


def test_what_only_the_database_knows_against_a_page_is_said_too() -> None:
    builders.a_published_page("ssh/owner", aliases=("ssh/old",))
    alias = builders.a_folder("ssh/new", aliases=("ssh/old",))
    stray = builders.a_folder("boat/x")
    plan = exchange.plan(Archive(archive_of(alias, stray).folders))
    assert changes(plan) == {"boat/x": "refused", "ssh/new": "refused"}
    assert "belongs to ssh/owner" in notes_of(plan, "ssh/new")
    assert "there is no tool boat" in notes_of(plan, "boat/x")


def test_a_reference_that_leads_nowhere_yet_is_told_and_keeps_a_page_from_being_published_only() -> None:
    first = builders.a_folder("ssh/a", related=(doc.Related(page="ssh/b", tell="b"),))
    second = builders.a_folder("ssh/b", related=(doc.Related(page="ssh/c", tell="c"),))
    plan = exchange.plan(archive_of(first, second))
    assert (notes_of(plan, "ssh/a"), changes(plan)) == ("", {"ssh/a": "created", "ssh/b": "created"})
    assert "there is no page `ssh/c`" in notes_of(plan, "ssh/b")
    plan = exchange.carry_out(plan, a_reviewer(), publish=True)
    assert changes(plan) == {"ssh/a": "drafted", "ssh/b": "drafted"}
    assert "no public page `ssh/c`" in notes_of(plan, "ssh/b")


def test_scripts_are_left_out_and_named() -> None:
    plan = taken(archive_of(builders.a_folder(), more={"reproduce.sh": b"# needs: git\nrm -rf /\n"}))
    assert plan.left_out == (f"{SLUG}/reproduce.sh",)
    assert changes(plan) == {SLUG: "drafted"}
    assert not any("rm -rf" in sample.text for sample in Sample.objects.all())


# --- taking in --------------------------------------------------------------------------------------------------------


def test_an_imported_page_is_a_draft_of_whoever_imports_it_with_evidence_to_be_accepted() -> None:
    rita = a_reviewer()
    folder = builders.a_reproduced_folder("car/new", aliases=("car/old",))
    plan = taken(archive_of(folder), rita)
    draft = Revision.objects.get()
    assert (draft.state, draft.author, draft.page.is_published) == (RevisionState.DRAFT, rita, False)
    assert [page.draft for page in plan.pages] == [draft]
    assert {row.state for row in draft.page.evidence.all()} == {EvidenceState.PROPOSED}
    assert draft.page.samples.count() == 2
    assert draft.page.aliases.get().address == "car/old"
    assert page_files.folder_of(draft.page, draft).reproduction == folder.reproduction
    assert Tool.objects.get().name == "SSH"
    assert LogEntry.objects.filter(change_message__contains="Imported").count() == 3


def test_a_draft_in_which_nothing_whole_was_written_yet_does_not_hinder_an_import() -> None:
    folder, reviewer = builders.a_folder(), a_reviewer()
    drafting.start_page(builders.a_tool(folder.tool), folder.slug, reviewer)
    assert changes(taken(archive_of(folder), reviewer)) == {folder.full_slug: "drafted"}


def test_a_public_page_stays_as_it_is_and_the_archive_s_text_becomes_a_draft() -> None:
    page = builders.a_published_page()
    before = page_files.folder_of(page)
    note = doc.SampleNote(file="hit-other.log", origin=doc.Origin.REPORTED, note="x")
    folder = builders.a_folder(SLUG, title="Other", samples=(*builders.a_doc().samples, note))
    taken(archive_of(folder))
    page.refresh_from_db()
    now = page_files.folder_of(page)
    assert now.doc.title == before.doc.title
    assert {sample.file for sample in now.samples} - {sample.file for sample in before.samples} == {"hit-other.log"}
    draft = Revision.objects.drafts().get()
    assert (drafting.content_of(draft).title, draft.based_on) == ("Other", page.live_revision)


def test_importing_the_same_again_makes_no_second_draft() -> None:
    archive = archive_of(builders.a_folder("car/new"))
    taken(archive)
    again = taken(archive)
    assert changes(again) == {"car/new": "unchanged"}
    assert "says so already" in notes_of(again, "car/new")
    assert Revision.objects.count() == 1


def test_a_page_that_passes_is_published_where_that_is_wanted() -> None:
    builders.a_published_page("ssh/old-title")
    folder = builders.a_folder("car/flux", signatures=(builders.a_signature("flux capacitor ran dry"),))
    folder = folder.model_copy(update={"samples": _samples(folder, "flux capacitor ran dry")})
    plan = taken(archive_of(folder), publish=True)
    assert (changes(plan), notes_of(plan, "car/flux")) == ({"car/flux": "created"}, "")
    page = Page.objects.select_related("live_revision").get(slug="flux")
    assert page.live_revision
    assert page.live_revision.reviewer == page.live_revision.author
    assert page_files.folder_of(page).doc.evidence == folder.doc.evidence


def _samples(folder: doc.PageFolder, hit: str) -> tuple[doc.Sample, ...]:
    return tuple(doc.Sample(file=it.file, text=hit if it.is_hit else "quiet") for it in folder.samples)


def test_a_page_that_fails_the_gate_is_a_draft_and_the_reasons_are_told() -> None:
    folder = builders.a_folder("car/flux", signatures=(builders.a_signature("flux capacitor ran dry"),))
    plan = taken(archive_of(folder), publish=True)  # its hit says something else
    assert changes(plan) == {"car/flux": "drafted"}
    assert "It was not published" in notes_of(plan, "car/flux")
    assert "hit-clone.log" in notes_of(plan, "car/flux")
    assert not Page.objects.published().exists()


def test_where_reviews_are_required_an_import_is_a_draft(settings: Settings) -> None:
    settings.REVIEW = "required"
    plan = taken(archive_of(builders.a_folder()), publish=True)
    assert changes(plan) == {SLUG: Change.DRAFTED}
    assert "somebody else must read it first" in notes_of(plan)


def test_a_tool_that_is_there_keeps_its_name() -> None:
    builders.a_tool("ssh", "Secure Shell")
    taken(archive_of(builders.a_folder()))
    assert Tool.objects.get().name == "Secure Shell"


def test_who_may_not_publish_imports_nothing_and_nobody_too_much_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archive_of(builders.a_folder("ssh/a"), builders.a_folder("ssh/b"))
    with pytest.raises(exchange.ImportRefusedError, match="may publish"):
        taken(archive, builders.a_curator())
    monkeypatch.setattr(exchange, "MOST_AT_ONCE", 1)
    with pytest.raises(exchange.ImportRefusedError, match="load_pages takes any number"):
        taken(archive)
    assert not Page.objects.exists()


@pytest.mark.parametrize("tools", [b"- slug: &x car\n", b"\xff", b"a: 1\n"])
def test_a_list_of_tools_that_cannot_be_read_is_told(tools: bytes) -> None:
    archive = archive_of(builders.a_folder("car/x"))
    plan = exchange.plan(Archive(archive.folders, tools))
    assert plan.notes[0].startswith("tools.yaml:1")
    assert changes(plan) == {"car/x": "refused"}
