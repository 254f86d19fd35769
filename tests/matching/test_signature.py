from __future__ import annotations

from contextlib import suppress

import pytest

from kb.matching.records import Signature
from kb.matching.signature import SignatureError, capture_names, compile_signature, shape


@pytest.mark.parametrize(
    "signature", [Signature("key", "error: \ud800 it"), Signature("key", regex="error: \udfff it")]
)
def test_half_a_character_is_refused(signature: Signature) -> None:
    with pytest.raises(SignatureError, match="holds half a character"):
        compile_signature(signature)


@pytest.mark.parametrize("regex", [".--$>{<", "exit code {", "exit code }{", "exit code {2} {"])
def test_a_brace_that_nothing_closes_ends(regex: str) -> None:
    with suppress(SignatureError):
        compile_signature(Signature("key", regex=regex))


def test_a_bad_expression_is_refused_and_printed_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SignatureError):
        compile_signature(Signature("key", regex="password=(hunter2"))
    assert "hunter2" not in "".join(capfd.readouterr())


def test_the_longest_literal_is_the_anchor() -> None:
    pattern = compile_signature(Signature("k", "bind: <host>:<port> failed: address already in use"))
    assert pattern.literals[pattern.anchor].ink == b"failedaddressalreadyinuse"


def test_placeholders_of_one_kind_are_numbered() -> None:
    assert capture_names(Signature("k", "! [rejected] <name> -> <name> (fetch first)")) == ("name", "name_2")


def test_other_angle_brackets_are_literal() -> None:
    assert capture_names(Signature("k", "expected <undefined> but got <num>")) == ("num",)
    assert compile_signature(Signature("k", "Future <Future pending>")).literals[0].ink == b"futurefuturepending"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("<path>: <any>", "no letters or digits of its own"),
        ("e1 <num>", "only 2 letters and digits"),
        ("cannot open <name><path> here", "<name> and <path> touch"),
        ("x" * 5000, "5000 characters"),
    ],
)
def test_a_signature_that_cannot_work_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(SignatureError, match=says):
        compile_signature(Signature("k", text))


@pytest.mark.parametrize(
    ("regex", "says"),
    [
        (r"(?<=x)failed to open", "RE2"),
        (r"(\w+) \1 failed", "RE2"),
        (r"[a-z]+: \d+", "no literal"),
        (r"failed to open|could not open", "no literal"),
    ],
)
def test_an_expression_that_re2_or_the_scan_cannot_take_is_refused(regex: str, says: str) -> None:
    with pytest.raises(SignatureError, match=says):
        compile_signature(Signature("k", regex=regex))


def test_the_anchor_of_an_expression_stands_in_every_match() -> None:
    pattern = compile_signature(Signature("k", regex=r"error TS\d{4}: (?:Cannot|Could not) find module( .*)? here"))
    assert pattern.literals[0].ink == b"findmodule"


def test_shapes_tell_a_port_from_a_word() -> None:
    assert shape("port").fullmatch("8080")
    assert not shape("port_2").fullmatch("80; rm -rf /")
