from __future__ import annotations

import gzip
import re
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from kb.content import document as doc
from kb.models import UnknownError
from tests.builders import a_published_page
from tests.hostile import HOSTILE, page_dangers

pytestmark = pytest.mark.django_db

LOG = "Cloning into 'app'...\ngit@example.com: Permission denied (publickey).\r\nfatal: Could not read from remote\n"


def sent(text: str | None = None, file: bytes | None = None, headers: dict[str, str] | None = None) -> HttpResponse:
    data: dict[str, Any] = {}
    if text is not None:
        data["text"] = text
    if file is not None:
        data["file"] = SimpleUploadedFile("build.log", file)
    return Client(headers=headers).post("/match", data)  # type: ignore[return-value]


def html_of(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_log_leads_to_its_page_with_the_line_that_gave_it_away() -> None:
    a_published_page()
    html = html_of(sent(LOG))
    assert "One page answers this" in html
    assert '<a href="/errors/ssh/permission-denied-publickey/">Permission denied (publickey)</a>' in html
    assert re.search(r'<li value="2" id="L2" class="hit tie-1"><code>.*<mark>.*Permission denied.*</mark>', html)
    assert re.search(r'<a class="line-link" href="#L2">.*2</a> <code>.*<mark>', html)


def test_a_file_is_matched_like_a_text_and_named() -> None:
    a_published_page()
    html = html_of(sent(file=LOG.encode("utf-16")))
    assert "One page answers this" in html
    assert re.search(r"<code>build.log</code>,\s+3 lines", html)


def test_a_compressed_log_is_matched_too() -> None:
    a_published_page()
    assert "One page answers this" in html_of(sent(file=gzip.compress(LOG.encode())))


def test_the_quick_fix_holds_the_values_from_the_log() -> None:
    a_published_page(quick_fix=doc.QuickFix(text="Look.", command="ssh -T git@{{ host }}"))
    html = html_of(sent(LOG))
    assert 'ssh -T git@<b class="filled">example.com</b></pre>' in html
    assert "Filled in with values from your text" in html
    assert "ssh -T git@<var>HOST</var></pre>" in html


def test_a_value_that_is_missing_is_named_and_not_called_filled_in() -> None:
    a_published_page(quick_fix=doc.QuickFix(text="Look.", command="ssh -p {{ port }} x"))
    html = html_of(sent(LOG))
    assert "ssh -p <var>PORT</var> x" in html
    assert "Filled in with values" not in html


def test_look_alikes_are_shown_with_the_line_that_tells_them_apart() -> None:
    a_published_page(
        "ssh/other", title="Another one", signatures=(doc.Signature(key="x", text="connection was reset"),)
    )
    a_published_page(related=(doc.Related(page="ssh/other", tell="a line with `reset`"),))
    html = html_of(sent(LOG))
    assert '<a href="/errors/ssh/other/">Another one</a>' in html
    assert "a line with <code>reset</code>" in html


def test_an_unknown_error_is_said_to_be_unknown_with_the_lines_that_say_most() -> None:
    a_published_page()
    html = html_of(sent("starting\nerror: flux capacitor exhausted in sector 7\n"))
    assert "No page answers this yet" in html
    assert '<li value="2" id="L2" class="hit unknown-line"><code>error: flux capacitor exhausted in sector 7' in html
    assert "All that is kept of your text" in html


def test_a_symptom_alone_is_not_called_an_answer() -> None:
    a_published_page(
        role=doc.Role.SYMPTOM, signatures=(doc.Signature(key="x", text="Process completed with exit code 1."),)
    )
    html = html_of(sent("##[error]Process completed with exit code 1.\n"))
    assert "Only a symptom is known here" in html
    assert "What was found only says that something failed" in html


@pytest.mark.parametrize("text", ["", "   \n\t \n", None])
def test_an_empty_box_comes_back_with_a_kind_sentence(text: str | None) -> None:
    response = sent(text)
    assert response.status_code == 200
    assert "The box was empty." in html_of(response)
    assert 'name="text"' in html_of(response)


def test_a_picture_is_refused_in_words_beside_the_box() -> None:
    response = sent(file=b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert response.status_code == 400
    assert "not a text" in html_of(response)
    assert 'name="text"' in html_of(response)


def test_more_than_the_limit_is_refused_with_a_page_that_says_what_to_do(settings: Settings) -> None:
    settings.TEXT_LIMIT = 1000
    assert sent("x" * 1000).status_code == 200
    response = sent("x" * 1001)
    assert response.status_code == 413
    assert "This text is too large" in html_of(response)


def test_the_limit_counts_decoded_text(settings: Settings) -> None:
    settings.TEXT_LIMIT = 1000
    assert sent(file=("x" * 900).encode("utf-16")).status_code == 200
    assert sent(file=gzip.compress(b"x" * 1001)).status_code == 413


def test_ten_megabytes_are_answered_without_sending_them_back() -> None:
    a_published_page()
    log = ("all is well, all is well, all is well\n" * 270_000)[: 10 * 1024 * 1024 - len(LOG)] + LOG
    response = sent(log)
    assert response.status_code == 200
    assert len(response.content) < 100_000
    assert "One page answers this" in html_of(response)


def test_a_log_full_of_errors_is_answered_in_a_page_of_bearable_size() -> None:
    a_published_page()
    log = "".join(f"error: part {word} broke at {word * 20}\n{'y' * 3000}\n" for word in map(str, range(3000)))
    response = sent(log + LOG)
    assert len(response.content) < 300_000


def test_one_endless_line_is_answered_and_cut() -> None:
    a_published_page()
    response = sent("x" * 3_000_000 + " git@example.com: Permission denied (publickey). " + "y" * 3_000_000)
    assert response.status_code == 200
    assert len(response.content) < 100_000


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_paste_can_run(text: str) -> None:
    a_published_page()
    html = html_of(sent(f"error: {text}\n{text} git@{text}: Permission denied (publickey). {text}\n"))
    assert page_dangers(html) == []


def test_the_name_of_a_file_cannot_run() -> None:
    upload = SimpleUploadedFile('"><script>alert(1)</script>.log', b"error: x y z\n")
    html = Client().post("/match", {"file": upload}).content.decode()
    assert page_dangers(html) == []


def test_markdown_in_a_paste_stays_text() -> None:
    html = html_of(sent("error: **bold** [x](https://a.invalid)\n"))
    assert "error: **bold** [x](https://a.invalid)" in html


def test_a_secret_is_masked_everywhere_but_in_the_readers_own_box() -> None:
    html = html_of(sent("error: cannot push to https://ada:hunter2hunter2@git.example.com/x\n"))
    assert "hunter2hunter2" in re.findall(r"<textarea.*?</textarea>", html, re.DOTALL)[0]
    assert "hunter2hunter2" not in re.sub(r"<textarea.*?</textarea>", "", html, flags=re.DOTALL)
    assert "masked below" in html


def test_a_secret_beside_a_line_that_counts_is_masked_too() -> None:
    html = html_of(sent("step 1\n" * 100 + "login --password hunter2hunter2\n" + LOG + "x\n" * 200_000))
    assert "hunter2hunter2" not in html
    assert "[redacted]" in html


def test_the_text_stays_in_the_box_as_it_was_sent() -> None:
    html = html_of(sent("\n  <b>error</b>: </textarea> & so on\n"))
    assert "\n\n  &lt;b&gt;error&lt;/b&gt;: &lt;/textarea&gt; &amp; so on\n</textarea>" in html


def test_an_answer_is_kept_by_the_readers_own_browser_alone() -> None:
    response = sent(LOG)
    assert response["Cache-Control"] == "private, no-cache"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_reader_who_reloads_the_address_finds_the_box() -> None:
    response = Client().get("/match")
    assert response.status_code == 302
    assert response["Location"] == "/"


@pytest.mark.parametrize("origin", ["https://evil.invalid", "null", "http://testserver.evil.invalid", "http://["])
def test_a_form_of_another_site_is_refused(origin: str) -> None:
    response = sent(LOG, headers={"Origin": origin})
    assert response.status_code == 403
    assert "This request came from another site" in html_of(response)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_the_browser_calls_another_site_is_refused_whatever_the_origin(site: str) -> None:
    assert sent(LOG, headers={"Origin": "http://testserver", "Sec-Fetch-Site": site}).status_code == 403


def test_our_own_form_is_believed_without_a_token() -> None:
    assert sent(LOG, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert sent(LOG, headers={"Origin": "http://testserver"}).status_code == 200


def test_a_program_that_is_no_browser_may_send_the_form() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/match", {"text": LOG}).status_code == 200


def test_the_raw_text_is_kept_nowhere() -> None:
    sent("error: flux capacitor exhausted\nthe rest of the text\n")
    assert not UnknownError.objects.filter(example__contains="the rest").exists()


def test_the_name_of_a_file_shows_what_is_hidden_in_it() -> None:
    file = SimpleUploadedFile("build\u3164.log", b"error: it broke")  # Django drops what is not printable; this is
    html = Client().post("/match", {"file": file}).content.decode()
    assert '<code>build<span class="control">U+3164</span>.log</code>' in html


def test_a_text_that_takes_too_long_is_answered_with_what_was_found_and_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = count(0, 100)
    monkeypatch.setattr("kb.services.lookups.now", lambda: next(times))
    html = Client().post("/match", {"text": "error: it broke"}).content.decode()
    assert "it took longer than one text may take here" in html
