from __future__ import annotations

import contextlib
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.services.texts import NotText, TooLarge, decompress, text_of

LIMIT = 1000


def test_a_text_comes_back_decoded() -> None:
    assert text_of("größe".encode("utf-16"), LIMIT) == "größe"


def test_a_compressed_file_is_unpacked_unasked() -> None:
    assert text_of(gzip.compress(b"fatal: x"), LIMIT) == "fatal: x"


def test_the_limit_counts_decoded_text_not_bytes_sent() -> None:
    assert text_of(("x" * LIMIT).encode("utf-16"), LIMIT) == "x" * LIMIT
    with pytest.raises(TooLarge):
        text_of(("ж" * LIMIT).encode("koi8-r"), LIMIT, "koi8-r")


def test_terminal_noise_does_not_make_it_no_text() -> None:
    noisy = "\x1b[31m\x08\x07ok\x1b[0m\r\n" * 20 + "\0" * 50
    assert text_of(noisy.encode(), LIMIT) == noisy


def test_a_bomb_is_never_unfolded() -> None:
    with pytest.raises(TooLarge):
        decompress(gzip.compress(bytes(10_000_000)), LIMIT)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(NotText, TooLarge):
        assert isinstance(text_of(data, LIMIT), str)
