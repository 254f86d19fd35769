from __future__ import annotations

import pytest

from kb.content import document as doc
from kb.services import finding, indexing
from kb.services.finding import Why, find
from tests.builders import a_published_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "live", indexing.LiveIndex())


def a_page(slug: str, title: str, *messages: str, **changes: object) -> None:
    texts = messages or (f"message of {slug}",)
    signatures = tuple(doc.Signature(key=f"s{number}", text=text) for number, text in enumerate(texts))
    a_published_page(slug, title=title, signatures=signatures, **changes)


def test_signs_are_found_as_they_stand_and_said_where() -> None:
    a_page("cpp/alloc", "Out of memory", "terminate called after throwing an instance of 'std::bad_alloc'")
    a_page("cpp/other", "Bad things about alloc", "std bad alloc are three words here")
    first = find("std::bad_alloc")[0]
    assert first.slug == "cpp/alloc"
    assert first.why is Why.MESSAGE
    assert [first.text[start:end] for start, end in first.spans] == ["std::bad_alloc"]


def test_a_whole_text_stands_before_a_part_of_one_and_words_before_pieces_of_words() -> None:
    a_page("a/piece", "Unrelated one", "reconnections timed outside")
    a_page("a/part", "Unrelated two", "sorry, connection timed out here")
    a_page("a/whole", "Unrelated three", "connection timed out")
    found = [one.slug for one in find("connection timed out")]
    assert found[:2] == ["a/whole", "a/part"]


def test_a_cause_stands_before_a_symptom() -> None:
    a_page("a/wrapper", "Wrapper", "exit status 1 came", role=doc.Role.SYMPTOM)
    a_page("b/reason", "Reason", "exit status 1 went")
    assert [one.slug for one in find("exit status 1")] == ["b/reason", "a/wrapper"]


def test_words_follow_what_stands_as_it_is() -> None:
    a_page("ssh/key", "The server refused the key", "Permission denied")
    a_page("ssh/agent", "No agent runs", "agent refused operation")
    found = {one.slug: one.why for one in find("refused the key")}
    assert found["ssh/key"] is Why.TITLE
    assert found["ssh/agent"] is Why.WORDS


def test_a_page_that_says_it_in_other_words_says_so() -> None:
    fix = doc.Fix(key="f", title="Renew the token", for_=("wrong-key",))
    a_page("git/token", "Login refused", "HTTP 401 came", fixes=(fix,))
    (found,) = find("how to renew tokens")
    assert (found.why, found.text) == (Why.WORDS, "Renew the token")


def test_a_pasted_line_finds_the_message_that_stands_in_it() -> None:
    a_page("ssh/key", "Refused", "<name>@<host>: Permission denied (publickey).")
    (found, *_) = find("git@github.com: Permission denied (publickey).")
    assert (found.slug, found.why) == ("ssh/key", Why.TYPED)


def test_words_in_quotation_marks_must_stand_together() -> None:
    a_page("node/ssl", "OpenSSL refuses", "error: digital envelope routines unsupported")
    a_page("mail/envelope", "The envelope is not digital", "envelope rejected")
    assert [one.slug for one in find('"digital envelope"')] == ["node/ssl"]
    assert [one.slug for one in find('"digital envelope" unsupported')] == ["node/ssl"]
    assert find('"digital envelope" rejected') == []


def test_quotation_marks_that_are_printed_count_as_they_are() -> None:
    a_page("node/module", "Module", 'Cannot find module "left-pad" here')
    (found,) = find('module "left-pad"')
    assert found.spans == ((12, 29),)


@pytest.mark.parametrize("query", ["", " ", '"', '""', "(", "\\", "%", "_", "*", "a" * 400])
def test_whatever_is_typed_is_answered(query: str) -> None:
    a_page("ssh/key", "100% (of_all) \\ * keys", 'the key x "" y is refused')
    assert all(one.slug == "ssh/key" for one in find(query))
