"""Files go into the database and come out of it unchanged, and never over what was edited here."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.content import document as doc
from kb.content.files import read_tree, write_folder
from kb.models import (
    ContentEpoch,
    Evidence,
    EvidenceState,
    Page,
    Reproduction,
    Revision,
    Sample,
    Source,
    Tool,
)
from kb.queries import provenance
from kb.services import page_files, sources
from kb.services.page_files import LoadRefusedError, Outcome
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "ssh/permission-denied-publickey"


def load(*folders: doc.PageFolder) -> list[Outcome]:
    """What became of each folder."""
    report = page_files.load(folders, [builders.a_tool_entry(tool) for tool in sorted({it.tool for it in folders})])
    return [loaded.outcome for loaded in report.loaded]


def live_title(slug: str = SLUG) -> str:
    page = Page.objects.select_related("live_revision").at(slug).get()
    assert page.live_revision
    return page.live_revision.title


def refusal(*folders: doc.PageFolder) -> str:
    with pytest.raises(LoadRefusedError) as refused:
        load(*folders)
    return str(refused.value)


def bytes_under(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# --- there and back ---------------------------------------------------------------------------------------------------


def test_a_page_that_uses_every_field_comes_back_as_it_went_in() -> None:
    folder = builders.folder_of(SLUG, builders.a_full_doc())
    load(folder)
    assert page_files.folder_of(Page.objects.get()) == folder


def test_the_full_document_of_these_tests_leaves_no_field_empty() -> None:
    full = builders.a_full_doc()
    assert [name for name in doc.PageDoc.model_fields if not getattr(full, name)] == []


def test_files_loaded_and_dumped_are_the_same_bytes(tmp_path: Path) -> None:
    full = builders.folder_of("ssh/full", builders.a_full_doc(related=(), leads_to=()))
    full = full.model_copy(update={"doc": full.doc.model_copy(update={"signatures": full.doc.signatures[:1]})})
    for folder in (full, builders.a_folder("git/small")):
        write_folder(folder, tmp_path / "in")
    load(*read_tree(tmp_path / "in"))
    assert page_files.dump(tmp_path / "out") == 2
    assert bytes_under(tmp_path / "out") == bytes_under(tmp_path / "in")
    assert any(name.endswith("fix-add-key.md") for name in bytes_under(tmp_path / "out"))


@pytest.mark.parametrize(
    "text", ["a\r\nb\rc\n\n", "no newline", "\n", "", "\x0c\u2028\x85 \t \n", "\x1b[31mred\x1b[0m"]
)
def test_a_sample_is_kept_to_the_last_character(text: str) -> None:
    folder = builders.a_folder()
    samples = tuple(sample.model_copy(update={"text": text}) for sample in folder.samples)
    folder = folder.model_copy(update={"samples": samples})
    load(folder)
    assert page_files.folder_of(Page.objects.get()).samples == samples


def test_the_record_of_a_run_comes_back_as_it_went_in(tmp_path: Path) -> None:
    folder = builders.a_reproduced_folder()
    write_folder(folder, tmp_path / "in")
    load(*read_tree(tmp_path / "in"))

    assert page_files.folder_of(Page.objects.get()) == folder
    page_files.dump(tmp_path / "out")
    assert bytes_under(tmp_path / "out") == bytes_under(tmp_path / "in")


def test_only_the_named_pages_are_dumped(tmp_path: Path) -> None:
    load(builders.a_folder("ssh/one"), builders.a_folder("ssh/two"))
    page_files.dump(tmp_path, ["ssh/two"])
    assert [path.name for path in (tmp_path / "ssh").iterdir()] == ["two"]


def test_dumping_a_page_that_is_not_published_is_refused_by_name(tmp_path: Path) -> None:
    builders.an_empty_page("ssh/empty")
    with pytest.raises(page_files.UnknownPagesError, match=r"git/unheard-of, ssh/empty"):
        page_files.dump(tmp_path, ["ssh/empty", "git/unheard-of"])
    assert not list(tmp_path.iterdir())


def test_any_revision_of_a_page_can_be_had_as_a_folder() -> None:
    page = builders.a_published_page()
    draft = builders.a_draft(page, title="Coming")
    assert page_files.folder_of(page, draft).doc.title == "Coming"
    assert page_files.folder_of(page).doc.title != "Coming"


def test_a_page_without_a_published_revision_is_no_folder() -> None:
    with pytest.raises(ValueError, match="no published revision"):
        page_files.folder_of(builders.an_empty_page())


# --- loading again ----------------------------------------------------------------------------------------------------


def test_a_folder_that_did_not_change_is_not_loaded_again() -> None:
    assert load(builders.a_folder()) == [Outcome.CREATED]
    epoch = ContentEpoch.objects.current()
    assert load(builders.a_folder()) == [Outcome.UNCHANGED]
    assert Revision.objects.count() == 1
    assert ContentEpoch.objects.current() == epoch


def test_a_changed_folder_is_published_when_nobody_edited_the_page() -> None:
    load(builders.a_folder())
    assert load(builders.a_folder(title="Second")) == [Outcome.UPDATED]
    assert load(builders.a_folder(title="Third")) == [Outcome.UPDATED]
    assert live_title() == "Third"
    assert Revision.objects.count() == 3


def test_a_changed_sample_alone_is_a_change() -> None:
    folder = builders.a_folder()
    load(folder)
    hit = folder.samples[0].model_copy(update={"text": "another"})
    assert load(folder.model_copy(update={"samples": (hit, *folder.samples[1:])})) == [Outcome.UPDATED]
    assert Sample.objects.hits().get().text == "another"


def test_loading_never_overwrites_what_a_curator_published() -> None:
    builders.an_edited_page(SLUG, title="Edited")
    assert load(builders.a_folder(SLUG, title="From files")) == [Outcome.DRAFTED]
    assert live_title() == "Edited"
    assert Revision.objects.drafts().get().title == "From files"


def test_a_filed_draft_is_filed_once() -> None:
    builders.an_edited_page(SLUG)
    changed = builders.a_folder(SLUG, title="From files")
    assert load(changed) == [Outcome.DRAFTED]
    assert load(changed) == [Outcome.UNCHANGED]
    assert Revision.objects.drafts().count() == 1


def test_an_unchanged_folder_leaves_an_edited_page_alone() -> None:
    builders.an_edited_page(SLUG, title="Edited")
    assert load(builders.a_folder(SLUG)) == [Outcome.UNCHANGED]
    assert live_title() == "Edited"
    assert not Revision.objects.drafts().exists()


def test_loading_never_overwrites_what_a_curator_decided_on_evidence() -> None:
    proofs = (builders.some_evidence(), builders.some_evidence("page"))
    builders.a_published_page(SLUG, evidence=proofs)
    builders.withdraw(Evidence.objects.get(supports="page"))
    assert load(builders.a_folder(SLUG, evidence=proofs, title="From files")) == [Outcome.DRAFTED]
    assert Evidence.objects.get(supports="page").state == EvidenceState.WITHDRAWN.value


def test_a_curators_draft_does_not_hinder_loading() -> None:
    draft = builders.a_draft(builders.a_published_page(SLUG), title="In work")
    assert load(builders.a_folder(SLUG, title="From files")) == [Outcome.UPDATED]
    assert Revision.objects.drafts().get() == draft


def test_a_page_that_a_curator_began_is_left_alone() -> None:
    draft = builders.a_draft(builders.an_empty_page(SLUG), title="In work")
    assert load(builders.a_folder(SLUG, title="From files")) == [Outcome.DRAFTED]
    assert not Page.objects.published().exists()
    assert {revision.title for revision in Revision.objects.drafts()} == {draft.title, "From files"}


def test_files_dumped_after_an_edit_take_the_lead_again(tmp_path: Path) -> None:
    builders.an_edited_page(SLUG, title="Edited")
    page_files.dump(tmp_path)
    (dumped,) = read_tree(tmp_path)
    assert load(dumped) == [Outcome.UNCHANGED]
    assert not Revision.objects.drafts().exists()
    assert load(builders.a_folder(SLUG, title="From files")) == [Outcome.UPDATED]
    assert live_title() == "From files"


def test_a_page_whose_folder_is_gone_stays() -> None:
    load(builders.a_folder("ssh/one"), builders.a_folder("ssh/two"))
    load(builders.a_folder("ssh/two"))
    assert Page.objects.published().count() == 2


def test_an_alias_can_move_from_one_page_to_another() -> None:
    load(builders.a_folder("ssh/one", aliases=("ssh/old",)), builders.a_folder("ssh/two"))
    load(builders.a_folder("ssh/two", aliases=("ssh/old",)), builders.a_folder("ssh/one"))
    assert [alias.address for alias in Page.objects.at("ssh/two").get().aliases.all()] == ["ssh/old"]
    assert load(builders.a_folder("ssh/one")) == [Outcome.UNCHANGED]


def test_tools_become_what_the_list_says() -> None:
    builders.a_tool("ssh", name="Old name")
    builders.a_tool("unlisted")
    page_files.load([], [builders.a_tool_entry("ssh", name="OpenSSH", home="https://ssh.example.invalid/")])
    tool = Tool.objects.get(slug="ssh")
    assert (tool.name, tool.home) == ("OpenSSH", "https://ssh.example.invalid/")
    assert Tool.objects.count() == 2


# --- what is refused --------------------------------------------------------------------------------------------------


def test_one_bad_folder_stops_all_of_them() -> None:
    bad = builders.a_folder("ssh/bad", evidence=())
    assert "ssh/bad: the cause wrong-key has no accepted evidence" in refusal(builders.a_folder("ssh/good"), bad)
    assert not Page.objects.exists()
    assert not Tool.objects.exists()


def test_all_that_is_wrong_is_said_at_once() -> None:
    twice = builders.a_folder("ssh/twice")
    said = refusal(
        twice,
        twice,
        builders.a_folder("ssh/alias", aliases=("ssh/shared",)),
        builders.a_folder("ssh/alias-too", aliases=("ssh/shared",)),
        builders.a_folder("ssh/unsourced", sources=()),
        builders.a_folder("ssh/sampled").model_copy(update={"samples": ()}),
    )
    assert "ssh/twice: stands here 2 times" in said
    assert "ssh/alias-too: the alias ssh/shared belongs to ssh/alias" in said
    assert f"ssh/unsourced: evidence names {builders.MANUAL}" in said
    assert "ssh/sampled: hit-clone.log needs one file and one note" in said
    assert len(said.splitlines()) == 5


def test_a_page_of_an_unknown_tool_is_refused() -> None:
    with pytest.raises(LoadRefusedError, match=r"there is no tool ssh; add it to tools\.yaml"):
        page_files.load([builders.a_folder()])


def test_an_alias_that_is_the_address_of_a_page_is_refused() -> None:
    builders.a_published_page("ssh/one")
    assert "the alias ssh/one is the address of a page" in refusal(builders.a_folder("ssh/two", aliases=("ssh/one",)))


def test_a_page_at_an_address_that_is_an_alias_is_refused() -> None:
    builders.a_published_page("ssh/one", aliases=("ssh/two",))
    assert "ssh/two: is an alias of ssh/one" in refusal(builders.a_folder("ssh/two"))


def test_an_alias_of_a_page_that_is_not_in_the_files_is_refused() -> None:
    builders.a_published_page("ssh/one", aliases=("ssh/old",))
    assert "the alias ssh/old belongs to ssh/one" in refusal(builders.a_folder("ssh/two", aliases=("ssh/old",)))


def test_a_reproduced_page_is_loaded_without_evidence() -> None:
    page = builders.a_published_page(SLUG)
    builders.a_reproduction(page)
    assert load(builders.a_folder(SLUG, evidence=())) == [Outcome.UPDATED]


def test_a_page_that_comes_with_the_record_of_its_run_is_loaded_without_evidence() -> None:
    assert load(builders.a_reproduced_folder(evidence=())) == [Outcome.CREATED]


def test_a_stale_record_does_not_stand_for_evidence_whatever_was_loaded_before() -> None:
    load(builders.a_reproduced_folder(evidence=()))
    changed = builders.a_reproduced_folder(is_stale=True, evidence=(), title="Better")

    assert "the cause wrong-key has no accepted evidence" in refusal(changed)


def test_a_new_record_alone_reaches_readers_without_a_new_revision() -> None:
    load(builders.a_folder())
    revisions, epoch = Revision.objects.count(), ContentEpoch.objects.current()

    assert load(builders.a_reproduced_folder()) == [Outcome.UPDATED]
    assert load(builders.a_reproduced_folder()) == [Outcome.UNCHANGED]

    assert Revision.objects.count() == revisions
    assert ContentEpoch.objects.current() > epoch
    assert provenance.reproduced(Page.objects.get()) == provenance.Reproduced(
        "git 2.39.5, ssh 9.2p1", builders.TODAY, fix_verified=True
    )


def test_a_page_keeps_one_record_and_says_nothing_of_a_stale_one() -> None:
    load(builders.a_reproduced_folder())

    assert load(builders.a_reproduced_folder(is_stale=True)) == [Outcome.UPDATED]

    assert Reproduction.objects.count() == 1
    assert provenance.reproduced(Page.objects.get()) is None


def test_a_page_that_was_edited_here_still_learns_of_a_run() -> None:
    builders.an_edited_page(SLUG)

    assert load(builders.a_reproduced_folder(title="From files")) == [Outcome.DRAFTED]

    assert provenance.reproduced(Page.objects.get()) is not None
    assert live_title() == "What the curator says"


def test_files_without_a_record_take_none_away() -> None:
    load(builders.a_reproduced_folder())

    assert load(builders.a_folder(title="Better")) == [Outcome.UPDATED]

    assert Reproduction.objects.count() == 1


def test_a_page_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(sources, "record_evidence", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        load(builders.a_folder())
    assert not Page.objects.exists()
    assert not Source.objects.exists()


# --- cost -------------------------------------------------------------------------------------------------------------


def queries_for(pages: int) -> int:
    have = Page.objects.count()
    load(*(builders.folder_of(f"ssh/page-{number}", builders.a_full_doc(aliases=())) for number in range(have, pages)))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert len(list(page_files.folders())) == pages
    return len(captured)


def test_reading_thirty_pages_takes_as_many_queries_as_reading_three() -> None:
    assert queries_for(3) == queries_for(30)


def test_loading_what_is_unchanged_takes_the_same_queries_for_thirty_pages_as_for_three() -> None:
    folders = [builders.a_reproduced_folder(f"ssh/page-{number}") for number in range(30)]
    load(*folders)
    taken = []
    for some in (folders[:3], folders):
        with CaptureQueriesContext(connection) as captured:
            page_files.load(some)
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_a_page_that_the_index_could_not_take_up_is_not_loaded() -> None:
    builders.a_tool("ssh")
    broken = builders.a_folder(signatures=(doc.Signature(key="anything", text="<any>"),))
    with pytest.raises(page_files.LoadRefusedError, match=r"the signature anything: .*add the words around them"):
        page_files.load([builders.a_folder("ssh/other"), broken])
    assert not Page.objects.exists()
