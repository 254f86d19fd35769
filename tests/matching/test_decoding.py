from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.matching.decoding import decode

MESSAGE = "error: can’t open ‘größe.txt’"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_names_the_encoding_and_is_not_part_of_the_text(mark: bytes, encoding: str) -> None:
    assert decode(mark + MESSAGE.encode(encoding)) == MESSAGE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_a_mark(encoding: str) -> None:
    assert decode("fatal: not a git repository\r\n".encode(encoding)) == "fatal: not a git repository\r\n"


def test_latin_1_is_read_as_what_it_is() -> None:
    assert decode("Échec: accès refusé à Größe".encode("latin-1")) == "Échec: accès refusé à Größe"


def test_a_stray_byte_in_a_long_utf_8_log_does_not_change_the_rest() -> None:
    log = ("строка без ошибок\n" * 50).encode() + b"\xff broken\n"
    assert decode(log).startswith("строка без ошибок\n")


def test_nuls_in_a_plain_text_do_not_make_it_utf_16() -> None:
    assert decode(b"error\0: disk full" + b"x" * 40) == "error\0: disk full" + "x" * 40


def test_a_named_one_byte_encoding_is_believed() -> None:
    assert decode("ошибка доступа".encode("koi8-r"), "koi8-r") == "ошибка доступа"


def test_a_wrong_or_unknown_name_is_not_believed_against_the_bytes() -> None:
    assert decode(MESSAGE.encode(), "ascii") == MESSAGE
    assert decode(MESSAGE.encode(), "no-such-charset") == MESSAGE


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "latin-1", "utf-16", "x"]))
def test_no_bytes_raise(data: bytes, charset: str) -> None:
    decode(data, charset)
