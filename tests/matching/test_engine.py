from __future__ import annotations

import gc
import random
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.matching.engine import DEFAULT_LIMITS, Limits, search
from kb.matching.index import BrokenEntry, build
from kb.matching.records import Confidence, LookAlike, Role, Signature
from tests.matching.builders import entry, index_of

DENIED = "fatal: repository '<url>' denied access to team <name>"
WRAPPER = entry("ci/exit-code", "Process completed with exit code <num>.", role=Role.SYMPTOM)


def slugs(text: str, *entries: object) -> list[str]:
    return [match.slug for match in search(text, build(entries)).matches]  # type: ignore[arg-type]


# --- the answer


def test_a_match_tells_its_line_its_captures_and_its_reasons() -> None:
    answer = search("cloning\nfatal: repository 'https://x.example/a' denied access to team red\n", index_of(DENIED))
    (match,) = answer.matches
    assert match.confidence is Confidence.EXACT
    assert match.captures == {"url": "https://x.example/a", "name": "red"}
    (line,) = match.lines
    assert line.number == 2
    start, end = line.spans[0]
    assert line.text[start:end].startswith("fatal: repository")
    assert match.reasons[0].code == "signature"
    assert answer.is_answered


@pytest.mark.parametrize("text", ["", " \n\t\n", "\0\0", "\ufeff"])
def test_a_blank_paste_has_an_empty_answer(text: str) -> None:
    answer = search(text, index_of(DENIED))
    assert (answer.matches, answer.suggestions, answer.unmatched) == ((), (), ())


def test_an_empty_index_answers_too() -> None:
    answer = search("fatal: something broke", build([]))
    assert answer.matches == ()
    assert [line.text for line in answer.unmatched] == ["fatal: something broke"]


def test_lines_are_counted_by_line_feeds_alone() -> None:
    text = "one\rtwo\u2028three\x0bfour\x0cfive\x85six\r\nfatal: disk quota of team red exceeded\n"
    (match,) = search(text, index_of("fatal: disk quota of team <name> exceeded")).matches
    assert [(line.number, line.text) for line in match.lines] == [(2, "fatal: disk quota of team red exceeded")]


def test_a_line_is_shown_as_received_but_for_escapes_and_secrets() -> None:
    token = "ghp_" + "a1B2" * 9
    text = f"\x1b[31mfatal: repository 'https://x:{token}@git.example/a' denied access to team red\x1b[0m"
    (match,) = search(text, index_of(DENIED)).matches
    assert match.lines[0].text == "fatal: repository 'https://x:[redacted]@git.example/a' denied access to team red"
    assert token not in repr(search(text, index_of(DENIED)))


def test_of_a_very_long_line_the_stretch_around_the_match_is_shown() -> None:
    text = "x " * 400_000 + "fatal: disk quota of team red exceeded" + " y" * 400_000
    (match,) = search(text, index_of("fatal: disk quota of team <name> exceeded")).matches
    (line,) = match.lines
    assert len(line.text) <= 2000
    assert line.text in text
    assert line.text[slice(*line.spans[0])] == "fatal: disk quota of team red exceeded"


def test_a_text_beyond_the_limit_is_cut_and_the_answer_says_so() -> None:
    answer = search("a\n" * 100 + "fatal: disk quota exceeded", index_of("disk quota exceeded"), Limits(bytes=50))
    assert answer.text.truncated
    assert answer.matches == ()


def test_retrieval_stops_at_its_limit_and_the_answer_says_so() -> None:
    words = [f"{first}{second}" for first in "abcdefghij" for second in "klmnopqrst"]
    text = "".join(f"error: {word} {word[::-1]} failed\n" for word in words)
    answer = search(text, index_of("disk quota exceeded"), Limits(near_lines=50))
    assert answer.text.truncated
    assert not search(text, index_of("disk quota exceeded"), DEFAULT_LIMITS).text.truncated


def test_an_unanswered_text_names_its_most_informative_lines() -> None:
    text = "step one\nwarning: old flag\nerror: flux capacitor 17 missing\n0 errors\nmake failed\n"
    answer = search(text, index_of("disk quota exceeded"))
    assert not answer.is_answered
    assert [line.number for line in answer.unmatched] == [3, 5]
    assert answer.unmatched[0].template == "error: flux capacitor <number> missing"


# --- ranking


def test_a_cause_ranks_above_a_symptom_whatever_their_lengths() -> None:
    cause = entry("t/cause", "quota exceeded")
    assert slugs("quota exceeded\n##[error]Process completed with exit code 1.", cause, WRAPPER) == [
        "t/cause",
        "ci/exit-code",
    ]


def test_a_text_in_which_only_symptoms_match_is_not_answered() -> None:
    assert not search("##[error]Process completed with exit code 1.", build([WRAPPER])).is_answered


def test_a_general_signature_inside_a_specific_one_says_nothing_of_its_own() -> None:
    general = entry("t/general", "unable to access '<url>': <any>")
    specific = entry("t/specific", "fatal: unable to access '<url>': proxy refused the tunnel")
    assert slugs("fatal: unable to access 'https://x/': proxy refused the tunnel", general, specific) == ["t/specific"]


def test_an_error_ranks_above_a_warning() -> None:
    warned = entry("t/warned", "configuration of the cache is obsolete and ignored")
    failed = entry("t/failed", "cache server is gone")
    text = "warning: configuration of the cache is obsolete and ignored\nerror: cache server is gone\n"
    assert slugs(text, warned, failed) == ["t/failed", "t/warned"]


def test_several_independent_errors_each_get_their_match() -> None:
    text = "error: cache server is gone\n...\nerror: disk quota exceeded\n"
    found = slugs(text, entry("t/a", "cache server is gone"), entry("t/b", "disk quota exceeded"))
    assert sorted(found) == ["t/a", "t/b"]


@pytest.mark.parametrize(
    "line",
    [
        "tests/test_x.py::test_disk_quota_exceeded PASSED",
        "+ echo disk quota exceeded",
        "Explain 'disk quota exceeded' in the docs",
    ],
)
def test_a_line_that_only_mentions_an_error_claims_nothing(line: str) -> None:
    assert slugs(f"{line}\ndone\n", entry("t/a", "disk quota exceeded")) == []


def test_the_same_text_gets_the_same_answer_whatever_the_order_of_pages() -> None:
    pages = [entry(f"t/p{number}", "disk quota exceeded", f"team {number} is over its limit") for number in range(6)]
    text = "error: disk quota exceeded: team 3 is over its limit"
    first = search(text, build(pages))
    for seed in range(3):
        random.Random(seed).shuffle(pages)
        assert search(text, build(pages)) == first


def test_a_page_about_the_tool_that_the_text_ran_ranks_above_its_equal() -> None:
    pages = [
        entry("apt/same", "the lock is held by another process"),
        entry("npm/same", "the lock is held by another process"),
    ]
    assert slugs("error: the lock is held by another process", *pages) == ["apt/same", "npm/same"]
    text = "$ npm --version\nnpm 10.8.2\nerror: the lock is held by another process"
    assert slugs(text, *pages) == ["npm/same", "apt/same"]


def test_an_error_ranks_above_the_errors_that_it_is_known_to_lead_to() -> None:
    text = "error: the login was refused by the server for good\n...\nload key: bad format\n"
    consequence = entry("t/refused", "the login was refused by the server for good")
    cause = entry("t/key", "load key: bad format")
    assert slugs(text, consequence, cause) == ["t/refused", "t/key"]
    assert slugs(text, consequence, replace(cause, leads_to=("t/refused", "t/unheard-of"))) == ["t/key", "t/refused"]


def test_what_the_text_says_of_its_environment_is_part_of_the_answer() -> None:
    answer = search("git version 2.39.5\nfatal: broken\n", index_of("disk quota exceeded"))
    assert [(fact.value, fact.version, fact.line) for fact in answer.environment] == [("git", "2.39.5", 1)]


# --- shared texts


def shared_pages() -> tuple[object, object]:
    owner = entry(
        "t/owner", "login was refused by the server", look_alikes=(LookAlike("t/expired", "it ran for an hour"),)
    )
    text = Signature("same", "login was refused by the server", shared="t/owner", with_=("token expired at <any>",))
    return owner, entry("t/expired", text, "the session is older than one hour")


def test_a_page_that_shares_a_text_claims_nothing_by_itself_and_is_a_look_alike() -> None:
    answer = search("error: login was refused by the server", build(shared_pages()))  # type: ignore[arg-type]
    assert [match.slug for match in answer.matches] == ["t/owner"]
    assert answer.matches[0].look_alikes == (LookAlike("t/expired", "it ran for an hour"),)


def test_a_text_of_its_own_in_the_same_paste_lifts_it_above_the_owner() -> None:
    text = "token expired at 10:11\n...\nerror: login was refused by the server"
    answer = search(text, build(shared_pages()))  # type: ignore[arg-type]
    assert [match.slug for match in answer.matches] == ["t/expired", "t/owner"]
    assert "lifted" in {reason.code for reason in answer.matches[0].reasons}


# --- near


def test_a_line_that_says_nearly_the_same_is_likely() -> None:
    index = index_of("error: the flux capacitor of <name> was destroyed by lightning")
    (match,) = search("the flux capacitor of doc was lately destroyed by lightning", index).matches
    assert match.confidence is Confidence.LIKELY
    assert match.reasons[0].code == "near"


def test_another_telling_word_makes_it_a_suggestion() -> None:
    index = index_of("main process exited, code exited, status 203 EXEC")
    answer = search("main process exited, code exited, status 1 FAILURE", index)
    assert answer.matches == ()
    assert [one.slug for one in answer.suggestions] == ["t/p0"]


def test_a_phrase_in_what_another_program_says_is_no_claim() -> None:
    index = index_of("Error: unable to get local issuer certificate")
    said = "unable to get local issuer certificate"
    assert search(f"curl: (60) SSL certificate problem: {said}", index).matches == ()
    assert [match.confidence for match in search(f"node:internal Uncaught {said}", index).matches] == ["likely"]


LONG = (
    "error: the widget gatherer stumbled over an unexpected sprocket in the gearbox manifest. Please remove the lock"
    " folder, fetch the manifest again from the vendor and restart the gatherer with a fresh gearbox directory."
)


@pytest.mark.parametrize("end", [52, 60, 75, 88])
def test_the_beginning_of_a_long_message_is_likely_where_the_text_ends(end: int) -> None:
    others = [f"error: the widget gatherer lost sprocket number {number} of its own" for number in range(20)]
    (match,) = search(LONG[:end], index_of(LONG, *others)).matches
    assert (match.slug, match.confidence) == ("t/p0", Confidence.LIKELY)


@pytest.mark.parametrize("text", [LONG[:30], f"{LONG[:60]}\nall is well\nfurther on", LONG[120:]])
def test_too_little_of_it_or_a_text_that_goes_on_otherwise_claims_nothing(text: str) -> None:
    assert search(text, index_of(LONG)).matches == ()


def test_beside_an_answer_pages_that_share_a_few_words_are_not_offered() -> None:
    index = index_of("fatal: disk quota exceeded", "error: the flux capacitor of the widget was lost")
    alone = "error: the capacitor lost its charge"
    assert [one.slug for one in search(alone, index).suggestions] == ["t/p1"]
    answered = search(f"{alone}\nfatal: disk quota exceeded", index)
    assert [match.slug for match in answered.matches] == ["t/p0"]
    assert answered.suggestions == ()


def test_beside_what_is_known_a_line_that_speaks_of_no_failure_is_none() -> None:
    pages = [
        entry("ci/exit", "Process completed with exit code <num>.", role=Role.SYMPTOM),
        entry("make/x", "make it so"),
    ]
    alone = search("make release", build(pages))
    assert [line.text for line in alone.unmatched] == ["make release"]
    known = search("make release\nshell: /bin/bash\nProcess completed with exit code 1.", build(pages))
    assert (known.unmatched, known.suggestions) == ((), ())
    both = search("make release\nerror: no tape left\nProcess completed with exit code 1.", build(pages))
    assert [line.text for line in both.unmatched] == ["error: no tape left"]


def test_a_question_in_plain_words_leads_to_its_page() -> None:
    pages = [
        entry("git/password", "Support for password authentication was removed", words="Why is my password refused?"),
        entry("disk/full", "no space left on device", words="The disk is full. What can I delete?"),
    ]
    assert search("how do I free my full disk", build(pages)).suggestions[0].slug == "disk/full"


@pytest.mark.parametrize(
    "message", ["fatal: größe überschritten", "오류: 디스크 공간이 부족합니다", "erreur: accès refusé à Ω"]
)
def test_decomposed_letters_are_the_same_letters(message: str) -> None:
    index = index_of(message)
    for form in ("NFC", "NFD"):
        assert [match.slug for match in search(unicodedata.normalize(form, message), index).matches] == ["t/p0"]


# --- robustness


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_input_raises_and_the_answer_is_the_same_twice(data: bytes) -> None:
    index = index_of(DENIED, "disk quota exceeded", "exit code <num>")
    assert search(data, index) == search(data, index)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["\x1b[0m", "fatal: ", "disk quota", " exceeded", "\n", "\r", "é", "\u2028", "\x0c", "'", "{"]),
        max_size=40,
    )
)
def test_every_line_of_an_answer_stands_at_its_number(parts: list[str]) -> None:
    text = "".join(parts)
    lines = text.split("\n")
    answer = search(text, index_of("fatal: disk quota exceeded", "disk quota exceeded"))
    shown = [line for match in answer.matches for line in match.lines] + list(answer.unmatched)
    for line in shown:
        assert line.text == lines[line.number - 1].replace("\x1b[0m", "").rstrip("\r")


def test_a_page_that_cannot_be_indexed_is_named() -> None:
    with pytest.raises(BrokenEntry, match=r"t/bad, signature s0: .*no letters") as problem:
        build([entry("t/good", "disk quota exceeded"), entry("t/bad", "<any>")])
    assert (problem.value.slug, problem.value.key) == ("t/bad", "s0")


def test_cycles_are_collected_again_after_an_index_was_built_or_could_not_be() -> None:
    index_of("disk quota exceeded")
    assert gc.isenabled()
    with pytest.raises(BrokenEntry):
        index_of("<any>")
    assert gc.isenabled()


def test_equal_pages_make_an_index_of_the_same_version() -> None:
    assert index_of("disk quota exceeded").version == index_of("disk quota exceeded").version
    assert index_of("disk quota exceeded").version != index_of("disk quota missing").version


@pytest.mark.parametrize("text", ["x" * 60, "x" * 60 + " " + "y" * 60, "e" * 99 + "-" + "f" * 99])
def test_a_question_of_words_that_are_none_is_a_question(text: str) -> None:
    """The index of words drops what is longer than any word; nothing is then left of the question."""
    assert search(text, index_of("disk quota exceeded")).matches == ()


@pytest.mark.parametrize("portion", [1, 7, 64, 1000])
def test_what_is_found_does_not_depend_on_where_the_text_is_parted(
    portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_of("fatal: disk quota of team <name> exceeded", "error: the tape <num> is full")
    text = ("all is well\n" * 9 + "fatal: disk quota of team red exceeded\nerror: the tape 4 is full\n") * 5
    whole = search(text, index)
    assert len(whole.matches) == 2
    monkeypatch.setattr("kb.matching.engine._PORTION", portion)
    assert search(text, index) == whole
