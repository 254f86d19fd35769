from __future__ import annotations

from kb.content import document as doc
from kb.rendering.page_markdown import page_markdown
from tests.builders import a_doc, a_folder, a_full_doc, folder_of


def test_everything_that_the_page_says_is_in_it() -> None:
    content = a_full_doc()
    text = page_markdown(folder_of("ssh/x", content), "SSH")
    said = (
        *(content.title, content.summary, content.meaning, content.why, content.prevention, content.background),
        *(cause.title for cause in content.causes),
        *(fix.title for fix in content.fixes),
        *(fix.long for fix in content.fixes),
        *(step.title for step in content.steps),
        *(check.expect for check in content.checks),
        *(item.why for item in content.avoid),
        *(item.answer for item in content.faq),
        *(source.address for source in content.sources),
        *(related.tell for related in content.related),
    )
    assert [part for part in said if part not in text] == []


def test_placeholders_are_spelled_out() -> None:
    text = page_markdown(a_folder(quick_fix=doc.QuickFix(text="Try.", command="ping {{ host }}")), "SSH")
    assert "```sh\nping HOST\n```" in text


def test_evidence_that_is_not_accepted_is_not_cited() -> None:
    withdrawn = doc.Evidence(
        source=a_doc().sources[0].address, supports="page", note="Was wrong.", state=doc.EvidenceState.WITHDRAWN
    )
    assert "Was wrong." not in page_markdown(a_folder(evidence=(withdrawn,)), "SSH")


def test_a_fence_is_longer_than_any_in_the_message() -> None:
    signature = doc.Signature(key="ticks", text="unterminated ``` here, and more")
    assert "````text\nunterminated ``` here, and more\n````" in page_markdown(a_folder(signatures=(signature,)), "SSH")


def test_sections_without_content_are_left_out() -> None:
    text = page_markdown(a_folder(steps=(), faq=()), "SSH")
    assert "## Questions" not in text
    assert "\n\n\n" not in text
