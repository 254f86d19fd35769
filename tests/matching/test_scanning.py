"""The rules that are easily got wrong, one by one; each through the whole engine."""

from __future__ import annotations

import pytest

from kb.matching.engine import search
from kb.matching.index import build
from kb.matching.records import Confidence, Signature
from kb.matching.scanning import MOST_PER_ANCHOR
from tests.matching.builders import entry, index_of

EXIT_1 = "Process completed with exit code 1."
PROXY = "fatal: unable to access '<url>': Received HTTP code <num> from proxy after CONNECT"


def found(text: str, *signatures: str) -> bool:
    matches = search(text, index_of(*signatures)).matches
    return any(match.confidence is Confidence.EXACT for match in matches)


def captures(text: str, signature: str) -> dict[str, str]:
    matches = search(text, index_of(signature)).matches
    assert matches, f"{signature!r} is not found in {text!r}"
    return matches[0].captures


# --- edges


def test_a_digit_at_an_edge_never_touches_a_digit_of_the_text() -> None:
    assert found("Process completed with exit code 1.", EXIT_1)
    assert not found("Process completed with exit code 128.", EXIT_1)


def test_a_line_break_ends_a_number() -> None:
    assert found("Process completed with exit code 1\n37 files changed", EXIT_1)
    assert not found("Process completed with exit code 1\n37 files changed", "Process completed with exit code 137")


@pytest.mark.parametrize("text", ["myENOSPCerror", "ENOSPC_2", "xENOSPC", "ENOSPCö"])
def test_a_short_literal_stands_between_word_boundaries(text: str) -> None:
    assert not found(text, "ENOSPC")
    assert found(text.replace("ENOSPC", " ENOSPC "), "ENOSPC")


def test_a_long_literal_may_be_glued_to_what_stands_before_it() -> None:
    assert found(
        "Writing objects: 100%fatal: the remote end hung up unexpectedly", "fatal: the remote end hung up unexpectedly"
    )


# --- placeholders


def test_a_placeholder_captures_what_stands_in_its_place() -> None:
    assert captures(
        "fatal: unable to access 'https://git.example/a.git/': Received HTTP code 407 from proxy after CONNECT", PROXY
    ) == {
        "url": "https://git.example/a.git/",
        "num": "407",
    }


def test_a_value_at_the_start_of_a_line_begins_after_a_blank() -> None:
    text = "10:11:12 deploy: git@github.com: Permission denied (publickey)."
    assert captures(text, "<name>@<host>: Permission denied (publickey).") == {"name": "git", "host": "github.com"}


def test_a_value_before_a_final_mark_ends_at_the_mark() -> None:
    assert captures(
        "remote: Permission to a/b.git denied to jane-doe.", "Permission to <path>.git denied to <name>."
    ) == {
        "path": "a/b",
        "name": "jane-doe",
    }
    assert (
        captures("remote: Permission to a/b.git denied to jane", "Permission to <path>.git denied to <name>.")["name"]
        == "jane"
    )


def test_a_value_may_hold_its_final_mark() -> None:
    assert captures("error: refs/heads/release/2.4. is protected", "error: refs/heads/<name>.") == {
        "name": "release/2.4"
    }


def test_an_underscore_may_be_the_mark_beside_a_value() -> None:
    text = "/lib/libc.so.6: version `GLIBC_2.38' not found (required by node)"
    assert captures(text, "version `GLIBC_<version>' not found (required by <path>)")["version"] == "2.38"


def test_a_lone_mark_is_no_value() -> None:
    assert not found(
        "Unable to resolve action. Repository not found", "Unable to resolve action <name>, repository not found"
    )


def test_a_word_that_goes_on_is_not_the_literal_before_a_lost_mark() -> None:
    assert not found("could not read Username for 'https://x.example'", "could not read Username for 'http://<host>'")


def test_of_two_signatures_on_a_line_the_longer_one_captures() -> None:
    page = entry("t/p", "unable to access '<url>'", "fatal: unable to access '<url>': proxy said <num>")
    (match,) = search("fatal: unable to access 'https://x/': proxy said 407", build([page])).matches
    assert match.captures == {"url": "https://x/", "num": "407"}


def test_a_value_at_the_end_ends_with_its_line() -> None:
    assert captures("error: unknown command: fly now\nusage: x", "error: unknown command: <name>") == {
        "name": "fly now"
    }


def test_a_placeholder_does_not_cross_a_line() -> None:
    assert not found("cannot open file a\nnow it is gone", "cannot open file <path> is gone")


def test_any_crosses_one_line_and_not_two() -> None:
    signature = "expected output to start with <any> instead of nothing"
    assert found("expected output to start with a\nb instead of nothing", signature)
    assert not found("expected output to start with a\nb\nc instead of nothing", signature)


def test_a_short_word_inside_a_value_does_not_end_it() -> None:
    text = "cannot move /srv/to/here to /srv/into/there: device busy"
    assert captures(text, "cannot move <path> to <path>: device busy") == {
        "path": "/srv/to/here",
        "path_2": "/srv/into/there",
    }


def test_a_value_has_the_shape_of_its_placeholder() -> None:
    assert not found(
        "listen tcp 127.0.0.1:http: address already in use", "listen tcp <host>:<port>: address already in use"
    )


def test_a_masked_number_is_still_a_number() -> None:
    assert found("listen tcp 127.0.0.1:***: address already in use", "listen tcp <host>:<port>: address already in use")


# --- lines


def test_a_signature_on_one_line_does_not_span_two() -> None:
    assert not found(
        "The build was\nrejected because of work that you do not have", "the build was rejected because of work"
    )


def test_a_signature_on_two_lines_is_found_on_two_lines_with_prefixes_between() -> None:
    signature = "fatal: Could not read from remote.\nPlease make sure you have the correct access rights"
    text = (
        "2026-11-20T10:11:12.1Z fatal: Could not read from remote.\n"
        "2026-11-20T10:11:12.2Z \n"
        "2026-11-20T10:11:12.3Z Please make sure you have the correct access rights\n"
    )
    (match,) = search(text, index_of(signature)).matches
    assert [line.number for line in match.lines] == [1, 3]


@pytest.mark.parametrize("width", [40, 60, 72, 80])
def test_a_message_wrapped_at_a_column_is_found_with_all_its_lines(width: int) -> None:
    message = "fatal: unable to access 'https://git.example/some/team/a.git/': Received HTTP code 407 from proxy after CONNECT"  # noqa: E501
    wrapped = "\n".join(message[at : at + width] for at in range(0, len(message), width))
    (match,) = search(f"Cloning…\n{wrapped}\ndone\n", index_of(PROXY)).matches
    assert [line.number for line in match.lines] == list(range(2, 2 + wrapped.count("\n") + 1))
    assert match.captures["url"] == "https://git.example/some/team/a.git/"


# --- many


def test_of_an_anchor_that_stands_everywhere_the_first_and_last_places_are_verified() -> None:
    many = "connection refused by host alpha\n" * (MOST_PER_ANCHOR * 3)
    (match,) = search(
        f"{many}connection refused by host omega, giving up\n", index_of("refused by host <name>, giving up")
    ).matches
    assert match.lines[-1].number == MOST_PER_ANCHOR * 3 + 1


def test_a_regular_expression_matches_on_its_line_and_captures_by_name() -> None:
    index = build([entry("t/ts", Signature("r", regex=r"error TS(?P<num>\d{4}): Cannot find module"))])
    (match,) = search("src/a.ts(1,2): \x1b[31merror\x1b[0m TS2307: Cannot find module 'x'", index).matches
    assert match.captures == {"num": "2307"}
